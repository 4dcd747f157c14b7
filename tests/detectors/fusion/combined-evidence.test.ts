import { describe, expect, it } from 'vitest'
import type { Building } from '../../../core/building.ts'
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
  tellingTable,
} from '../../fixtures/house-world.ts'

const day = (n: number) => MONDAY_MS + n * DAY_MS
const table = tellingTable()
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
  const world = createHouseWorld(houses, table)
  world.run(inOrder(...steps))
  return new Map(world.fusion.suspicionOf('h1')!.evidence.map((one) => [one.kind, one]))
}

describe('works inside', () => {
  it('are blows together with noise or dust in the air of the same house', () => {
    const kinds = kindsOn([...calm('h1'), dayOf('h1', day(4), { works: true })], houseAt('h1'))
    expect(kinds.get('inside')).toMatchObject({ from: ['v-h1'], facts: { ppv_mm_s: 2.4 } })
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
    expect(kinds.get('walls')).toMatchObject({ from: ['v-h1'], facts: { ppv_mm_s: 4.8 } })
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

describe('whether somebody sleeps there', () => {
  const vacated = (n: number) =>
    changed(dayOf('h1', day(n), { works: n > 3 }), (metric, value, atMs) =>
      metric === 'power_kw' && atMs < day(n) + DAY_MS / 4 ? 0.02 : value,
    )
  const slept = (steps: Step[][]) => kindsOn(steps, houseAt('h1')).get('slept')!.facts

  it('is told by how many of the last nights power was used', () => {
    expect(slept([...calm('h1'), dayOf('h1', day(4), { works: true })])).toEqual({ nights: 5, of: 5 })
    expect(slept([...calm('h1'), vacated(4)])).toEqual({ nights: 4, of: 5 })
    expect(slept([...[0, 1, 2, 3].map(vacated), vacated(4)])).toEqual({ nights: 0, of: 5 })
  })

  it('counts a night once enough of it is known', () => {
    const tonight = dayOf('h1', day(5)).filter(({ atMs }) => atMs < day(5) + 2 * HOUR_MS)
    expect(slept([...calm('h1'), vacated(4), tonight])).toEqual({ nights: 4, of: 5 })
    expect(slept([...calm('h1'), vacated(4), dayOf('h1', day(5))])).toEqual({ nights: 5, of: 6 })
  })

  it('says nothing alone', () => {
    const world = createHouseWorld([houseAt('h1')], table)
    world.run(inOrder(...calm('h1'), vacated(3)))
    expect(world.fusion.suspicionOf('h1')).toMatchObject({ state: 'quiet', evidence: [] })
  })
})

/** Two hours of blows of a day of works, moved to another hour; nothing else is heard. */
function stint(n: number, fromHour: number): Step[] {
  const quiet: Record<string, number> = {
    ...{ work_class: 0, ppv_mm_s: 0.02, noise_db: 45, pm10_ug_m3: 50, power_kw: 0.3, door_count: 0 },
  }
  const hourOf = (atMs: number) => (atMs - day(n)) / HOUR_MS
  const within = (atMs: number, from: number) => hourOf(atMs) >= from && hourOf(atMs) < from + 2
  return changed(dayOf('h1', day(n), { works: true }), (metric, value, atMs) =>
    within(atMs, 9) ? value : (quiet[metric] ?? value),
  ).map((step) => {
    if (within(step.atMs, 9)) return shifted(step, (fromHour - 9) * HOUR_MS)
    return within(step.atMs, fromHour) ? shifted(step, (9 - fromHour) * HOUR_MS) : step
  })
}

describe('works out of hours', () => {
  const [FRIDAY, SATURDAY] = [4, 5]
  const hoursOf = (kind: string, n: number, fromHour: number) =>
    kindsOn([...calm('h1'), stint(n, fromHour)], houseAt('h1')).get(kind)?.facts.hours

  it('are blows inside in the evening and early in the morning, and on days off at any hour', () => {
    expect(hoursOf('after_hours', FRIDAY, 19)).toBe(1.5)
    expect(hoursOf('after_hours', FRIDAY, 5)).toBe(1.5)
    expect(hoursOf('after_hours', SATURDAY, 10)).toBe(1.5)
    expect(hoursOf('after_hours', FRIDAY, 10)).toBeUndefined()
    expect(hoursOf('inside', FRIDAY, 10)).toBe(1.5)
  })

  it('before the office opens are told by blows alone', () => {
    expect(hoursOf('early', FRIDAY, 5)).toBe(1.5)
    expect(hoursOf('early', FRIDAY, 19)).toBeUndefined()
    const deaf = kindsOn([...calm('h1'), stint(FRIDAY, 5)], only(houseAt('h1'), 'v', 'p'))
    expect(deaf.get('early')).toMatchObject({ from: ['v-h1'], facts: { hours: 1.5 } })
    expect(deaf.has('after_hours')).toBe(false)
  })
})

describe('days of one kind', () => {
  const evening = (n: number) => stint(n, 19)

  it('add up, and that they come again is a kind of its own', () => {
    const one = kindsOn([...calm('h1'), evening(4)], houseAt('h1'))
    const three = kindsOn([...calm('h1'), evening(4), evening(5), evening(6)], houseAt('h1'))
    expect(one.get('inside')!.facts.hours).toBeCloseTo(1.5)
    expect(three.get('inside')!.facts).toMatchObject({ hours: 4.5, days: 3 })
    expect(three.get('again')!.facts).toEqual({ days: 3 })
  })

  it('count no more once they are so long ago', () => {
    const past = [4, 5, 6].map(evening)
    const later = Array.from({ length: table.times.windowDays }, (_, i) => dayOf('h1', day(7 + i)))
    const kinds = kindsOn([...calm('h1'), ...past, ...later], houseAt('h1'))
    expect(kinds.has('inside')).toBe(false)
    expect(kinds.get('again')!.facts).toEqual({ days: table.again.days - table.times.windowDays })
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
