import type { LimitCheck } from '../../core/conservation-report.ts'
import type { HourStatistics } from '../../core/hour-history.ts'
import type { DeviceLimit } from './limits-of-device.ts'

/** Where nobody says when to warn, of an upper limit: the share that is usual. */
export const USUAL_WARNING = 0.75

export type Checked = Omit<LimitCheck, 'device' | 'metric' | 'unit' | 'source'>

/** What a limit is, before anything was measured. */
export function frameOf(limit: DeviceLimit): Checked {
  const share = limit.warningShare ?? USUAL_WARNING
  const unknown = { by: limit.isLasting ? ('mean' as const) : ('peak' as const), ...NOTHING_KNOWN }
  if (limit.curve) return { ...unknown, curve: limit.curve.corners, over: limit.curve.over, warningShare: share }
  const { low, high, warning } = limit
  const usual = high > 0 && !Number.isFinite(low) ? high * share : high
  const [warningLow, warningHigh] = warning ? [warning.low, warning.high] : [low, usual]
  return {
    ...unknown,
    ...finite('low', low),
    ...finite('high', high),
    ...(warningLow !== low && finite('warningLow', warningLow)),
    ...(warningHigh !== high && finite('warningHigh', warningHigh)),
  }
}

const NOTHING_KNOWN = { hours: null, hoursWarning: null, hoursBeyond: null }

function finite<Key extends string>(key: Key, value: number): { [K in Key]?: number } {
  return (Number.isFinite(value) ? { [key]: Number(value.toPrecision(12)) } : {}) as { [K in Key]?: number }
}

/** How the hours of a metric kept to a limit that does not move: by the highest and lowest value of each, or by its mean. */
export function checkHours(frame: Checked, hours: HourStatistics | undefined): Checked {
  if (hours === undefined) return { ...frame, hours: 0, hoursWarning: 0, hoursBeyond: 0 }
  const { low, high, warningLow = low, warningHigh = high } = frame
  const [lowest, highest] = frame.by === 'mean' ? [hours.mean, hours.mean] : [hours.min, hours.max]
  const isOut = (index: number, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY) =>
    (lowest[index] as number) < least || (highest[index] as number) > most
  const indices = hours.hourMs.map((_, index) => index)
  const beyond = indices.filter((index) => isOut(index, low, high))
  const warned = indices.filter((index) => isOut(index, warningLow, warningHigh) || isOut(index, low, high))
  const worst = worstOf(frame, { lowest, highest, hourMs: hours.hourMs })
  return {
    ...frame,
    ...{ hours: indices.length, hoursWarning: warned.length, hoursBeyond: beyond.length },
    ...(worst && { worst }),
  }
}

function worstOf(
  { low, high }: Checked,
  { lowest, highest, hourMs }: { lowest: number[]; highest: number[]; hourMs: number[] },
): Checked['worst'] {
  const least = indexOf(lowest, (a, b) => a < b)
  const most = indexOf(highest, (a, b) => a > b)
  if (least === -1 || most === -1) return undefined
  const isLow =
    high === undefined || (low !== undefined && low - (lowest[least] as number) > (highest[most] as number) - high)
  const value = (isLow ? lowest[least] : highest[most]) as number
  const at = new Date(hourMs[isLow ? least : most] as number).toISOString()
  return { at, value, ...(!isLow && high > 0 && { share: value / high }) }
}

function indexOf(values: number[], isBetter: (a: number, b: number) => boolean): number {
  return values.reduce(
    (best, value, index) => (best === -1 || isBetter(value, values[best] as number) ? index : best),
    -1,
  )
}
