import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Finding, FindingNews } from '../../../core/finding.ts'
import type { Arrival } from '../../../core/observation.ts'
import { loadEvidenceTable } from '../../../detectors/fusion/evidence-table.ts'
import { logistic, logit, type Piece, weigh } from '../../../detectors/fusion/weigh.ts'
import {
  createHouseWorld,
  DAY_MS,
  dayOf,
  HOUR_MS,
  houseAt,
  inOrder,
  MONDAY_MS,
  record,
} from '../../fixtures/house-world.ts'

const day = (n: number) => MONDAY_MS + n * DAY_MS
const table = loadEvidenceTable()

function found(
  change: FindingNews['change'],
  label: string,
  atMs: number,
  verdict?: Finding['verdicts'][number],
): FindingNews {
  const position = houseAt('h1').position!
  const best = {
    frameId: 'a',
    flightId: 'f',
    atMs,
    score: 0.9,
    box: [0, 0, 9, 9] as [number, number, number, number],
    model: 'm',
  }
  const finding: Finding = {
    ...{
      id: 'f1-0',
      label,
      presence: 'present',
      position,
      firstMs: day(0),
      lastMs: atMs,
      sightings: 3,
      score: 0.9,
      best,
    },
    ...{ flights: [], lastLook: { flightId: 'f', frameId: 'a', atMs }, verdicts: verdict ? [verdict] : [] },
  }
  return { kind: 'finding', seq: 0, arrivalMs: atMs, deviceId: 'drone-1', atMs, change, finding }
}

describe('what people and pictures say', () => {
  it('is weighed: reports of one day as one piece, more of them more', () => {
    const world = createHouseWorld([houseAt('h1')])
    const at = (n: number) => day(1) + n * HOUR_MS
    world.run([record('a', 'report.noise', 'h1', at(9)), record('b', 'report.dust', 'h1', at(10))])
    const [piece, ...others] = world.fusion.suspicionOf('h1')!.evidence
    expect(others).toEqual([])
    expect(piece).toMatchObject({ kind: 'report', facts: { reports: 2 }, from: ['office|a', 'office|b'] })
    world.run([record('c', 'record.withdrawn', 'h1', at(11), { withdraws: 'b' })])
    expect(world.fusion.suspicionOf('h1')!.evidence[0]).toMatchObject({ facts: { reports: 1 } })
  })

  it('holds a heap of rubble against the house beside it, until a reviewer says it is none', () => {
    const world = createHouseWorld([houseAt('h1'), houseAt('h2', 400)])
    world.run(dayOf('h1', day(0)))
    world.fusion.hear(found('opened', 'dump_pile', day(1)))
    expect(world.fusion.suspicionOf('h1')!.evidence).toMatchObject([
      { kind: 'lived' },
      { kind: 'debris', from: ['f1-0'] },
    ])
    expect(world.fusion.suspicionOf('h2')!.evidence).toEqual([])
    const verdict = { verdict: 'rejected', reason: 'shadow', by: 'li', atMs: day(1), model: 'm', score: 0.9 } as const
    world.fusion.hear(found('reviewed', 'dump_pile', day(1), verdict))
    expect(world.fusion.suspicionOf('h1')!.evidence).toEqual([])
  })
})

describe('readings', () => {
  it('count once when they come twice, and the same in another order within the day', () => {
    const plain = createHouseWorld([houseAt('h1')])
    const lived = inOrder(...[0, 1, 2, 3].map((n) => dayOf('h1', day(n))))
    const works = dayOf('h1', day(4), { works: true }).filter(
      (step) => 'arrival' in step && step.arrival.deviceId !== 'c-h1',
    )
    plain.run([...lived, ...works])
    plain.advance(day(5))
    const other = createHouseWorld([houseAt('h1')])
    const late = [...works.toReversed(), ...works].map((step) => ({ ...step, atMs: day(4) + 23 * HOUR_MS }))
    other.run([...lived, ...late])
    other.advance(day(5))
    const pieces = (world: typeof plain) =>
      world.fusion
        .suspicionOf('h1')!
        // Means take each reading only if it is newer than all before.
        .evidence.filter(({ kind }) => kind !== 'lived')
        .map(({ kind, facts, atMs }) => ({ kind, facts, atMs }))
    expect(pieces(other)).toEqual(pieces(plain))
    expect(pieces(plain).length).toBeGreaterThan(2)
  })

  it('of more than a week ago are not judged, and counted', () => {
    const world = createHouseWorld([houseAt('h1')])
    world.run(dayOf('h1', day(20)))
    const old = dayOf('h1', day(2), { works: true }).map((step) => ({ ...step, atMs: day(21) }))
    world.run(old)
    world.advance(day(21) + HOUR_MS)
    expect(world.fusion.suspicionOf('h1')!.evidence).toEqual([])
    const counted = world.fusion.measurements().find(({ name }) => name === 'huying_suspicion_late_samples_total')
    expect(counted?.value).toBeGreaterThan(100)
  })

  it('of a clock that runs ahead are judged by when they came', () => {
    const world = createHouseWorld([houseAt('h1')])
    const ahead = dayOf('h1', day(0), { works: true }).map((step) => {
      const { arrival } = step as unknown as { arrival: Extract<Arrival, { kind: 'readings' }> }
      return {
        ...step,
        arrival: { ...arrival, samples: arrival.samples.map((one) => ({ ...one, atMs: one.atMs + 3 * DAY_MS })) },
      }
    })
    world.run(ahead)
    world.advance(day(1))
    for (const { atMs } of world.fusion.suspicionOf('h1')!.evidence) expect(atMs).toBeLessThanOrEqual(day(1))
  })
})

interface Drawn {
  group: 'sensed' | 'seen' | 'paper' | 'still'
  day: number
  ratio: number
  ageDays: number
  leaves: number
}

describe('weights', () => {
  const aPiece: fc.Arbitrary<Drawn> = fc.record({
    group: fc.constantFrom('sensed' as const, 'seen' as const, 'paper' as const, 'still' as const),
    day: fc.nat(5),
    ratio: fc.double({ min: 0.05, max: 200, noNaN: true }),
    ageDays: fc.nat(30),
    leaves: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  const toPieces = (all: Drawn[]): Piece[] =>
    all.map(({ group, day: on, ratio, ageDays, leaves }, i) => ({
      ...{
        kind: { sensed: 'drilling', seen: 'report', paper: 'lease.signed', still: 'still' }[group],
        group,
        day: on,
        level: 1,
      },
      ...{ fromMs: day(40 - ageDays), atMs: day(40 - ageDays), facts: {}, ratio, cap: group === 'still' ? 0.2 : 50 },
      ...{ halfLifeMs: 6 * DAY_MS, from: [`x${i}`], otherCauses: leaves < 1 ? [{ code: 'neighbour', leaves }] : [] },
    }))

  it('are never more than they came with, keep their sign, and do not depend on the order of the pieces', () => {
    fc.assert(
      fc.property(fc.array(aPiece, { maxLength: 12 }), fc.nat(), (all, turn) => {
        const pieces = toPieces(all)
        const weighed = weigh(pieces, table, day(40))
        for (const { evidence } of weighed) {
          expect(Math.abs(evidence.weight)).toBeLessThanOrEqual(Math.abs(evidence.fullWeight) + 1e-9)
          expect(evidence.weight * evidence.fullWeight).toBeGreaterThanOrEqual(0)
        }
        const at = pieces.length === 0 ? 0 : turn % pieces.length
        const turned = weigh([...pieces.slice(at), ...pieces.slice(0, at)], table, day(40))
        const sum = (some: typeof weighed) => some.reduce((all, { evidence }) => all + evidence.weight, 0)
        expect(sum(turned)).toBeCloseTo(sum(weighed), 9)
      }),
    )
  })

  it('have a logistic that is the way back from the log-odds', () => {
    for (const p of [0.001, 0.3, 0.5, 0.98]) expect(logistic(logit(p))).toBeCloseTo(p, 12)
  })
})
