import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Finding, FindingNews } from '../../../core/finding.ts'
import type { Arrival } from '../../../core/observation.ts'
import { kindsOf, SENSED_KINDS } from '../../../detectors/fusion/evidence-table.ts'
import { type HeardDay, sensedPieces, toWindows } from '../../../detectors/fusion/heard-windows.ts'
import { loadEvidenceTable } from '../../../detectors/fusion/load-evidence-table.ts'
import { inCompany, logistic, logit, type Piece, weighed } from '../../../detectors/fusion/weigh.ts'
import {
  createHouseWorld,
  DAY_MS,
  dayOf,
  HOUR_MS,
  houseAt,
  inOrder,
  MONDAY_MS,
  record,
  tellingTable,
} from '../../fixtures/house-world.ts'

const day = (n: number) => MONDAY_MS + n * DAY_MS
const table = tellingTable()

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
  it('is weighed: reports of the last days as one piece, more of them more', () => {
    const world = createHouseWorld([houseAt('h1')], table)
    const at = (n: number) => day(1) + n * HOUR_MS
    world.run([record('a', 'report.noise', 'h1', at(9)), record('b', 'report.dust', 'h1', at(10))])
    const [piece, ...others] = world.fusion.suspicionOf('h1')!.evidence
    expect(others).toEqual([])
    expect(piece).toMatchObject({ kind: 'report', facts: { reports: 2 }, from: ['office|a', 'office|b'] })
    world.run([record('c', 'record.withdrawn', 'h1', at(11), { withdraws: 'b' })])
    expect(world.fusion.suspicionOf('h1')!.evidence[0]).toMatchObject({ facts: { reports: 1 } })
  })

  it('holds a heap of rubble against the house beside it, until a reviewer says it is none', () => {
    const world = createHouseWorld([houseAt('h1'), houseAt('h2', 400)], table)
    world.run(dayOf('h1', day(0)))
    world.fusion.hear(found('opened', 'dump_pile', day(1)))
    const kinds = world.fusion.suspicionOf('h1')!.evidence
    expect(kinds.map(({ kind }) => kind).toSorted()).toEqual(['debris', 'slept'])
    expect(kinds.find(({ kind }) => kind === 'debris')!.from).toEqual(['f1-0'])
    expect(world.fusion.suspicionOf('h2')!.evidence).toEqual([])
    const verdict = { verdict: 'rejected', reason: 'shadow', by: 'li', atMs: day(1), model: 'm', score: 0.9 } as const
    world.fusion.hear(found('reviewed', 'dump_pile', day(1), verdict))
    expect(world.fusion.suspicionOf('h1')!.evidence).toEqual([])
  })
})

describe('readings', () => {
  it('count once when they come twice, and the same in another order within the day', () => {
    const plain = createHouseWorld([houseAt('h1')], table)
    const lived = inOrder(...[0, 1, 2, 3].map((n) => dayOf('h1', day(n))))
    const works = dayOf('h1', day(4), { works: true }).filter(
      (step) => 'arrival' in step && step.arrival.deviceId !== 'c-h1',
    )
    plain.run([...lived, ...works])
    plain.advance(day(5))
    const other = createHouseWorld([houseAt('h1')], table)
    const late = [...works.toReversed(), ...works].map((step) => ({ ...step, atMs: day(4) + 23 * HOUR_MS }))
    other.run([...lived, ...late])
    other.advance(day(5))
    const pieces = (world: typeof plain) =>
      world.fusion
        .suspicionOf('h1')!
        // Means take each reading only if it is newer than all before.
        .evidence.filter(({ kind }) => kind !== 'slept' && kind !== 'power')
        .map(({ kind, facts, atMs }) => ({ kind, facts, atMs }))
    expect(pieces(other)).toEqual(pieces(plain))
    expect(pieces(plain).length).toBeGreaterThan(2)
  })

  it('of more than a week ago are not judged, and counted', () => {
    const world = createHouseWorld([houseAt('h1')], table)
    world.run(dayOf('h1', day(20)))
    const old = dayOf('h1', day(2), { works: true }).map((step) => ({ ...step, atMs: day(21) }))
    world.run(old)
    world.advance(day(21) + HOUR_MS)
    expect(world.fusion.suspicionOf('h1')!.evidence).toEqual([])
    const counted = world.fusion.measurements().find(({ name }) => name === 'huying_suspicion_late_samples_total')
    expect(counted?.value).toBeGreaterThan(100)
  })

  it('of a clock that runs ahead are judged by when they came', () => {
    const world = createHouseWorld([houseAt('h1')], table)
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

const aDay: fc.Arbitrary<HeardDay> = fc.record({
  kind: fc.constantFrom('drilling' as const, 'dust' as const, 'doors' as const),
  day: fc.nat(3),
  measure: fc.integer({ min: 1, max: 90 }),
  fromMs: fc.constant(day(1)),
  atMs: fc.constant(day(2)),
  facts: fc.record({ hours: fc.nat(12) }),
  from: fc.subarray(['a', 'b'], { minLength: 1 }),
  otherCauses: fc.uniqueArray(
    fc.record({ code: fc.constantFrom('neighbour', 'festival'), leaves: fc.double({ min: 0, max: 1, noNaN: true }) }),
    { selector: ({ code }) => code },
  ),
})
const piece = (kind: string, group: Piece['group'], level: number): Piece => ({
  ...{
    kind,
    group,
    level,
    fullLevel: level,
    fromMs: day(1),
    atMs: day(2),
    facts: {},
    fullWeight: 1,
    weight: 1,
    from: [kind],
  },
  ...{ about: { title: { zh: kind, en: kind }, cancels: { zh: kind, en: kind } }, otherCauses: [] },
})

describe('a window', () => {
  it('holds no more than was heard, less what other causes explain, whatever the order of its days', () => {
    fc.assert(
      fc.property(fc.array(aDay, { maxLength: 8 }), (days) => {
        const windows = toWindows(days)
        const turned = new Map(toWindows(days.toReversed()).map((one) => [one.kind, one]))
        for (const { kind, heard, left, otherCauses } of windows) {
          expect(left).toBeLessThanOrEqual(heard + 1e-9)
          const least = Math.min(1, ...otherCauses.map(({ leaves }) => leaves))
          if (kind !== 'doors') expect(left).toBeLessThanOrEqual(heard * least + 1e-9)
          if (otherCauses.length === 0) expect(left).toBe(heard)
          expect(turned.get(kind)!.left).toBeCloseTo(left, 9)
        }
      }),
    )
  })
})

describe('the shipped table', () => {
  const shipped = loadEvidenceTable()
  const states = kindsOf(shipped).filter(({ isAmount }) => !isAmount)
  const turning = new Set(kindsOf(shipped).flatMap(({ kind, turns }) => (turns ? [kind] : [])))
  const someDays = fc.array(
    aDay.chain((one) => fc.constantFrom(...SENSED_KINDS).map((kind): HeardDay => ({ ...one, kind }))),
    { maxLength: 12 },
  )
  const someStates = fc
    .subarray(states)
    .chain((some) =>
      fc.tuple(
        ...some.map(({ kind, levels }) =>
          fc.nat(levels.length - 1).map((i) => ({ ...piece(kind, 'beside', 0), ...weighed(levels, levels[i]!.from) })),
        ),
      ),
    )
  const said = (days: HeardDay[], beside: Piece[]) => inCompany(shipped, [...sensedPieces(shipped, days, 3), ...beside])
  const sum = (pieces: Piece[]) => pieces.reduce((all, { weight }) => all + weight, 0)

  it('never lets what else could explain it speak for works', () => {
    fc.assert(
      fc.property(someDays, someStates, (days, beside) => {
        const alone = sum(
          said(
            days.map((one) => ({ ...one, otherCauses: [] })),
            beside,
          ),
        )
        const pieces = said(days, beside)
        expect(sum(pieces)).toBeLessThanOrEqual(alone + 1e-9)
        for (const { weight, fullWeight } of pieces) expect(weight).toBeLessThanOrEqual(fullWeight + 1e-9)
        expect(pieces.reduce((all, { fullWeight }) => all + fullWeight, 0)).toBeCloseTo(alone, 9)
      }),
    )
  })

  it('never lets more of what was heard speak less for works, but steps', () => {
    fc.assert(
      fc.property(someDays, someStates, fc.nat(), fc.nat(60), (given, beside, which, more) => {
        const days = given.filter(({ kind }) => !turning.has(kind)).map((one) => ({ ...one, otherCauses: [] }))
        const louder = days.map((one, i) => (i === which % days.length ? { ...one, measure: one.measure + more } : one))
        expect(sum(said(louder, beside))).toBeGreaterThanOrEqual(sum(said(days, beside)) - 1e-9)
      }),
    )
    expect([...turning]).toEqual(['steps'])
  })
})

describe('two kinds together', () => {
  const together = [{ kinds: ['slept', 'inside'] as [string, string], ratios: [[2, 0.5]] }]
  const weights = (...pieces: Piece[]) =>
    inCompany({ ...table, together }, pieces).map(({ kind, weight }) => [kind, weight])

  it('weigh by the level of both, and each is told with half of it', () => {
    const [inside, slept] = [piece('inside', 'sensed', 2), piece('slept', 'beside', 1)]
    const half = Math.log(0.5) / 2
    expect(weights(inside, slept)).toEqual([
      ['inside', 1 + half],
      ['slept', 1 + half],
    ])
    expect(weights(inside)).toEqual([['inside', 1]])
    expect(weights(piece('inside', 'sensed', 0), slept).map(([, weight]) => weight)).toEqual([1, 1])
  })
})

it('the logistic is the way back from the log-odds', () => {
  for (const p of [0.001, 0.3, 0.5, 0.98]) expect(logistic(logit(p))).toBeCloseTo(p, 12)
})
