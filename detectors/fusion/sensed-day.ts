import type { LocalDay } from '../rules/parts/day-clock.ts'
import { type Air, aboveOf, airOf, combined, type Heard } from './combined-kinds.ts'
import { type Channel, type DayTally, type DeviceState, LEAST_HOURS, type Tally } from './device-tally.ts'
import type { EvidenceTable, SensedKind } from './evidence-table.ts'
import { both, countOf, firstOf, hoursOf, lastOf, QUARTER_MS, type Quarters, quartersBetween } from './quarters.ts'

/** One kind in one house on one local day, as its devices tell it. */
export interface SensedKindDay {
  kind: SensedKind
  /** Quarters of an hour within the hours that count; of doors how many times the usual. */
  measure: number
  fromMs: number
  atMs: number
  /** Quarters of an hour in which it was heard; none of doors. */
  above: Quarters
  /** How loud it was on the whole, to be compared with the same kind at neighbours. */
  loud: number
  facts: Record<string, number | string>
  devices: string[]
  /** No works are like this: round the clock, or one value all day. */
  isFaulty: boolean
  /** Devices of the house that measure the same, worked, and heard nothing. */
  silent: number
}

export interface SensedDay {
  day: number
  kinds: SensedKindDay[]
  /** Kinds of which a device worked. */
  working: SensedKind[]
  air: Air
}

const CHANNELS: [Channel, SensedKind][] = [
  ['drilling', 'drilling'],
  ['hammering', 'hammering'],
  ['heavy', 'heavy'],
  ['steps', 'steps'],
  ['vibration', 'vibration'],
  ['dust', 'dust'],
  ['rubble', 'rubble'],
  ['noise', 'noise'],
  ['tools', 'tools'],
  ['doors', 'doors'],
  ['nightDoors', 'night'],
  ['nightNoise', 'night'],
]
/** Values of a day that are all the same, from so many on. */
const STUCK_VALUES = 24
const DEEP_NIGHT = quartersBetween(0, 5)
/** Of fewer quarters in which it spoke nothing is said. */
const LEAST_QUARTERS = 24
const LEAST_AT_NIGHT = 4
const UNITS: Partial<Record<Channel, string>> = {
  drilling: 'ppv_mm_s',
  hammering: 'ppv_mm_s',
  heavy: 'ppv_mm_s',
  steps: 'ppv_mm_s',
  vibration: 'ppv_mm_s',
  dust: 'pm10_ug_m3',
  rubble: 'pm10_ug_m3',
  noise: 'noise_db',
  tools: 'noise_db',
  nightNoise: 'noise_db',
}

/** What is as loud as it is over what is usual. */
const FROM_USUAL = { noise: true, tools: true, dust: true, rubble: true, nightNoise: true }

/** What a house's devices make of one day. Null when none spoke. */
export function senseDay(
  table: EvidenceTable,
  tally: Tally,
  devices: [string, DeviceState][],
  day: LocalDay,
): SensedDay | null {
  const measured = devices.flatMap(([id, device]) => heardOn(table, tally, id, device, day.day))
  if (measured.length === 0) return null
  const working = new Set<SensedKind>()
  for (const { kind, tally: one } of measured) if (hoursOf(one.heard) >= LEAST_HOURS) working.add(kind)
  const air = airOf(devices, day.day)
  const heard = [...measured, ...combined(tally, measured, air, day)]
  const kinds = [...new Set(heard.map(({ kind }) => kind))].flatMap((kind) => {
    const made = toKindDay(
      table,
      tally,
      kind,
      heard.filter((one) => one.kind === kind),
      day,
    )
    return made === null ? [] : [made]
  })
  return { day: day.day, kinds, working: [...working], air }
}

function heardOn(table: EvidenceTable, tally: Tally, device: string, state: DeviceState, day: number): Heard[] {
  return CHANNELS.flatMap(([channel, kind]) => {
    const one = state.channels[channel]?.days.find((each) => each.day === day)
    if (one === undefined) return []
    // Who tells kinds of work is not judged by peaks alone.
    if (channel === 'vibration' && state.channels.drilling?.days.some((each) => each.day === day)) return []
    const usual = state.channels[channel]!.usual
    const measure = measureOf(table, tally, channel, one, usual)
    return [{ device, kind, channel, tally: one, usual, measure }]
  })
}

function measureOf(table: EvidenceTable, tally: Tally, channel: Channel, one: DayTally, usual: number | null): number {
  const quarters = countOf(both(one.above, tally.hoursFor(channel)))
  if (channel === 'nightDoors') return usual === null ? 0 : Math.max(0, quarters - usual)
  if (channel !== 'doors') return quarters
  const { times = 1, over = 0 } = table.sensed.doors
  return usual === null || one.sum < usual * times + over ? 0 : one.sum / Math.max(1, usual)
}

function toKindDay(
  table: EvidenceTable,
  tally: Tally,
  kind: SensedKind,
  heard: Heard[],
  day: LocalDay,
): SensedKindDay | null {
  const loudest = heard.filter(({ measure }) => measure > 0).sort(byMeasure)
  const [best] = loudest
  if (best === undefined) return null
  const above = aboveOf(loudest)
  const [first, last] = kind === 'doors' ? [0, lastOf(best.tally.heard)] : [firstOf(above), lastOf(above)]
  const others = heard.filter(({ measure, tally: one }) => measure === 0 && hoursOf(one.heard) >= LEAST_HOURS)
  return {
    ...{ kind, measure: best.measure, above },
    fromMs: day.startMs + first * QUARTER_MS,
    atMs: Math.min(day.endMs, day.startMs + (last + 1) * QUARTER_MS),
    loud: loudOf(best),
    facts: factsOf(best, countOf(both(above, tally.hoursFor(best.channel)))),
    devices: loudest.map(({ device }) => device),
    isFaulty: loudest.every((one) => (one.parts ?? [one]).some((part) => isFaulty(table, part))),
    silent: new Set(others.map(({ device }) => device)).size,
  }
}

/** Most first; of as much the same one always. */
export function byMeasure(a: Pick<Heard, 'measure' | 'device'>, b: Pick<Heard, 'measure' | 'device'>): number {
  return b.measure - a.measure || (a.device < b.device ? -1 : 1)
}

/** How loud it was on the whole: the geometric mean, which a single wild value hardly moves. Doors and odd hours do not leave a house. */
function loudOf({ channel, tally, usual, measure }: Heard): number {
  const quarters = countOf(tally.above)
  const loud = quarters === 0 ? 0 : Math.exp(tally.louds / quarters)
  if (channel in FROM_USUAL) return loud - (usual ?? 0)
  return loud > 0 ? loud : measure
}

function factsOf({ channel, tally, usual }: Heard, quarters: number): Record<string, number> {
  if (channel === 'doors') return { openings: tally.sum, usual: round(usual ?? 0) }
  const unit = UNITS[channel]
  return {
    hours: quarters / 4,
    ...(unit !== undefined && tally.peak > 0 && { [unit]: round(tally.peak) }),
    ...(usual !== null && !isWorkClass(channel) && { usual: round(usual) }),
  }
}

/** Heard most of the day, or most of the dead of night, of what the device spoke at all: nobody works like this. */
function isFaulty({ causes: { sensor_fault } }: EvidenceTable, { channel, tally }: Heard): boolean {
  if (channel === 'doors' || channel === 'nightDoors') return false
  const isStuck = tally.count >= STUCK_VALUES && tally.min === tally.max && !isWorkClass(channel)
  if (isStuck || channel === 'nightNoise') return isStuck
  const [spoke, spokeAtNight] = [countOf(tally.heard), countOf(both(tally.heard, DEEP_NIGHT))]
  if (spoke >= LEAST_QUARTERS && countOf(tally.above) >= sensor_fault.share * spoke) return true
  const atNight = countOf(both(tally.above, DEEP_NIGHT))
  return spokeAtNight >= LEAST_AT_NIGHT && atNight >= sensor_fault.nightShare * spokeAtNight
}

/** To two decimals. */
export function round(value: number): number {
  return Math.round(value * 100) / 100
}

/** Their values are numbers of classes. */
function isWorkClass(channel: Channel): boolean {
  return channel === 'drilling' || channel === 'hammering' || channel === 'heavy' || channel === 'steps'
}
