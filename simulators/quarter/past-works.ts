import type { SimulatedDevice } from '../fleet.ts'
import type { RecordEvent } from './records.ts'
import { type Activity, type Doing, toActivity } from './years/activity.ts'
import { atHour, DAY_MS, dateOf, dayOf } from './years/calendar.ts'
import { createDice, type Dice } from './years/dice.ts'
import type { Habit, Lane, LaneSensor } from './years/lane.ts'
import { createSenses } from './years/sense-day.ts'

/** A house in which a crew works, and its devices. */
export interface WorkedHouse {
  id: string
  address: string
  devices: readonly SimulatedDevice[]
}

/** What one device measured at a moment of the past. */
export interface PastReading {
  deviceId: string
  atMs: number
  values: Record<string, number>
}

/** So far back devices remember; the judge of works does not look at older readings. */
const DAYS_KEPT = 6
/** A crew's day: what it does from hour to hour. */
const CREW_DAY: readonly (readonly [Doing, fromHour: number, toHour: number])[] = [
  ['chase', 8, 9.8],
  ['carry', 10, 10.6],
  ['strip', 10.6, 12],
  ['chase', 13.5, 15.2],
  ['strip', 15.4, 17.3],
]
/** Of what such doings are usually: so that walls are rarely shaken beyond their limits, which is another story. */
const STRENGTH = 0.5
/** A couple that is out by day. */
const HABIT: Habit = {
  ...{ use: 'dwelling', home: false, people: 2, stepMmS: 0.11, doorsPerDay: 16 },
  ...{ baseKw: 0.3, climateKw: 0.8, piano: false, washesPerWeek: 2, dayDb: 45 },
}
const FLOORS: Record<LaneSensor['type'], number> = {
  'vibration-sensor': 0.015,
  'noise-meter': 29,
  'dust-sensor': 5,
  'power-meter': 0.005,
  'door-counter': 0,
}

/**
 * What the sensors of a house measured in the six local days before `nowMs` and on that day until then, in order of time: ordinary life at first, and a
 * crew that chases and strips walls in the last `days`. The same bytes for the same house and local day.
 */
export function pastReadings(house: WorkedHouse, seed: number, days: number, nowMs: number): PastReading[] {
  const today = dayOf(nowMs)
  const dice = createDice(seed, 'past works', house.id, today)
  const sensors = house.devices.filter(isLaneSensor).map(({ id, type }): LaneSensor => {
    return { id, type, gain: 1, floor: FLOORS[type] }
  })
  const senses = createSenses(toLane(house, seed, sensors), crewDays(today, days, dice))
  const readings: PastReading[] = []
  for (let day = today - DAYS_KEPT; day <= today; day++)
    for (const { device, atMs, samples } of senses.senseDay(day))
      if (atMs < nowMs)
        readings.push({
          ...{ deviceId: device, atMs },
          values: Object.fromEntries(samples.map(({ metric, value }) => [metric, value])),
        })
  return readings.sort((a, b) => a.atMs - b.atMs)
}

/** The lease of the house, and where the works are filed their filing and permit; each with its date before `nowMs`. */
export function pastPapers(house: WorkedHouse, seed: number, isFiled: boolean, nowMs: number): RecordEvent['record'][] {
  const today = dayOf(nowMs)
  const dice = createDice(seed, 'papers of works', house.id)
  const number = (prefix: string) => `${prefix}-${String(Math.floor(dice.next() * 100_000)).padStart(5, '0')}`
  const paper = (what: string, type: string, daysBefore: number, body: Record<string, string>) => ({
    recordId: `sim-${seed}-${house.id}-${today}-${what}`,
    type,
    at: new Date(atHour(today - daysBefore, 10.5)).toISOString(),
    address: house.address,
    body,
  })
  const [from, to] = [dateOf(nowMs - 5 * DAY_MS), dateOf(nowMs + 60 * DAY_MS)]
  const lease = {
    ...{ filing: number('ZL'), tenant: '水巷咖啡', use: '咖啡馆服务' },
    ...{ validFrom: dateOf(nowMs - 9 * DAY_MS), validTo: dateOf(nowMs + 1_000 * DAY_MS) },
  }
  const works = { filing: number('WJ'), kind: '内部装修', contractor: '文津古建工程队', validFrom: from, validTo: to }
  return [
    paper('lease', 'lease.signed', 9, lease),
    ...(isFiled ? [paper('filed', 'works.filed', 8, works), paper('permit', 'works.approved', 6, works)] : []),
  ]
}

function isLaneSensor(device: SimulatedDevice): device is SimulatedDevice & { type: LaneSensor['type'] } {
  return Object.hasOwn(FLOORS, device.type)
}

function crewDays(today: number, days: number, dice: Dice): Activity[] {
  return Array.from({ length: days + 1 }, (_, i) => today - days + i).flatMap((day) =>
    CREW_DAY.map(([doing, from, to]) => {
      const late = dice.between(-0.15, 0.15)
      const place = { house: 0, fromMs: atHour(day, from + late), toMs: atHour(day, to + late), story: 'works' }
      return toActivity(doing, place, STRENGTH * dice.spread(1, 0.1))
    }),
  )
}

/** A lane of one house: neighbours have stories of their own. */
function toLane({ id, address }: WorkedHouse, seed: number, sensors: LaneSensor[]): Lane {
  return {
    ...{ seed, name: address, traffic: { perHour: 2, peakMmS: 0.09 }, isSeen: false },
    houses: [{ index: 0, alongM: 0, building: { id, address, protection: 'historic' }, habit: HABIT, sensors }],
  }
}
