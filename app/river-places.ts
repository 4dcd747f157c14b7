import { readFileSync } from 'node:fs'
import type { Position } from '../core/place.ts'
import { chainageMark, createRiverLine } from '../core/river-line.ts'

/** Further from every centre line than this is not at the river. */
const AT_RIVER_M = 80

interface MapFeature {
  properties: { kind?: string; name?: string }
  geometry: { type: string; coordinates: [number, number][] }
}

interface ReachFeature {
  properties: { kind?: string; river?: string; name?: string; from_m?: number; to_m?: number; water_level_m?: number }
}

/** River and reach of a chainage, by the map's features of kind `reach`: `文津河 上塘段`, or undefined. */
export function loadRiverReaches(mapFile: string): (river: string, alongM: number) => string | undefined {
  const { features } = JSON.parse(readFileSync(mapFile, 'utf8')) as { features: ReachFeature[] }
  const reaches = features.map(({ properties }) => properties).filter(({ kind }) => kind === 'reach')
  return (river, alongM) => {
    const reach = reaches.find(
      ({ river: of, from_m = 0, to_m = 0 }) => of === river && alongM >= from_m && alongM < to_m,
    )
    return reach && `${river} ${reach.name ?? ''}`
  }
}

/** Names places at the rivers of the map (features of kind `riverline`): a position to `文津河 K1+240`, or undefined. */
export function loadRiverPlaces(mapFile: string): (position: Position) => string | undefined {
  const { features } = JSON.parse(readFileSync(mapFile, 'utf8')) as { features: MapFeature[] }
  const rivers = features
    .filter(({ properties, geometry }) => properties.kind === 'riverline' && geometry.type === 'LineString')
    .map(({ properties, geometry }) => ({ name: properties.name ?? '', line: createRiverLine(geometry.coordinates) }))
  return (position) => {
    const [nearest] = rivers
      .map(({ name, line }) => ({ name, ...line.stationOf(position) }))
      .sort((a, b) => a.offsetM - b.offsetM)
    if (!nearest || nearest.offsetM > AT_RIVER_M) return undefined
    return `${nearest.name} ${chainageMark(nearest.alongM)}`
  }
}

/** Further from every centre line than this lies no water of a river. */
const OVER_RIVER_M = 500

/**
 * How far the water of the nearest reach lies below the drone's point of take-off, metres: `water_level_m` of the map's
 * features of kind `reach`, 0 where the map says nothing.
 */
export function loadWaterLevels(mapFile: string): (position: Position) => number {
  const { features } = JSON.parse(readFileSync(mapFile, 'utf8')) as { features: (MapFeature & ReachFeature)[] }
  const reaches = features
    .map(({ properties }) => properties)
    .filter(({ kind, water_level_m }) => kind === 'reach' && typeof water_level_m === 'number')
  if (reaches.length === 0) return () => 0
  const rivers = features
    .filter(({ properties, geometry }) => properties.kind === 'riverline' && geometry.type === 'LineString')
    .map(({ properties, geometry }) => ({ name: properties.name ?? '', line: createRiverLine(geometry.coordinates) }))
  return (position) => {
    const [nearest] = rivers
      .map(({ name, line }) => ({ name, ...line.stationOf(position) }))
      .sort((a, b) => a.offsetM - b.offsetM)
    if (!nearest || nearest.offsetM > OVER_RIVER_M) return 0
    const { name, alongM } = nearest
    const reach = reaches.find(({ river, from_m = 0, to_m = 0 }) => river === name && alongM >= from_m && alongM < to_m)
    return reach?.water_level_m ?? 0
  }
}
