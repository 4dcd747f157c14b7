import type { SampleContext } from '../rule.ts'

/** A temperature beside a sample, and whether the device measured it or others at the same place did. */
export interface NearTemperature {
  tempC: number
  from: 'own' | 'around'
}

/** The device's own temperature, else the median of those at the same place, of which none may be older (or newer) than `maxAgeMs`. */
export function nearTemperature(
  context: SampleContext,
  metric: string,
  maxAgeMs: number,
  atMs: number,
): NearTemperature | undefined {
  const isFresh = (latest: { atMs: number }) => Math.abs(latest.atMs - atMs) <= maxAgeMs
  const own = context.latest(metric)
  if (own !== undefined && isFresh(own)) return { tempC: own.value, from: 'own' }
  const around = context.around(metric).flatMap((latest) => (isFresh(latest) ? [latest.value] : []))
  const median = around.sort((a, b) => a - b)[around.length >> 1]
  return median === undefined ? undefined : { tempC: median, from: 'around' }
}
