import { describe, expect, it } from 'vitest'
import { createTrendRound } from '../../app/trend-round.ts'
import type { TrendAnswer, TrendDesk } from '../../core/trend-desk.ts'

const DAY_MS = 86_400_000
const NOON = Date.UTC(2026, 10, 22, 4)
const CRACK = { device: 'crack-1', metric: 'crack_mm', limit: 1.5 }
const TILT = { device: 'tilt-1', metric: 'tilt_mm_m', limit: 4 }

/** A desk whose answers come when somebody lets them. */
function aRound() {
  let nowMs = NOON
  const asked: string[] = []
  let isAway = false
  const desk: TrendDesk = {
    async trend({ device, metric, limit }) {
      asked.push(device)
      if (isAway) throw new Error('the database is away')
      return {
        device,
        metric,
        unit: 'mm',
        limit: limit === 4 ? null : { value: limit, until: { state: 'reached' } },
      } as TrendAnswer
    },
  }
  const round = createTrendRound({ trends: desk, clock: { nowMs: () => nowMs }, rest: async () => {} })
  return {
    ...{ round, asked },
    pass: (ms: number) => {
      nowMs += ms
    },
    takeAway: (away: boolean) => {
      isAway = away
    },
  }
}

const settled = () => new Promise((done) => setImmediate(done))

describe('the round of trends', () => {
  it('knows nothing at first, asks for each, and then knows those that have a limit', async () => {
    const { round, asked } = aRound()
    expect(round.of([CRACK, TILT])).toEqual({ known: new Map(), count: 0 })
    await settled()
    const { known, count } = round.of([CRACK, TILT])
    expect(count).toBe(2)
    expect([...known.keys()]).toEqual(['crack-1'])
    expect(known.get('crack-1')).toMatchObject([{ limit: 1.5, until: { state: 'reached' } }])
    expect(asked).toEqual(['crack-1', 'tilt-1'])
  })

  it('asks once a local day, goes on telling the old answer meanwhile, and asks anew when the limit is another', async () => {
    const { round, asked, pass } = aRound()
    round.of([CRACK])
    await settled()
    round.of([CRACK])
    expect(asked).toHaveLength(1)
    pass(DAY_MS)
    expect(round.of([CRACK]).count).toBe(1)
    await settled()
    expect(asked).toHaveLength(2)
    expect(round.of([{ ...CRACK, limit: 2 }]).count).toBe(0)
  })

  it('tries again when the database is back', async () => {
    const { round, takeAway } = aRound()
    takeAway(true)
    round.of([CRACK])
    await settled()
    takeAway(false)
    expect(round.of([CRACK]).count).toBe(0)
    await settled()
    expect(round.of([CRACK]).count).toBe(1)
  })

  it('asks no more once it is stopped', async () => {
    const { round, asked } = aRound()
    round.stop()
    round.of([CRACK])
    await settled()
    expect(asked).toEqual([])
  })
})
