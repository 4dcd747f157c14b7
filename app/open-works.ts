import { createFusionBook, type FusionBook } from '../detectors/fusion/fusion-book.ts'
import { loadEvidenceTable } from '../detectors/fusion/load-evidence-table.ts'
import type { HouseBook } from '../detectors/houses/house-book.ts'
import { shippedCalendar } from '../detectors/rules/files/parse-calendars.ts'
import type { Registry } from '../ingest/registry.ts'
import type { Config } from './config-schema.ts'

/** Makes the judge of works in houses as it was in a snapshot. Throws `config_invalid` when its table is wrong. */
export function openWorks(
  config: Config,
  houses: HouseBook,
  registry: Pick<Registry, 'get'>,
  snapshot: unknown,
): FusionBook {
  const table = loadEvidenceTable(config.houses.evidence)
  const calendar = shippedCalendar(table.working.calendar)
  return createFusionBook({
    ...{ table, houses, timeZone: config.timeZone },
    buildingOf: (device) => registry.get(device)?.attributes?.building,
    ...(calendar && { calendar }),
    ...(snapshot !== undefined && { snapshot }),
  })
}
