import type { Sample } from '../../../core/observation.ts'
import type { Activity } from './activity.ts'
import { DAY_MS, dayStartMs, HOUR_MS, hourOf } from './calendar.ts'
import { createDice, type Dice } from './dice.ts'
import {
  type HouseDay,
  houseDay,
  ordinaryDoors,
  ordinaryDustUgM3,
  ordinaryKw,
  ordinaryNoiseDb,
  ordinaryShakings,
  streetFactor,
} from './habits.ts'
import type { Lane, LaneHouse, LaneSensor } from './lane.ts'
import { outdoorDustUgM3 } from './outdoor-dust.ts'
import { type Share, shareAt } from './propagate.ts'
import { senseVibration } from './sense-vibration.ts'

/** What reaches a house of one activity. */
interface Reaching {
  activity: Activity
  share: Share
}

/** One house on one day. */
interface Stay {
  house: LaneHouse
  today: HouseDay
  reaching: Reaching[]
}

export interface Reading {
  device: string
  /** When the reading was made: the end of its window. */
  atMs: number
  samples: Sample[]
}

const MINUTE_MS = 60_000
const BY_DAY = { from: 6, to: 22 }
/** Below this an activity elsewhere is not noticed at all. */
const LEAST_SHAKE = 0.004
/** How long a room keeps its dust. */
const AIR_CHANGE_H = 1.4

const EVERY_MIN: Record<LaneSensor['type'], { day: number; night: number }> = {
  'vibration-sensor': { day: 15, night: 60 },
  'noise-meter': { day: 15, night: 30 },
  'dust-sensor': { day: 15, night: 60 },
  'power-meter': { day: 15, night: 60 },
  'door-counter': { day: 60, night: 60 },
}

/** What all sensors of a lane measure, day by day and in this order, before anything is wrong with them. */
export function createSenses(lane: Lane, activities: readonly Activity[]) {
  const byDay = sortByDay(activities)
  const dustInside = new Map<number, number>()

  function stayOf(house: LaneHouse, day: number): Stay {
    const going = byDay.get(day) ?? []
    const reaching = going
      .map((activity) => ({ activity, share: shareAt(activity, house, lane.houses) }))
      .filter(({ activity, share }) => !activity.vacates && (share.own || share.shake > LEAST_SHAKE))
    const empties = going.filter((activity) => activity.vacates && activity.house === house.index)
    const isEmpty = (hour: number) => {
      const atMs = dayStartMs(day) + hour * HOUR_MS
      return empties.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)
    }
    return {
      house,
      reaching,
      today: houseDay(house.habit, day, isEmpty, createDice(lane.seed, 'habit', house.index, day)),
    }
  }

  function measure(sensor: LaneSensor, stay: Stay, window: Window, dice: Dice): Sample[] {
    const { fromMs, toMs } = window
    const one = (metric: string, value: number, decimals: number): Sample[] => [
      { metric, atMs: toMs, value: Math.max(0, Math.round(value * 10 ** decimals) / 10 ** decimals) },
    ]
    switch (sensor.type) {
      case 'vibration-sensor':
        return senseVibration(shakingsIn(lane, stay, fromMs, toMs), sensor, toMs, dice)
      case 'noise-meter':
        return one('noise_db', noiseIn(lane, stay, sensor, window, dice), 1)
      case 'dust-sensor':
        return one('pm10_ug_m3', sensor.floor + sensor.gain * dustIn(stay, window, dice), 0)
      case 'power-meter':
        return one('power_kw', sensor.floor + powerIn(lane, stay, window, dice), 2)
      case 'door-counter':
        return one('door_count', dice.count(doorsIn(stay, window)), 0)
    }
  }

  function dustIn({ house, today, reaching }: Stay, { fromMs, toMs }: Window, dice: Dice): number {
    let target = 0.75 * outdoorDustUgM3(toMs, lane.seed) + ordinaryDustUgM3(today, fromMs)
    for (const { activity, share } of reaching)
      target += (activity.dustUgM3 ?? 0) * share.dust * overlap(activity, fromMs, toMs)
    const before = dustInside.get(house.index) ?? target
    const now = before + (target - before) * (1 - Math.exp(-(toMs - fromMs) / HOUR_MS / AIR_CHANGE_H))
    dustInside.set(house.index, now)
    return now * dice.spread(1, 0.1)
  }

  return {
    /** All readings of one local day, device by device. */
    senseDay(day: number): Reading[] {
      const readings: Reading[] = []
      for (const house of lane.houses) {
        if (house.sensors.length === 0) continue
        const stay = stayOf(house, day)
        for (const sensor of house.sensors) {
          const dice = createDice(lane.seed, sensor.id, day)
          for (const window of windowsOf(sensor.type, day))
            readings.push({ device: sensor.id, atMs: window.toMs, samples: measure(sensor, stay, window, dice) })
        }
      }
      return readings
    },
  }
}

interface Window {
  fromMs: number
  toMs: number
}

function windowsOf(type: LaneSensor['type'], day: number): Window[] {
  const windows: Window[] = []
  const { day: byDay, night } = EVERY_MIN[type]
  for (let fromMs = dayStartMs(day), endMs = fromMs + DAY_MS; fromMs < endMs; ) {
    const hour = hourOf(fromMs)
    const toMs = fromMs + (hour >= BY_DAY.from && hour < BY_DAY.to ? byDay : night) * MINUTE_MS
    windows.push({ fromMs, toMs })
    fromMs = toMs
  }
  return windows
}

function sortByDay(activities: readonly Activity[]): Map<number, Activity[]> {
  const byDay = new Map<number, Activity[]>()
  const first = dayStartMs(0)
  for (const activity of activities) {
    const [from, to] = [
      Math.floor((activity.fromMs - first) / DAY_MS),
      Math.floor((activity.toMs - 1 - first) / DAY_MS),
    ]
    for (let day = from; day <= to; day++) {
      const known = byDay.get(day)
      if (known === undefined) byDay.set(day, [activity])
      else known.push(activity)
    }
  }
  return byDay
}

/** Share of a window in which an activity goes on. */
function overlap({ fromMs, toMs }: Activity, windowFromMs: number, windowToMs: number): number {
  const common = Math.min(toMs, windowToMs) - Math.max(fromMs, windowFromMs)
  return common <= 0 ? 0 : common / (windowToMs - windowFromMs)
}

function shakingsIn(lane: Lane, { house, today, reaching }: Stay, fromMs: number, toMs: number) {
  const shakings = ordinaryShakings({ habit: house.habit, today, lane }, fromMs, toMs)
  const hours = (toMs - fromMs) / HOUR_MS
  for (const { activity, share } of reaching) {
    const part = overlap(activity, fromMs, toMs)
    if (part === 0) continue
    for (const { source, peakMmS, perHour } of activity.shakes ?? [])
      shakings.push({ source, peakMmS: peakMmS * share.shake, times: perHour * part * hours })
  }
  return shakings
}

function noiseIn(
  lane: Lane,
  { today, reaching }: Stay,
  sensor: LaneSensor,
  { fromMs, toMs }: Window,
  dice: Dice,
): number {
  const traffic = lane.traffic.perHour * streetFactor(Math.floor((fromMs - dayStartMs(0)) / DAY_MS))
  let energy = 10 ** (ordinaryNoiseDb(today, traffic, fromMs, dice) / 10) + 10 ** (sensor.floor / 10)
  for (const { activity, share } of reaching) {
    const part = overlap(activity, fromMs, toMs)
    if (part === 0 || activity.noise === undefined) continue
    const { db, share: sounding } = activity.noise
    energy += part * sounding * 10 ** ((db - share.lossDb + 2 * dice.gauss()) / 10)
  }
  return 10 * Math.log10(energy) + 3 * (sensor.gain - 1)
}

function powerIn(lane: Lane, { house, today, reaching }: Stay, { fromMs, toMs }: Window, dice: Dice): number {
  let kw = ordinaryKw(house.habit, today, fromMs, lane.seed) * dice.spread(1, 0.25)
  for (const { activity, share } of reaching)
    if (share.own) kw += (activity.powerKw ?? 0) * overlap(activity, fromMs, toMs) * dice.spread(1, 0.3)
  return kw
}

function doorsIn({ today, reaching }: Stay, { fromMs, toMs }: Window): number {
  const hours = (toMs - fromMs) / HOUR_MS
  let openings = ordinaryDoors(today, fromMs) * hours
  for (const { activity, share } of reaching)
    if (share.own) openings += (activity.doorsPerH ?? 0) * overlap(activity, fromMs, toMs) * hours
  return openings
}
