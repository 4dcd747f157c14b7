import { readFileSync } from 'node:fs'
import type { Position } from '../core/place.ts'
import { chainageMark, createRiverLine } from '../core/river-line.ts'

/** Further from every centre line than this is not at the river. */
const AT_RIVER_M = 80

interface MapFeature {
  properties: { kind?: string; name?: string; river?: string; from_m?: number; to_m?: number; water_level_m?: number }
  geometry: { type: string; coordinates: [number, number][] }
}

/** River and reach of a chainage, by the map's features of kind `reach`: `文津河 上塘段`, or undefined. */
export function loadRiverReaches(mapFile: string): (river: string, alongM: number) => string | undefined {
  const reachAt = toReachAt(readFeatures(mapFile))
  return (river, alongM) => {
    const reach = reachAt(river, alongM)
    return reach && `${river} ${reach.name ?? ''}`
  }
}

/** Names places at the rivers of the map (features of kind `riverline`): a position to `文津河 K1+240`, or undefined. */
export function loadRiverPlaces(mapFile: string): (position: Position) => string | undefined {
  const nearestRiver = toNearestRiver(readFeatures(mapFile))
  return (position) => {
    const nearest = nearestRiver(position)
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
  const features = readFeatures(mapFile)
  const leveled = features.filter(({ properties }) => typeof properties.water_level_m === 'number')
  if (leveled.length === 0) return () => 0
  const nearestRiver = toNearestRiver(features)
  const reachAt = toReachAt(leveled)
  return (position) => {
    const nearest = nearestRiver(position)
    if (!nearest || nearest.offsetM > OVER_RIVER_M) return 0
    return reachAt(nearest.name, nearest.alongM)?.water_level_m ?? 0
  }
}

function readFeatures(mapFile: string): MapFeature[] {
  return (JSON.parse(readFileSync(mapFile, 'utf8')) as { features: MapFeature[] }).features
}

function toReachAt(features: readonly MapFeature[]) {
  const reaches = features.map(({ properties }) => properties).filter(({ kind }) => kind === 'reach')
  return (of: string, alongM: number) =>
    reaches.find(({ river, from_m = 0, to_m = 0 }) => river === of && alongM >= from_m && alongM < to_m)
}

function toNearestRiver(features: readonly MapFeature[]) {
  const rivers = features
    .filter(({ properties, geometry }) => properties.kind === 'riverline' && geometry.type === 'LineString')
    .map(({ properties, geometry }) => ({ name: properties.name ?? '', line: createRiverLine(geometry.coordinates) }))
  return (position: Position) =>
    rivers.map(({ name, line }) => ({ name, ...line.stationOf(position) })).sort((a, b) => a.offsetM - b.offsetM)[0]
}
