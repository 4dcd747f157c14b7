import { type DayTally, type DeviceState, LEAST_HOURS } from './device-tally.ts'
import type { EvidenceTable } from './evidence-table.ts'
import { hoursOf } from './quarters.ts'
import { byMeasure, round } from './sensed-day.ts'
import { type Piece, weighed } from './weigh.ts'

/** What the power meters of a house tell by local day `today` (since 1970-01-01); `startMs` of a day. Of several meters the one that tells most. None where it is not known. */
export function meterPieces(
  table: EvidenceTable,
  devices: readonly [string, DeviceState][],
  today: number,
  startMs: (day: number) => number,
): Piece[] {
  return [...sleptPieces(table, devices, today, startMs), ...powerPieces(table, devices, today, startMs)]
}

/** In how many of the last nights somebody slept there. A night of which too little is known yet does not count. */
function sleptPieces(
  { slept }: EvidenceTable,
  devices: readonly [string, DeviceState][],
  today: number,
  startMs: (day: number) => number,
): Piece[] {
  const meters = devices.flatMap(([device, { channels }]) => {
    const known = newest(channels.sleep?.days, today, slept.nights)
    if (known.length === 0) return []
    const usual = shareOf(channels.sleep!.means, slept.share) ?? 0
    const nights = known.filter((one) => meanOf(one) > Math.max(slept.least, slept.times * usual))
    const measure = slept.nights * (nights.length / known.length)
    return [{ device, known, nights: nights.length, measure, lastMs: channels.sleep!.lastMs }]
  })
  const [best] = meters.sort(byMeasure)
  if (best === undefined) return []
  const { device, known, nights, measure, lastMs } = best
  return [
    {
      ...{ kind: 'slept', group: 'beside', about: slept, ...weighed(slept.levels, measure) },
      ...{ fromMs: startMs(known.at(-1)!.day), atMs: Math.min(lastMs, startMs(known[0]!.day) + slept.to * HOUR_MS) },
      ...{ facts: { nights, of: known.length }, from: [device], otherCauses: [] },
    },
  ]
}

/** How the use of the last days stands to what is usual. */
function powerPieces(
  { power }: EvidenceTable,
  devices: readonly [string, DeviceState][],
  today: number,
  startMs: (day: number) => number,
): Piece[] {
  const meters = devices.flatMap(([device, { channels }]) => {
    const { usual, lastMs = 0 } = channels.power ?? {}
    const known = newest(channels.power?.days, today, power.days)
    if (known.length === 0 || usual === null || usual === undefined) return []
    const kw = known.reduce((sum, one) => sum + meanOf(one), 0) / known.length
    return [{ device, known, usual, kw, lastMs, measure: kw / Math.max(power.least, usual) }]
  })
  const [best] = meters.sort(byMeasure)
  if (best === undefined) return []
  const { device, known, usual, kw, lastMs, measure } = best
  return [
    {
      ...{ kind: 'power', group: 'beside', about: power, ...weighed(power.levels, measure) },
      ...{ fromMs: startMs(known.at(-1)!.day), atMs: Math.min(lastMs, startMs(known[0]!.day + 1) - 1) },
      ...{ facts: { power_kw: round(kw), usual: round(usual) }, from: [device], otherCauses: [] },
    },
  ]
}

const HOUR_MS = 3_600_000

/** The newest days of which enough is known, at most so many: of yesterday and before where today is too young, newest first. */
function newest(days: readonly DayTally[] = [], today: number, most: number): DayTally[] {
  return days
    .filter(({ day, heard, count }) => day <= today && count > 0 && hoursOf(heard) >= LEAST_HOURS)
    .toSorted((a, b) => b.day - a.day)
    .filter(({ day }) => day > today - most - 1)
    .slice(0, most)
}

function meanOf({ sum, count }: DayTally): number {
  return sum / count
}

/** The value below which a share of all lies; null of none. */
function shareOf(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null
}
