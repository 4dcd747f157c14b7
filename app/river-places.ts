import { readFileSync } from 'node:fs'
import type { Position } from '../core/place.ts'
import { chainageMark, createRiverLine } from '../core/river-line.ts'

/** Further from every centre line than this is not at the river. */
const AT_RIVER_M = 80

interface MapFeature {
  properties: { kind?: string; name?: string }
  geometry: { type: string; coordinates: [number, number][] }
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
