import type { HourHistory, HourStatistics, LimitCurve, Peak } from '../../core/hour-history.ts'
import type { Checked } from './check-limit.ts'
import { HOUR_MS, iso, type Period } from './period.ts'

const DAY_MS = 24 * HOUR_MS
/** Nobody looks at what stays under so much of the strictest limit; it would be most of what there is. */
const LEAST_SHARE = 0.1
/** Days asked for at once: the embedded database does nothing else meanwhile. */
const DAYS_AT_ONCE = 2
const MOST_PEAKS = 800

interface Asked {
  device: string
  /** Metric, and the one that its limit runs over. */
  components: { metric: string; over: string }[]
  corners: LimitCurve
  /** Sums of hours of the same device: days that were quiet are not asked for. */
  stats: HourStatistics[]
}

/** How the month kept to a limit over frequency, from the single readings. Throws what the history throws. */
export async function checkPeaks(
  frame: Checked,
  { device, components, corners, stats }: Asked,
  history: Pick<HourHistory, 'peaks'>,
  period: Period,
): Promise<Checked> {
  const least = LEAST_SHARE * Math.min(...corners.map(([, limit]) => limit))
  const found: (Peak & { metric: string })[] = []
  const heard = new Set<number>()
  for (const { metric, over } of components) {
    const hours = stats.find((one) => one.metric === metric)
    if (hours === undefined) continue
    for (const hourMs of hours.hourMs) heard.add(hourMs)
    for (const span of spansWith(hours, least)) {
      const fromMs = Math.max(span.fromMs, period.fromMs)
      const toMs = Math.min(span.toMs, period.toMs)
      const peaks = await history.peaks({ device, metric, over, limit: corners, least, fromMs, toMs })
      found.push(...peaks.map((peak) => ({ ...peak, metric })))
    }
  }
  const share = frame.warningShare ?? 1
  const hoursFrom = (from: number, isMore: (a: number, b: number) => boolean) =>
    new Set(found.filter((peak) => isMore(peak.share, from)).map(({ hourMs }) => hourMs)).size
  found.sort((a, b) => b.share - a.share)
  const [worst] = found
  const days = new Map<string, Peak>()
  for (const peak of found) {
    const day = period.dayOf(peak.atMs)
    if (!days.has(day)) days.set(day, peak)
  }
  return {
    ...frame,
    hours: heard.size,
    hoursWarning: hoursFrom(share, (a, b) => a > b),
    hoursBeyond: hoursFrom(1, (a, b) => a > b),
    ...(worst && {
      worst: {
        ...{ at: iso(worst.atMs), value: worst.value, share: worst.share },
        ...(worst.over !== null && { over: worst.over }),
      },
    }),
    peaks: found
      .slice(0, MOST_PEAKS)
      .map(({ atMs, metric, value, over, share: of }) => ({ at: iso(atMs), metric, value, over, share: of })),
    days: [...days]
      .map(([day, { share: of, value }]) => ({ day, share: of, value }))
      .sort((a, b) => (a.day < b.day ? -1 : 1)),
  }
}

/** Times of some days each in which some hour reached the least value. */
function spansWith({ hourMs, max }: HourStatistics, least: number): { fromMs: number; toMs: number }[] {
  const days = new Set(
    hourMs.filter((_, index) => (max[index] as number) >= least).map((at) => Math.floor(at / DAY_MS)),
  )
  const spans: { fromMs: number; toMs: number }[] = []
  for (const day of [...days].sort((a, b) => a - b)) {
    const last = spans.at(-1)
    const fromMs = day * DAY_MS
    if (last !== undefined && last.toMs === fromMs && last.toMs - last.fromMs < DAYS_AT_ONCE * DAY_MS)
      last.toMs += DAY_MS
    else spans.push({ fromMs, toMs: fromMs + DAY_MS })
  }
  return spans
}
