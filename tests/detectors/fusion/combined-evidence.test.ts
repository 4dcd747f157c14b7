import { describe, expect, it } from 'vitest'
import type { Building } from '../../../core/building.ts'
import { loadEvidenceTable } from '../../../detectors/fusion/evidence-table.ts'
import { countOf, hasQuarter, NO_QUARTERS, widened, without, withQuarter } from '../../../detectors/fusion/quarters.ts'
import {
  createHouseWorld,
  DAY_MS,
  dayOf,
  HOUR_MS,
  houseAt,
  inOrder,
  MONDAY_MS,
  type Step,
} from '../../fixtures/house-world.ts'

const day = (n: number) => MONDAY_MS + n * DAY_MS
const table = loadEvidenceTable()
const calm = (house: string) => [0, 1, 2, 3].map((n) => dayOf(house, day(n)))

/** A step whose readings are altered; null leaves them out. */
const changed = (steps: Step[], change: (metric: string, value: number, atMs: number) => number): Step[] =>
  steps.map((step) => {
    if (!('arrival' in step) || step.arrival.kind !== 'readings') return step
    const samples = step.arrival.samples.map((one) => ({ ...one, value: change(one.metric, one.value, one.atMs) }))
    return { ...step, arrival: { ...step.arrival, samples } }
  })

const only = (house: Building, ...devices: string[]): Building => ({
  ...house,
  sensors: house.sensors!.filter((id) => devices.includes(id[0]!)),
})

function kindsOn(steps: Step[][], ...houses: Building[]) {
  const world = createHouseWorld(houses)
  world.run(inOrder(...steps))
  return new Map(world.fusion.suspicionOf('h1')!.evidence.map((one) => [one.kind, one]))
}

describe('works inside', () => {
  it('are blows together with noise or dust in the air of the same house', () => {
    const kinds = kindsOn([...calm('h1'), dayOf('h1', day(4), { works: true })], houseAt('h1'))
    expect(kinds.get('inside')).toMatchObject({ from: ['v-h1'], facts: { ppv_mm_s: 1.5 } })
  })

  it('are none where the air stays quiet and clean, or where it was loud at another hour', () => {
    expect(kindsOn([...calm('h1'), dayOf('h1', day(4), { drilling: true })], houseAt('h1')).has('inside')).toBe(false)
    const loudAtNight = changed(dayOf('h1', day(4), { drilling: true }), (metric, value, atMs) =>
      metric === 'noise_db' && atMs > day(4) + DAY_MS * 0.8 ? 90 : value,
    )
    expect(kindsOn([...calm('h1'), loudAtNight], houseAt('h1')).has('inside')).toBe(false)
  })
})

describe('heavy blows', () => {
  const heavily = changed(dayOf('h1', day(4), { works: true }), (metric, value) =>
    metric === 'ppv_mm_s' ? value * 2 : value,
  )

  it('count once more where nothing is known of the air', () => {
    expect(kindsOn([...calm('h1'), heavily], houseAt('h1')).has('walls')).toBe(false)
    const kinds = kindsOn([...calm('h1'), heavily], only(houseAt('h1'), 'v', 'p'))
    expect(kinds.get('walls')).toMatchObject({ from: ['v-h1'], facts: { ppv_mm_s: 3 } })
  })
})

describe('machines', () => {
  it('that are heard and not felt are told from drills', () => {
    const loud = (steps: Step[]) =>
      changed(steps, (metric, value) => (metric === 'noise_db' && value > 70 ? 85 : value))
    const drilled = kindsOn([...calm('h1'), loud(dayOf('h1', day(4), { works: true }))], houseAt('h1'))
    expect(drilled.has('tools')).toBe(true)
    const sawn = kindsOn([...calm('h1'), loud(dayOf('h1', day(4), { works: true, drilling: false }))], houseAt('h1'))
    expect(sawn.get('saw')).toMatchObject({ from: ['n-h1'] })
  })
})

describe('a neighbour', () => {
  it('explains only what is heard there at the same time', () => {
    const louder = changed(dayOf('h2', day(4), { works: true }), (metric, value) =>
      metric === 'ppv_mm_s' ? value * 5 : value,
    )
    const houses = [houseAt('h1'), houseAt('h2', 12)]
    const causesOf = (other: Step[]) =>
      kindsOn([...calm('h1'), ...calm('h2'), dayOf('h1', day(4), { works: true }), other], ...houses)
        .get('drilling')!
        .otherCauses.map(({ code }) => code)
    expect(causesOf(louder)).toEqual(['neighbour'])
    const later = louder.map((step) => shifted(step, 8 * HOUR_MS))
    expect(causesOf(later)).toEqual([])
  })
})

describe('whether somebody lives there', () => {
  const vacated = (n: number) =>
    changed(dayOf('h1', day(n), { works: n > 3 }), (metric, value, atMs) =>
      metric === 'power_kw' && atMs < day(n) + DAY_MS / 4 ? 0.02 : value,
    )

  it('speaks for works where nobody does and something else speaks for them, and against where somebody does', () => {
    const vacant = kindsOn([...calm('h1'), vacated(4)], houseAt('h1'))
    expect(vacant.get('vacant')!.weight).toBeCloseTo(Math.log(table.slept.vacant.ratio), 9)
    const lived = kindsOn([...calm('h1'), dayOf('h1', day(4), { works: true })], houseAt('h1'))
    expect(lived.get('lived')!.weight).toBeLessThan(0)
  })

  it('is told by the night before until enough of the next one is known', () => {
    const world = createHouseWorld([houseAt('h1')])
    world.run(inOrder(...calm('h1'), vacated(4)))
    const kinds = () => world.fusion.suspicionOf('h1')!.evidence.map(({ kind }) => kind)
    world.advance(day(5) + 2 * HOUR_MS)
    expect(kinds()).toContain('vacant')
    world.run(dayOf('h1', day(5)))
    expect(kinds()).toContain('lived')
    expect(kinds()).not.toContain('vacant')
  })

  it('says nothing alone', () => {
    const world = createHouseWorld([houseAt('h1')])
    world.run(inOrder(...calm('h1'), vacated(3)))
    expect(world.fusion.suspicionOf('h1')).toMatchObject({ state: 'quiet', evidence: [] })
  })
})

describe('days of one kind', () => {
  it('are not independent: the heaviest counts whole, each further one less', () => {
    const world = createHouseWorld([houseAt('h1')])
    world.run(inOrder(...calm('h1'), ...[4, 5, 6, 7].map((n) => dayOf('h1', day(n), { works: true }))))
    const weights = world.fusion
      .suspicionOf('h1')!
      .evidence.filter(({ kind }) => kind === 'rubble' || kind === 'inside')
    const shares = weights.map(({ weight, fullWeight }) => weight / fullWeight).sort((a, b) => b - a)
    expect(shares.length).toBeGreaterThan(3)
    expect(shares[0]).toBeGreaterThan(0.9)
    expect(shares.at(-1)).toBeLessThan(table.dependence.days ** 3 + 1e-9)
  })
})

describe('quarters of an hour', () => {
  it('are widened by one on either side, over the words that hold them and not over midnight', () => {
    for (const at of [0, 1, 31, 32, 63, 64, 95]) {
      const wide = widened(withQuarter(NO_QUARTERS, at))
      const around = [at - 1, at, at + 1].filter((one) => one >= 0 && one < 96)
      expect(countOf(wide)).toBe(around.length)
      for (const one of around) expect(hasQuarter(wide, one)).toBe(true)
      expect(countOf(without(wide, withQuarter(NO_QUARTERS, at)))).toBe(around.length - 1)
    }
  })
})

function shifted(step: Step, byMs: number): Step {
  if (!('arrival' in step) || step.arrival.kind !== 'readings') return step
  const samples = step.arrival.samples.map((one) => ({ ...one, atMs: one.atMs + byMs }))
  return { atMs: step.atMs + byMs, arrival: { ...step.arrival, samples } }
}
