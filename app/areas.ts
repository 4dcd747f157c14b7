import { readFileSync } from 'node:fs'
import type { Area } from '../core/area.ts'
import type { RiverPlace } from '../core/finding.ts'
import type { Position } from '../core/place.ts'
import { createRiverLine } from '../core/river-line.ts'

type Ring = [number, number][]

interface AreaFeature {
  properties: {
    kind?: string
    name?: string
    community?: string
    address?: string
    river?: string
    from_m?: number
    to_m?: number
  }
  geometry: { type: string; coordinates: unknown }
}

/** A part of the ground with a name. */
interface Plot {
  name: string
  community: string | undefined
  polygons: Ring[][]
  west: number
  south: number
  east: number
  north: number
}

/** What is known of where something lies. */
export interface Whereabouts {
  position?: Position | undefined
  /** Address or chainage, which says where it lies when there is no position. */
  place?: string | undefined
  finding?: Pick<RiverPlace, 'river' | 'reachName'> | undefined
}

/** Further from every centre line than this lies at no river. */
const AT_RIVER_M = 80
const CHAINAGE = /^(.+?)\s*K(\d+)\+(\d{3})$/

/**
 * Says where something lies by the map's features of kinds `committee`, `grid` (which may name its `community`), `riverline`
 * and `reach`; what has only an address, by its `building`. Undefined where the map knows nothing of it.
 */
export function loadAreas(mapFile: string): (whereabouts: Whereabouts) => Area | undefined {
  return toAreas((JSON.parse(readFileSync(mapFile, 'utf8')) as { features: AreaFeature[] }).features)
}

export function toAreas(features: readonly AreaFeature[]): (whereabouts: Whereabouts) => Area | undefined {
  const ofKind = (kind: string) => features.filter(({ properties }) => properties.kind === kind)
  const committees = ofKind('committee').map(toPlot)
  const grids = ofKind('grid').map(toPlot)
  const riverOf = toRivers(ofKind('riverline'), ofKind('reach'))
  const houses = new Map(ofKind('building').map((house) => [house.properties.address ?? '', house]))

  return ({ position, place, finding }) => {
    const at = position ?? positionOf(houses.get(place ?? ''))
    const grid = at && plotAt(grids, at)
    const community = grid?.community ?? (at && plotAt(committees, at)?.name)
    const area: Area = {
      ...(community !== undefined && { community }),
      ...(grid && { grid: grid.name }),
      ...(finding ? toFindingArea(finding) : riverOf(place, at)),
    }
    return Object.keys(area).length === 0 ? undefined : area
  }
}

function toFindingArea({ river, reachName }: Pick<RiverPlace, 'river' | 'reachName'>): Area {
  return { river, ...(reachName !== undefined && { reach: reachName }) }
}

/** By the chainage in a place's name, which people chose, else by how near the position is. */
function toRivers(lines: AreaFeature[], reaches: AreaFeature[]) {
  const rivers = lines
    .filter(({ geometry }) => geometry.type === 'LineString')
    .map(({ properties, geometry }) => ({
      river: properties.name ?? '',
      line: createRiverLine(geometry.coordinates as Ring),
    }))
  const names = new Set(rivers.map(({ river }) => river))

  function areaAt(river: string, alongM: number): Area {
    const reach = reaches.find(
      ({ properties: { river: of, from_m = 0, to_m = 0 } }) => of === river && alongM >= from_m && alongM <= to_m,
    )?.properties.name
    return { river, ...(reach !== undefined && { reach }) }
  }

  return (place: string | undefined, position: Position | undefined): Area => {
    const [, river, km, metres] = CHAINAGE.exec(place ?? '') ?? []
    if (river !== undefined && names.has(river)) return areaAt(river, Number(km) * 1000 + Number(metres))
    if (!position) return {}
    const [nearest] = rivers
      .map((one) => ({ river: one.river, ...one.line.stationOf(position) }))
      .sort((a, b) => a.offsetM - b.offsetM)
    return nearest && nearest.offsetM <= AT_RIVER_M ? areaAt(nearest.river, nearest.alongM) : {}
  }
}

function toPlot({ properties, geometry }: AreaFeature): Plot {
  const polygons = polygonsOf(geometry)
  const points = polygons.flatMap(([outer = []]) => outer)
  return {
    name: properties.name ?? '',
    community: properties.community,
    polygons,
    west: Math.min(...points.map(([lon]) => lon)),
    east: Math.max(...points.map(([lon]) => lon)),
    south: Math.min(...points.map(([, lat]) => lat)),
    north: Math.max(...points.map(([, lat]) => lat)),
  }
}

/** Outer ring first, then holes. */
function polygonsOf({ type, coordinates }: AreaFeature['geometry']): Ring[][] {
  if (type === 'Polygon') return [coordinates as Ring[]]
  return type === 'MultiPolygon' ? (coordinates as Ring[][]) : []
}

/** A position on the border of two belongs to the first. */
function plotAt(plots: readonly Plot[], { lat, lon }: Position): Plot | undefined {
  return plots.find(
    ({ polygons, west, south, east, north }) =>
      lon >= west &&
      lon <= east &&
      lat >= south &&
      lat <= north &&
      polygons.some(
        ([outer = [], ...holes]) => isInside(outer, lon, lat) && !holes.some((hole) => isInside(hole, lon, lat)),
      ),
  )
}

/** Even-odd rule. */
function isInside(ring: Ring, lon: number, lat: number): boolean {
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [lonA, latA] = ring[i]!
    const [lonB, latB] = ring[j]!
    if (latA > lat !== latB > lat && lon < ((lonB - lonA) * (lat - latA)) / (latB - latA) + lonA) inside = !inside
  }
  return inside
}

function positionOf(house: AreaFeature | undefined): Position | undefined {
  const ring = house && polygonsOf(house.geometry)[0]?.[0]
  if (!ring || ring.length < 2) return undefined
  const corners = ring.slice(1)
  return {
    lon: corners.reduce((sum, [lon]) => sum + lon, 0) / corners.length,
    lat: corners.reduce((sum, [, lat]) => sum + lat, 0) / corners.length,
  }
}
