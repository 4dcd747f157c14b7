import type { LocalDay } from '../rules/parts/day-clock.ts'
import { type Channel, type DayTally, type DeviceState, LEAST_HOURS, type Tally } from './device-tally.ts'
import type { Combined, SensedKind } from './evidence-table.ts'
import { both, countOf, either, hoursOf, NO_QUARTERS, type Quarters, widened, without } from './quarters.ts'

const TOOLS: readonly Channel[] = ['drilling', 'hammering']

/** One kind as one device tells it. */
export interface Heard {
  device: string
  kind: SensedKind
  channel: Channel
  tally: DayTally
  usual: number | null
  measure: number
  /** What it was made of. */
  parts?: readonly Heard[]
}

/** When there was dust, and when there was noise, in the air of a house; null where it is not measured. */
export interface Air {
  dust: Quarters | null
  noise: Quarters | null
}

export function airOf(devices: readonly [string, DeviceState][], day: number): Air {
  const of = (channel: 'airDust' | 'airNoise') => {
    const all = devices.flatMap(([, { channels }]) => channels[channel]?.days.filter((each) => each.day === day) ?? [])
    if (!all.some(({ heard }) => hoursOf(heard) >= LEAST_HOURS)) return null
    return all.reduce((quarters, { above }) => either(quarters, above), NO_QUARTERS)
  }
  return { dust: of('airDust'), noise: of('airNoise') }
}

/** Kinds that several measured ones make together. */
export function combined(
  tally: Tally,
  measured: readonly Heard[],
  { dust, noise }: Air,
  { isWorkday }: LocalDay,
): Heard[] {
  const inAir = widened(either(dust ?? NO_QUARTERS, noise ?? NO_QUARTERS))
  const tools = toolsByDevice(measured)
  // Where there was noise or dust in the air of the same house, they are nobody else's.
  const struck = (kind: Combined, within: Quarters) => tools.map((parts) => derived(tally, kind, parts, within))
  return [
    ...struck('inside', inAir),
    ...struck('after_hours', isWorkday ? without(inAir, tally.office) : inAir),
    ...struck('early', tally.early),
    ...sawOf(tally, measured, tools.flat()),
    ...(dust !== null || noise !== null ? [] : wallsOf(tally, measured)),
  ]
}

/** What drills and hammers as each device felt it; none of devices that feel neither. */
function toolsByDevice(measured: readonly Heard[]): Heard[][] {
  const tools = measured.filter(({ channel }) => TOOLS.includes(channel))
  return [...new Set(tools.map(({ device }) => device))].map((device) => tools.filter((one) => one.device === device))
}

/** Machines that are heard and not felt: who cuts and sands does not strike. */
function sawOf(tally: Tally, measured: readonly Heard[], tools: readonly Heard[]): Heard[] {
  const felt = widened(aboveOf(tools))
  return measured
    .filter(({ channel }) => channel === 'tools')
    .map((one) => derived(tally, 'saw', [one], without(one.tally.above, felt)))
}

/** When any of them was heard. */
export function aboveOf(some: readonly Heard[]): Quarters {
  return some.reduce((all, { tally: one }) => either(all, one.above), NO_QUARTERS)
}

/** Heavy blows where nothing is known of the air. */
function wallsOf(tally: Tally, measured: readonly Heard[]): Heard[] {
  return measured
    .filter(({ channel }) => channel === 'heavy')
    .map((one) => derived(tally, 'walls', [one], one.tally.above))
}

/**
 * A kind that is made of others of one device, in the quarters of an hour that are given. How loud it was is known of the whole day only: its peak is told
 * where it was heard at no other time, and neighbours are compared by the mean of the day.
 */
function derived(tally: Tally, kind: Combined, parts: readonly Heard[], within: Quarters): Heard {
  const [first] = parts as [Heard]
  const heard = aboveOf(parts)
  const above = both(heard, within)
  const counted = parts.reduce((sum, { tally: one }) => sum + countOf(one.above), 0)
  const louds = parts.reduce((sum, { tally: one }) => sum + one.louds, 0)
  return {
    ...first,
    kind,
    tally: {
      ...first.tally,
      above,
      louds: counted === 0 ? 0 : (louds * countOf(above)) / counted,
      peak: countOf(above) < countOf(heard) ? 0 : Math.max(...parts.map(({ tally: one }) => one.peak)),
    },
    parts,
    measure: countOf(both(above, tally.hoursFor(first.channel))),
  }
}
