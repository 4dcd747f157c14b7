import { expect, it } from 'vitest'
import type { Readings, Sample } from '../../core/observation.ts'
import { toActivity } from '../../simulators/quarter/years/activity.ts'
import { atHour, DAY_MS, dayOf, YEAR_FROM_MS, YEAR_TO_MS } from '../../simulators/quarter/years/calendar.ts'
import { createDice } from '../../simulators/quarter/years/dice.ts'
import { HOUSES_OF_LANE, makeLane, WATCHED_OF_LANE } from '../../simulators/quarter/years/lane.ts'
import { makeLaneYear, type YearArrival } from '../../simulators/quarter/years/lane-year.ts'
import { planLane } from '../../simulators/quarter/years/plan-lane.ts'
import { shareAt } from '../../simulators/quarter/years/propagate.ts'
import { createSenses } from '../../simulators/quarter/years/sense-day.ts'
import { createBender } from '../../simulators/quarter/years/sensor-faults.ts'
import { hasUnfiledWorks, hasWorks, isUnfiledAt, RATES, type Story } from '../../simulators/quarter/years/story.ts'

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed + 1)
const PLANS = SEEDS.map((seed) => planLane(seed))
const STORIES = PLANS.flatMap(({ stories }) => stories)
const YEAR = makeLaneYear(1)
/** The first months. */
const ARRIVALS = take(YEAR.arrivals(), 150_000)

it('a lane and its year are the same for the same seed, however often they are asked for', () => {
  const again = take(makeLaneYear(1).arrivals(), 20_000)
  expect(JSON.stringify(again)).toBe(JSON.stringify(ARRIVALS.slice(0, 20_000)))
  expect(planLane(2)).not.toEqual(planLane(1))
})

it('eight of ten houses in a row are watched, and list what stands in them', () => {
  for (const { lane } of PLANS) {
    expect(lane.houses).toHaveLength(HOUSES_OF_LANE)
    const watched = lane.houses.filter(({ sensors }) => sensors.length > 0)
    expect(watched.length).toBeGreaterThanOrEqual(WATCHED_OF_LANE - 1)
    for (const { building, sensors } of watched) expect(building.sensors).toEqual(sensors.map(({ id }) => id))
  }
})

it('with a whole kit each watched house has a sensor of every type, and the same happens in it', () => {
  for (const seed of SEEDS.slice(0, 5)) {
    const whole = planLane(seed, { kit: 'whole' })
    for (const { sensors } of whole.lane.houses) expect([0, 5]).toContain(new Set(sensors.map(({ type }) => type)).size)
    const mixed = planLane(seed)
    expect(whole.activities).toEqual(mixed.activities)
    expect(whole.stories.filter(({ kind }) => kind !== 'sensor_fault')).toEqual(
      mixed.stories.filter(({ kind }) => kind !== 'sensor_fault'),
    )
  }
})

it('stories are told more often where that is asked for', () => {
  const count = (options: Parameters<typeof planLane>[1]) =>
    SEEDS.slice(0, 10)
      .flatMap((seed) => planLane(seed, options).stories)
      .filter(({ kind }) => kind === 'unfiled_works')
  expect(count({ rates: { unfiled_works: 1.5 } }).length).toBeGreaterThan(3 * count({}).length)
  expect(count({ carefulShare: 1 }).every(({ works }) => works!.careful)).toBe(true)
})

it('the first wall falls one to eight days after works begin, and before they end', () => {
  const works = STORIES.flatMap(({ works }) => (works ? [works] : []))
  const falls = works.filter(({ demolitionMs }) => demolitionMs !== null)
  expect(falls.length).toBeGreaterThan(100)
  for (const { beginMs, demolitionMs, endMs } of falls) {
    expect(demolitionMs! - beginMs).toBeGreaterThan(12 * 3_600_000)
    expect(demolitionMs! - beginMs).toBeLessThan(9 * DAY_MS)
    expect(endMs).toBeGreaterThan(demolitionMs!)
  }
  expect(works.filter(({ careful }) => careful).length).toBeGreaterThan(10)
})

it('works are unfiled until somebody says that they are filed, and again when the filing has ended', () => {
  const works = { beginMs: 10, demolitionMs: null, endMs: 100, careful: false, paper: null }
  const filed = { ...works, filing: { how: 'late' as const, saidMs: 30, fromMs: 5, untilMs: 60 } }
  const track = [5, 10, 29, 30, 59, 60, 99, 100].map((atMs) => isUnfiledAt(filed, atMs))
  expect(track).toEqual([false, true, true, false, false, true, true, false])
  const story: Story = {
    id: 's',
    kind: 'unfiled_works',
    house: 3,
    fromMs: 10,
    toMs: 100,
    works: { ...works, filing: null },
  }
  expect(hasUnfiledWorks([story], 3, 110)).toBe(false)
  expect(hasUnfiledWorks([story], 3, 110, 20)).toBe(true)
  expect(hasUnfiledWorks([story], 2, 50, 20)).toBe(false)
  const isFiled = { ...story, works: filed }
  expect([9, 10, 40, 99, 100].map((atMs) => hasWorks([isFiled], 3, atMs))).toEqual([false, true, true, true, false])
  expect(hasWorks([isFiled], 3, 110, 20)).toBe(true)
  expect(hasWorks([isFiled], 2, 50)).toBe(false)
})

it('stories come about as often as their rates say', () => {
  const houseYears = PLANS.length * HOUSES_OF_LANE
  for (const [kind, rate] of Object.entries(RATES)) {
    const count = STORIES.filter((story) => story.kind === kind).length
    expect(Math.abs(count / houseYears - rate), kind).toBeLessThan(0.25 * rate + 0.02)
  }
  for (const fault of ['stuck', 'spikes', 'hum', 'fouled', 'lost', 'held', 'clock'])
    expect(
      STORIES.some((story) => story.fault === fault),
      fault,
    ).toBe(true)
})

it('of unfiled works most, but not all, were announced by a lease or a new business', () => {
  const unfiled = STORIES.filter(({ kind }) => kind === 'unfiled_works').map(({ works }) => works!.paper)
  const announced = unfiled.filter((paper) => paper?.startsWith('lease') || paper === 'scope.changed')
  expect(announced.length / unfiled.length).toBeGreaterThan(0.6)
  expect(unfiled).toContain(null)
})

it('two stories of one house keep apart', () => {
  for (const { stories } of PLANS)
    for (const works of stories.filter((story) => story.works !== undefined))
      for (const other of stories) {
        if (other === works || other.house !== works.house || other.kind === 'sensor_fault') continue
        expect(other.fromMs >= works.toMs || other.toMs <= works.fromMs, `${works.id} and ${other.id}`).toBe(true)
      }
})

it('what is felt, heard and breathed falls from house to house', () => {
  const { houses } = makeLane(3)
  const drill = toActivity('chase', { house: 0, story: '', fromMs: 0, toMs: 1 })
  const shares = houses.map((house) => shareAt(drill, house, houses))
  for (const [i, share] of shares.slice(1).entries()) {
    expect(share.shake).toBeLessThan(shares[i]!.shake)
    expect(share.lossDb).toBeGreaterThan(shares[i]!.lossDb)
    expect(share.dust).toBeLessThan(shares[i]!.dust)
  }
  const breaker = { ...drill, house: null, alongM: houses[9]!.alongM }
  const fromLane = houses.map((house) => shareAt(breaker, house, houses).shake)
  expect(fromLane).toEqual([...fromLane].sort((a, b) => a - b))
})

it('a drill is felt at the house next door, weaker', () => {
  const lane = makeLane(4)
  const [own, next] = [lane.houses[4]!, lane.houses[5]!]
  for (const house of [own, next])
    house.sensors = [{ id: `v${house.index}`, type: 'vibration-sensor', gain: 1, floor: 0.01 }]
  const drill = toActivity('chase', { house: 4, story: '', fromMs: atHour(100, 9), toMs: atHour(100, 12) })
  const readings = createSenses(lane, [drill]).senseDay(100)
  const middle = (device: string) => {
    const peaks = readings
      .filter((reading) => reading.device === device && reading.atMs > drill.fromMs && reading.atMs <= drill.toMs)
      .map(({ samples }) => ofMetric(samples, 'ppv_mm_s'))
    return peaks.sort((a, b) => a - b)[Math.floor(peaks.length / 2)]!
  }
  expect(middle('v4')).toBeGreaterThan(1)
  expect(middle('v5')).toBeLessThan(middle('v4') / 2)
  expect(middle('v5')).toBeGreaterThan(0.1)
})

it('things arrive in order, numbered without gaps, and no reading before it was made', () => {
  let [last, seq] = [0, 0]
  const clocks = YEAR.faults.filter(({ kind }) => kind === 'clock')
  for (const one of ARRIVALS) {
    if (one.arrivalMs < last) throw new Error('out of order')
    last = one.arrivalMs
    if (one.kind !== 'observation') continue
    if (one.observation.seq !== ++seq) throw new Error(`gap before ${one.observation.seq}`)
    const { observation } = one
    if (observation.kind !== 'readings' || clocks.some(({ device }) => device === observation.deviceId)) continue
    if (observation.samples.some(({ atMs }) => atMs > one.arrivalMs)) throw new Error('a reading from the future')
  }
  expect(ARRIVALS[0]!.arrivalMs).toBeGreaterThanOrEqual(YEAR_FROM_MS)
})

it('no record comes more than a few days before its date, no report before what it is about', () => {
  for (const { papers } of PLANS)
    for (const { arrivalMs, record } of papers) {
      const early = record.recordType === 'report.resident' ? 0 : 5 * DAY_MS
      expect(arrivalMs).toBeGreaterThanOrEqual(record.atMs - early)
    }
})

it('a device that could not send for a while sends all of it afterwards, in order', () => {
  const [fromMs, toMs] = [1000, 9000]
  const bend = createBender([{ kind: 'held', device: 'd', fromMs, toMs, offsetMs: 0 }], createDice(1))
  const sent = [500, 2000, 4000, 9500].map(
    (atMs) => bend({ arrivalMs: atMs, samples: [{ metric: 'm', atMs, value: 1 }] })!,
  )
  expect(sent.map(({ arrivalMs }) => arrivalMs)).toEqual([500, 9040, 9080, 9500])
  expect(sent.map(({ samples }) => samples[0]!.atMs)).toEqual([500, 2000, 4000, 9500])
})

it('a stuck device repeats itself, a lost one is silent, one with a wrong clock dates wrongly', () => {
  const at = (kind: 'stuck' | 'lost' | 'clock') =>
    createBender([{ kind, device: 'd', fromMs: 10, toMs: 30, offsetMs: 7 }], createDice(1))
  const told = (kind: 'stuck' | 'lost' | 'clock') => {
    const bend = at(kind)
    return [5, 15, 25, 35].map(
      (atMs) => bend({ arrivalMs: atMs, samples: [{ metric: 'm', atMs, value: atMs }] })?.samples[0],
    )
  }
  expect(told('stuck').map((sample) => sample?.value)).toEqual([5, 15, 15, 35])
  expect(told('lost').map((sample) => sample?.value)).toEqual([5, undefined, undefined, 35])
  expect(told('clock').map((sample) => sample?.atMs)).toEqual([5, 22, 32, 35])
})

it('values are such as their sensors can give, and doors are opened by day', () => {
  const byHour = new Array<number>(24).fill(0)
  for (const { observation } of readingsOf(ARRIVALS)) {
    for (const { metric, atMs, value } of observation.samples) {
      if (value < 0 || !Number.isFinite(value)) throw new Error(`${metric} is ${value}`)
      if (metric === 'door_count' && value < 900) byHour[Math.floor(((atMs - YEAR_FROM_MS) / 3_600_000) % 24)]! += value
    }
  }
  expect(byHour[18]!).toBeGreaterThan(5 * byHour[3]!)
})

it('a year is a year', () => {
  expect(dayOf(YEAR_TO_MS)).toBe(365)
  expect(new Date(YEAR_FROM_MS).toISOString()).toBe('2024-12-31T16:00:00.000Z')
})

function take<T>(all: Iterable<T>, most: number): T[] {
  const taken: T[] = []
  for (const one of all) if (taken.push(one) === most) break
  return taken
}

function* readingsOf(arrivals: readonly YearArrival[]): Generator<{ observation: Readings }> {
  for (const one of arrivals)
    if (one.kind === 'observation' && one.observation.kind === 'readings') yield { observation: one.observation }
}

function ofMetric(samples: readonly Sample[], metric: string): number {
  return samples.find((sample) => sample.metric === metric)!.value
}
