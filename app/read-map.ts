import { readFileSync } from 'node:fs'
import { AppError } from '../core/errors.ts'
import type { MapFeature } from '../detectors/patrol/patrol-map.ts'

/** The features of a GeoJSON file. Throws `config_invalid`. */
export function readMap(path: string): MapFeature[] {
  try {
    const { features } = JSON.parse(readFileSync(path, 'utf8')) as { features: MapFeature[] }
    return features.filter(({ properties, geometry }) => properties !== null && geometry !== null)
  } catch (cause) {
    throw new AppError('config_invalid', `${path} is no GeoJSON that can be read`, { path }, { cause })
  }
}
