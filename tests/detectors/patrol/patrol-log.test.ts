import { describe, expect, it } from 'vitest'
import type { Arrival } from '../../../core/observation.ts'
import { withoutPictures } from '../../../detectors/patrol/coverage.ts'
import { aBook, aFlight, HOUR_MS, NOON_MS, RIVER_M, seen, toJournal } from './a-patrol.ts'

const DAY_MS = 24 * HOUR_MS

function fly(arrivals: Arrival[]) {
  const book = aBook()
  for (const observation of toJournal(arrivals)) book.observe(observation)
  book.advance(NOON_MS + 3 * DAY_MS)
  return book
}

/** The line of the tests' river is a hair longer than its reaches. */
const isLong = ({ plannedM }: { plannedM: number }) => plannedM > 1

/** All of the river, then a day later only its lower end. */
const WEEK = [
  ...aFlight({ id: 'all', beganMs: NOON_MS }, [seen('debris', 500), seen('algae', 2_000)]),
  ...aFlight({ id: 'lower', beganMs: NOON_MS + DAY_MS, fromM: 1_500, toM: RIVER_M }, [seen('algae', 2_000)]),
]

describe('the log of patrols', () => {
  it('tells of each flight how much it covered by reach, and what is left to review, newest first', () => {
    const { items } = fly(WEEK).patrols({ limit: 10 })

    expect(items.map(({ flight, findings }) => [flight.id, findings])).toEqual([
      ['lower', { seen: 1, undecided: 1 }],
      ['all', { seen: 2, undecided: 2 }],
    ])
    expect(items[1]!.coverage.stretches.filter(isLong)).toMatchObject([
      { river: '文津河', reach: 'lower', plannedM: expect.closeTo(2_000), coveredM: expect.closeTo(2_000) },
      { river: '文津河', reach: 'upper', plannedM: expect.closeTo(1_000), coveredM: expect.closeTo(1_000) },
    ])
    expect(items[0]!.coverage.stretches.filter(isLong)).toMatchObject([
      { reach: 'lower', coveredM: expect.closeTo(1_530, -1) },
    ])
  })

  it('adds up why stretches are not covered, the longest first', () => {
    const faulty = aFlight({ id: 'faulty', beganMs: NOON_MS, toM: 900 }, [], (shot) => ({
      ...shot,
      ...(shot.eastM < 200 && { sharpness: 1 }),
      ...(shot.eastM > 400 && { gsdCm: 50 }),
    }))
    const [digest] = fly(faulty).patrols({ limit: 1 }).items
    const { plannedM, coveredM, gaps } = digest!.coverage
    expect(gaps.slice(0, 2).map(({ reason }) => reason)).toEqual(['too_coarse', 'blurred'])
    expect(coveredM + gaps.reduce((sumM, { lengthM }) => sumM + lengthM, 0)).toBeCloseTo(plannedM, 6)
  })

  it('counts what nobody decided on, and no longer what somebody did', () => {
    const book = fly(WEEK)
    const [finding] = book.findings({ flight: 'lower', limit: 1 }).items
    const verdict = { verdict: 'confirmed' as const, by: 'chief', atMs: NOON_MS, model: 'm', score: 0.8 }
    const said = { type: 'finding.reviewed' as const, atMs: NOON_MS + 3 * DAY_MS, by: 'chief' }
    book.applyEntry({ ...said, findingId: finding!.id, verdict, afterSeq: 0 })
    book.advance(NOON_MS + 3 * DAY_MS + 1)
    expect(book.patrols({ limit: 1 }).items[0]!.findings).toEqual({ seen: 1, undecided: 0 })
  })
})

describe('the reaches of a river', () => {
  it('say when a flight last covered at least half of them, and what is there', () => {
    const [river] = fly(WEEK).rivers()
    expect(river).toMatchObject({ name: '文津河', lengthM: expect.closeTo(RIVER_M, -1) })
    expect(
      river!.reaches.map(({ id, lastCovered, present, undecided }) => [id, lastCovered?.flightId, present, undecided]),
    ).toEqual([
      ['upper', 'all', 1, 1],
      ['lower', 'lower', 1, 1],
    ])
  })

  it('were never covered by a flight that only touched them', () => {
    const [river] = fly(aFlight({ id: 'short', beganMs: NOON_MS, fromM: 0, toM: 300 }, [])).rivers()
    expect(river!.reaches.map(({ lastCovered }) => lastCovered)).toEqual([undefined, undefined])
  })
})

describe('coverage without its pictures', () => {
  it('is as long as before, in one piece for each reach, as good as the worst of it', () => {
    const { coverage } = fly(WEEK).flight('all')!
    const { seen: joint, coveredM, gaps } = withoutPictures(coverage)
    expect([coveredM, gaps]).toEqual([coverage.coveredM, coverage.gaps])
    expect(
      joint.filter(({ reach }) => reach !== undefined).map(({ reach, fromM, toM }) => [reach, fromM, Math.round(toM)]),
    ).toEqual([
      ['upper', 0, 1_000],
      ['lower', 1_000, RIVER_M],
    ])
    expect(joint[0]!.gsdCm).toBe(Math.max(...coverage.seen.map(({ gsdCm }) => gsdCm)))
  })
})
