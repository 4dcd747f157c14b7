import type { Sample } from '../../core/observation.ts'
import type { LocalDay } from '../rules/parts/day-clock.ts'
import type { Combined, EvidenceTable, SensedKind, SensedSettings } from './evidence-table.ts'
import {
  both,
  countOf,
  hasQuarter,
  hoursOf,
  NO_QUARTERS,
  type Quarters,
  quarterOf,
  quartersBetween,
  withQuarter,
} from './quarters.ts'

/** What one device says of one kind; people at odd hours are told by doors and by noise. */
export type Channel =
  | Exclude<SensedKind, 'night' | Combined>
  | 'nightDoors'
  | 'nightNoise'
  | 'airDust'
  | 'airNoise'
  | 'sleep'
  | 'power'

/** One local day of a channel. */
export interface DayTally {
  day: number
  /** Quarters of an hour in which the device spoke, and in which it was above. */
  heard: Quarters
  above: Quarters
  /** Of the hours that count: how many values, and their sum. Doors: of the whole day. */
  count: number
  sum: number
  /** Of the whole day. */
  min: number
  max: number
  /** Loudest while it was above. */
  peak: number
  /** Sum of the natural logarithms of one value for each quarter in which it was above. */
  louds: number
}

export interface ChannelState {
  /** Means of earlier days, newest last, and their middle once there are enough. */
  means: number[]
  usual: number | null
  /** Days up to this one are in the means. */
  closedDay: number
  /** Newest sample that was counted: sums take nothing twice. */
  lastMs: number
  days: DayTally[]
}

export interface DeviceState {
  channels: Partial<Record<Channel, ChannelState>>
}

const DRILLING = 1
const HAMMERING = 2
const FOOTFALL = 4
/** Hours in which a device must have spoken for a day to say what is usual, or anything against what others heard. */
export const LEAST_HOURS = 4

const LEAST_LOUD = 1e-3

export type Tally = ReturnType<typeof createTally>

/** Counts samples into local days, channel by channel. `take` says whether anything changed that evidence rests on. */
export function createTally(table: EvidenceTable) {
  const working = quartersBetween(table.working.from, table.working.to)
  const night = quartersBetween(table.night.from, table.night.to)
  const sleep = quartersBetween(table.slept.from, table.slept.to)
  const office = quartersBetween(table.office.from, table.office.to)
  const early = quartersBetween(table.working.from, table.office.from)
  const { sensed, air } = table

  /** The hours of a day that count for a channel. */
  function hoursFor(channel: Channel): Quarters {
    if (channel === 'sleep') return sleep
    return channel === 'nightDoors' || channel === 'nightNoise' ? night : working
  }

  let closings = 0

  function dayOf(state: ChannelState, channel: Channel, day: number): DayTally {
    const known = state.days.at(-1)?.day === day ? state.days.at(-1) : state.days.find((one) => one.day === day)
    if (known !== undefined) return known
    if (day - 1 > state.closedDay) closeUntil(state, channel, day - 1)
    const made = {
      ...{ day, heard: NO_QUARTERS, above: NO_QUARTERS, count: 0, sum: 0 },
      ...{ min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, peak: 0, louds: 0 },
    }
    state.days.push(made)
    state.days.sort((a, b) => a.day - b.day)
    return made
  }

  function closeUntil(state: ChannelState, channel: Channel, lastDay: number): void {
    closings++
    for (const tally of state.days) {
      if (tally.day <= state.closedDay || tally.day > lastDay) continue
      if (hoursOf(both(tally.heard, hoursFor(channel))) < LEAST_HOURS) continue
      state.means.push(meanOf(tally, channel))
    }
    state.means = state.means.slice(-table.usual.days)
    state.usual = state.means.length < table.usual.least ? null : middleOf(state.means)
    state.closedDay = lastDay
  }

  function meanOf(tally: DayTally, channel: Channel): number {
    if (channel === 'doors') return tally.sum
    if (channel === 'nightDoors') return countOf(both(tally.above, night))
    return tally.count === 0 ? 0 : tally.sum / tally.count
  }

  /** From what value on a sample is above; null while it is not known what is usual. */
  function limitOf(state: ChannelState, { least = 0, times = 1, over = 0 }: SensedSettings): number | null {
    if (state.usual === null) return null
    return Math.max(least, state.usual * times + over)
  }

  function note(
    device: DeviceState,
    channel: Channel,
    day: LocalDay,
    atMs: number,
    value: number,
    isAbove: (state: ChannelState) => boolean,
    loud = value,
  ): boolean {
    const state = device.channels[channel] ?? newChannel()
    device.channels[channel] = state
    const tally = dayOf(state, channel, day.day)
    const quarter = quarterOf(atMs, day.startMs)
    const isNew = !hasQuarter(tally.heard, quarter)
    if (isNew) tally.heard = withQuarter(tally.heard, quarter)
    if (value < tally.min) tally.min = value
    if (value > tally.max) tally.max = value
    const counts = atMs > state.lastMs && (channel === 'doors' || hasQuarter(hoursFor(channel), quarter))
    if (counts) {
      tally.count++
      tally.sum += value
    }
    if (atMs > state.lastMs) state.lastMs = atMs
    if (channel === 'doors') return counts && value > 0
    if (!isAbove(state)) return false
    if (loud > tally.peak) tally.peak = loud
    if (hasQuarter(tally.above, quarter)) return false
    tally.above = withQuarter(tally.above, quarter)
    tally.louds += Math.log(Math.max(LEAST_LOUD, loud))
    return true
  }

  function plain(
    device: DeviceState,
    channel: 'dust' | 'rubble' | 'noise' | 'tools',
    day: LocalDay,
    atMs: number,
    value: number,
  ): boolean {
    return note(
      device,
      channel,
      day,
      atMs,
      value,
      (state) => value >= (limitOf(state, sensed[channel]) ?? Number.POSITIVE_INFINITY),
    )
  }

  function noteDust(device: DeviceState, day: LocalDay, atMs: number, value: number): boolean {
    const isAny = note(device, 'airDust', day, atMs, value, ({ usual }) => usual !== null && value >= usual + air.dust)
    const isNew = plain(device, 'dust', day, atMs, value) || isAny
    return plain(device, 'rubble', day, atMs, value) || isNew
  }

  function noteNoise(device: DeviceState, day: LocalDay, atMs: number, value: number): boolean {
    const isAny = note(device, 'airNoise', day, atMs, value, () => value >= air.noise)
    const isAnyNew = plain(device, 'noise', day, atMs, value) || isAny
    const isNew = plain(device, 'tools', day, atMs, value) || isAnyNew
    if (!hasQuarter(night, quarterOf(atMs, day.startMs))) return isNew
    const { over = 0 } = sensed.night
    const isNight = note(device, 'nightNoise', day, atMs, value, ({ usual }) => usual !== null && value >= usual + over)
    return isNew || isNight
  }

  function notePower(device: DeviceState, day: LocalDay, atMs: number, value: number): boolean {
    if (hasQuarter(sleep, quarterOf(atMs, day.startMs))) note(device, 'sleep', day, atMs, value, () => false)
    return note(device, 'power', day, atMs, value, () => false)
  }

  function noteDoors(device: DeviceState, day: LocalDay, atMs: number, value: number): boolean {
    const isNew = note(device, 'doors', day, atMs, value, () => false)
    if (!hasQuarter(night, quarterOf(atMs, day.startMs))) return isNew
    return note(device, 'nightDoors', day, atMs, value, () => value > 0) || isNew
  }

  function noteClass(device: DeviceState, day: LocalDay, { atMs, value }: Sample, samples: readonly Sample[]): boolean {
    const confidence = besides(samples, 'work_confidence', atMs) ?? 1
    const ppv = besides(samples, 'ppv_mm_s', atMs) ?? 0
    const isOf = (kind: 'drilling' | 'hammering' | 'heavy' | 'steps', codes: readonly number[]) => {
      const { confidence: sure = 0, least = 0 } = sensed[kind]
      const isAbove = () => codes.includes(value) && confidence >= sure && ppv >= least
      return note(device, kind, day, atMs, value, isAbove, ppv)
    }
    const isNew = [
      isOf('drilling', [DRILLING]),
      isOf('hammering', [HAMMERING]),
      isOf('heavy', [DRILLING, HAMMERING]),
      isOf('steps', [FOOTFALL]),
    ]
    return isNew.includes(true)
  }

  function noteVibration(
    device: DeviceState,
    day: LocalDay,
    { atMs, value }: Sample,
    samples: readonly Sample[],
  ): boolean {
    const { vibration } = sensed
    const crest = besides(samples, 'vib_crest', atMs)
    const isSharp = vibration.crest === undefined || crest === undefined || crest >= vibration.crest
    return note(
      device,
      'vibration',
      day,
      atMs,
      value,
      (state) => isSharp && value >= (limitOf(state, vibration) ?? vibration.least ?? Number.POSITIVE_INFINITY),
    )
  }

  return {
    hoursFor,
    office,
    early,
    /** Grows whenever days are taken into what is usual. */
    closings: () => closings,
    /** Takes one sample of a message whose samples are all given; `atMs` within `day`. */
    take(device: DeviceState, day: LocalDay, sample: Sample, samples: readonly Sample[]): boolean {
      const { metric, atMs, value } = sample
      switch (metric) {
        case 'work_class':
          return noteClass(device, day, sample, samples)
        case 'ppv_mm_s':
          return noteVibration(device, day, sample, samples)
        case 'pm10_ug_m3':
          return noteDust(device, day, atMs, value)
        case 'noise_db':
          return noteNoise(device, day, atMs, value)
        case 'power_kw':
          return notePower(device, day, atMs, value)
        case 'door_count':
          return noteDoors(device, day, atMs, value)
        default:
          return false
      }
    },
    /** Takes what is over into what is usual, and forgets days before `day`. */
    forgetBefore(device: DeviceState, day: number): void {
      for (const [channel, state] of Object.entries(device.channels) as [Channel, ChannelState][]) {
        if (day - 1 > state.closedDay) closeUntil(state, channel, day - 1)
        if (state.days[0] !== undefined && state.days[0].day < day)
          state.days = state.days.filter((one) => one.day >= day)
      }
    },
  }
}

function newChannel(): ChannelState {
  return { means: [], usual: null, closedDay: Number.MIN_SAFE_INTEGER, lastMs: 0, days: [] }
}

/** Another metric of the same message and moment. */
function besides(samples: readonly Sample[], metric: string, atMs: number): number | undefined {
  for (const one of samples) if (one.metric === metric && one.atMs === atMs) return one.value
  return undefined
}

function middleOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
