import { DEVICE_TYPES } from '../../../core/metrics.ts'
import type { BuildingFileView } from '../../house-contract.ts'

/** What unfiled works are told by: with all of these they are rarely missed (docs/BENCHMARKS.md, heritage). */
const TELLING = ['ppv_mm_s', 'noise_db', 'pm10_ug_m3', 'power_kw', 'door_count'] as const

/** Metrics that tell of works and that no sensor of the house measures. */
export function lackingOf({ sensors }: Pick<BuildingFileView, 'sensors'>): string[] {
  const measured = new Set(
    sensors.flatMap(({ type, latest }) => [
      ...(DEVICE_TYPES[type]?.metrics ?? []),
      ...latest.map(({ metric }) => metric),
    ]),
  )
  return TELLING.filter((metric) => !measured.has(metric))
}
