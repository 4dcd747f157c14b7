import type { ApiPorts } from '../dashboards/api/ports.ts'
import { type Config, mapFileOf } from './config-schema.ts'
import { departmentNames } from './departments.ts'
import { createMapTiles } from './map-tiles.ts'

type PageSettings = Pick<ApiPorts, 'title' | 'departments' | 'respondWithinS' | 'timeZone' | 'worldFile' | 'mapTiles'>

/** What the pages are told of the settings. */
export function pageSettings(config: Config): PageSettings {
  return {
    title: config.name,
    departments: departmentNames(config.dispatch.departments),
    respondWithinS: config.response,
    timeZone: config.timeZone,
    worldFile: mapFileOf(config),
    mapTiles: createMapTiles(config.map),
  }
}
