import type { LocalDay } from '../rules/parts/day-clock.ts'
import { type DeviceState, LEAST_HOURS } from './device-tally.ts'
import type { EvidenceTable } from './evidence-table.ts'
import { hoursOf } from './quarters.ts'
import { round } from './sensed-day.ts'
import type { Piece } from './weigh.ts'

const HOUR_MS = 3_600_000

/** Whether somebody slept in a house, by its use of power in the last night; none where it is not known. */
export function nightPieces(
  table: EvidenceTable,
  devices: readonly [string, DeviceState][],
  { day, startMs }: LocalDay,
): Piece[] {
  const { slept } = table
  const meters = devices.flatMap(([device, { channels }]) => {
    const night = channels.sleep?.days.find((each) => each.day === day)
    if (night === undefined || night.count === 0 || hoursOf(night.heard) < LEAST_HOURS) return []
    const [kw, usual] = [night.sum / night.count, shareOf(channels.sleep!.means, slept.share)]
    return [{ device, kw, usual, isStill: kw <= Math.max(slept.least, slept.times * (usual ?? 0)) }]
  })
  const [first] = meters
  if (first === undefined) return []
  const kind = meters.every(({ isStill }) => isStill) ? 'vacant' : 'lived'
  const { ratio } = slept[kind]
  return [
    {
      ...{ kind, group: 'night', day, level: 1, ratio, cap: ratio, halfLifeMs: Number.POSITIVE_INFINITY },
      ...{ fromMs: startMs + slept.from * HOUR_MS, atMs: startMs + slept.to * HOUR_MS, otherCauses: [] },
      facts: { power_kw: round(first.kw), ...(first.usual !== null && { usual: round(first.usual) }) },
      from: meters.map(({ device }) => device),
    },
  ]
}

/** The value below which a share of all lies; null of none. */
function shareOf(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null
}
