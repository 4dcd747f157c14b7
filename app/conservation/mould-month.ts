import type { Building } from '../../core/building.ts'
import type { MouldMonth } from '../../core/conservation-report.ts'
import type { Device } from '../../core/device.ts'
import type { HourStatistics } from '../../core/hour-history.ts'
import { MOULD_MATERIALS, type MouldClass, type MouldHour, NO_MOULD, nextMould } from '../../core/mould.ts'
import { HOUR_MS, type Period } from './period.ts'

/** What the inner surfaces of a house are mostly of. Local choice: the sensitive side of what is likely. */
const CLASS_OF: Record<string, MouldClass> = {
  ...{ timber: 'very-sensitive', 'brick-timber': 'very-sensitive', mixed: 'sensitive' },
  ...{ brick: 'medium-resistant', stone: 'medium-resistant', concrete: 'medium-resistant' },
}

/** So long before the month the index is counted from, where readings go back so far. */
export const MOULD_BEFORE_MS = 90 * 24 * HOUR_MS
export const MOULD_METRICS = ['rh_pct', 'temp_c']

/** The growth of mould at one hygrometer by its hours of air; null where it does not tell both. An attribute `mouldClass` names another material. */
export function mouldMonth(
  device: Device,
  { structure }: Building,
  stats: HourStatistics[],
  { fromMs, dayOf }: Period,
): MouldMonth | null {
  const air = airOf(stats)
  if (air.length === 0) return null
  const named = String(device.attributes?.mouldClass ?? '')
  const material = MOULD_MATERIALS[isClass(named) ? named : (CLASS_OF[structure ?? ''] ?? 'sensitive')]
  let state = NO_MOULD
  let before = 0
  const days = new Map<string, number>()
  for (const hour of air) {
    state = nextMould(state, hour, material)
    if (hour.hour * HOUR_MS < fromMs) before = state.index
    else days.set(dayOf(hour.hour * HOUR_MS), state.index)
  }
  return {
    ...{ device: device.id, index: state.index, before, hoursUnknown: state.unknownH },
    days: [...days].map(([day, index]) => ({ day, index })),
  }
}

function airOf(stats: HourStatistics[]): MouldHour[] {
  const [rh, temp] = MOULD_METRICS.map((metric) => stats.find((one) => one.metric === metric))
  if (rh === undefined || temp === undefined) return []
  const celsius = new Map(temp.hourMs.map((hourMs, index) => [hourMs, temp.mean[index] as number]))
  return rh.hourMs.flatMap((hourMs, index) => {
    const tempC = celsius.get(hourMs)
    return tempC === undefined ? [] : [{ hour: hourMs / HOUR_MS, rhPct: rh.mean[index] as number, tempC }]
  })
}

function isClass(name: string): name is MouldClass {
  return Object.hasOwn(MOULD_MATERIALS, name)
}
