import { type DayTally, type DeviceState, LEAST_HOURS } from './device-tally.ts'
import { type EvidenceTable, levelOf } from './evidence-table.ts'
import { hoursOf } from './quarters.ts'
import { round } from './sensed-day.ts'
import { type Piece, weightOf } from './weigh.ts'

/** What the power meters of a house tell by local day `today`; `startMs` of a day. None where it is not known. */
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
    return [{ device, known: known.length, nights: nights.length, lastDay: known[0]!.day }]
  })
  const [best] = meters.sort((a, b) => b.nights / b.known - a.nights / a.known)
  if (best === undefined) return []
  const nights = (slept.nights * best.nights) / best.known
  const weight = weightOf(slept.levels, nights)
  return [
    {
      ...{
        kind: 'slept',
        group: 'beside',
        about: slept,
        level: levelOf(slept.levels, nights),
        fullWeight: weight,
        weight,
      },
      ...{ fromMs: startMs(best.lastDay - best.known + 1), atMs: startMs(best.lastDay) + slept.to * HOUR_MS },
      ...{ facts: { nights: best.nights, of: best.known }, from: [best.device], otherCauses: [] },
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
  return devices
    .flatMap(([device, { channels }]) => {
      const { usual } = channels.power ?? {}
      const known = newest(channels.power?.days, today, power.days)
      if (known.length === 0 || usual === null || usual === undefined) return []
      const kw = known.reduce((sum, one) => sum + meanOf(one), 0) / known.length
      const times = kw / Math.max(power.least, usual)
      const weight = weightOf(power.levels, times)
      return [
        {
          ...{ kind: 'power', group: 'beside' as const, about: power, level: levelOf(power.levels, times) },
          ...{ fullWeight: weight, weight, otherCauses: [], from: [device] },
          ...{ fromMs: startMs(known.at(-1)!.day), atMs: startMs(known[0]!.day + 1) - 1 },
          facts: { power_kw: round(kw), usual: round(usual) },
        },
      ]
    })
    .slice(0, 1)
}

const HOUR_MS = 3_600_000

/** Of the last so many days those of which enough is known, newest first. */
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
