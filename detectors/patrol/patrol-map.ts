import type { Attributes } from '../../core/device.ts'
import type { RiverPlace } from '../../core/finding.ts'
import type { Position } from '../../core/place.ts'
import { createRiverLine, type RiverLine } from '../../core/river-line.ts'
import { type Bounds, boundsOf, isInside, isWithin } from './ground-plane.ts'

/** A stretch of a river with what rules may ask about it. */
export interface Reach {
  /** Id of the feature. */
  id: string
  river: string
  name: string
  nameEn?: string
  fromM: number
  toM: number
  attributes: Attributes
}

/** Where some classes are not looked for: a moored ferry, a fountain. */
export interface Mask {
  id: string
  /** Outer ring. */
  ring: Position[]
  /** Absent: all. */
  labels?: string[]
  reason: string
}

export interface River {
  name: string
  nameEn?: string
  line: RiverLine
}

/** Rivers, reaches and masks of the map. */
export interface PatrolMap {
  rivers: River[]
  reaches: Reach[]
  masks: Mask[]
  /** Chainage of a position; undefined where no river is within `nearM`, metres. */
  placeOf(position: Position, nearM?: number): RiverPlace | undefined
  /** The reach at a chainage. */
  reachAt(river: string, alongM: number): Reach | undefined
  reach(id: string): Reach | undefined
  /** The mask in which a thing of this class is not looked for. */
  maskAt(position: Position, label: string): Mask | undefined
}

/** A GeoJSON feature, as far as patrols ask. */
export interface MapFeature {
  id?: string | number
  properties: Record<string, unknown>
  geometry: { type: string; coordinates: unknown }
}

/** Further from every centre line than this is not at the river. */
const AT_RIVER_M = 80
/** Nearer to the centre line than this is on neither bank's side. */
const MIDDLE_M = 5
/** Properties of a reach that say what it is, not what may be asked about it. */
const OWN_PROPERTIES = new Set(['kind', 'river', 'name', 'name_en', 'from_m', 'to_m'])

/** Takes the features of kinds `riverline`, `reach` and `mask`; others are passed by. */
export function createPatrolMap(features: MapFeature[]): PatrolMap {
  const ofKind = (kind: string) => features.filter(({ properties }) => properties.kind === kind)
  const rivers = ofKind('riverline')
    .filter(({ geometry }) => geometry.type === 'LineString')
    .map(({ properties, geometry }) => ({
      name: textOf(properties.name),
      ...englishName(properties),
      line: createRiverLine(geometry.coordinates as [number, number][]),
    }))
  const reaches = ofKind('reach').map(toReach)
  const masks = ofKind('mask').flatMap(toMasks)
  const bounded: { mask: Mask; bounds: Bounds }[] = masks.map((mask) => ({ mask, bounds: boundsOf(mask.ring) }))
  const byId = new Map(reaches.map((reach) => [reach.id, reach]))
  const reachAt = (river: string, alongM: number) =>
    reaches.find(({ river: of, fromM, toM }) => of === river && alongM >= fromM && alongM < toM)

  return {
    rivers,
    reaches,
    masks,
    placeOf(position, nearM = AT_RIVER_M) {
      const stations = rivers.map(({ name, line }) => ({ river: name, ...line.stationOf(position) }))
      const [nearest] = stations.sort((a, b) => a.offsetM - b.offsetM)
      if (!nearest || nearest.offsetM > nearM) return undefined
      const { river, alongM, offsetM, isLeft } = nearest
      const reach = reachAt(river, alongM)
      return {
        river,
        ...(reach && { reach: reach.id, reachName: reach.name }),
        alongM,
        offsetM,
        bank: offsetM <= MIDDLE_M ? 'middle' : isLeft ? 'left' : 'right',
      }
    },
    reachAt,
    reach: (id) => byId.get(id),
    maskAt: (position, label) =>
      bounded.find(
        ({ mask, bounds }) =>
          (mask.labels?.includes(label) ?? true) && isWithin(bounds, position) && isInside(mask.ring, position),
      )?.mask,
  }
}

function toReach({ id, properties }: MapFeature): Reach {
  const { river, name, from_m, to_m } = properties
  const asked = Object.entries(properties).filter(([key, value]) => !OWN_PROPERTIES.has(key) && isAttribute(value))
  return {
    id: String(id ?? ''),
    river: textOf(river),
    name: textOf(name),
    ...englishName(properties),
    fromM: Number(from_m ?? 0),
    toM: Number(to_m ?? 0),
    attributes: Object.fromEntries(asked) as Attributes,
  }
}

function englishName({ name_en }: Record<string, unknown>): { nameEn?: string } {
  return textOf(name_en) === '' ? {} : { nameEn: textOf(name_en) }
}

function toMasks({ id, properties, geometry }: MapFeature): Mask[] {
  const { labels, reason } = properties
  const rings =
    geometry.type === 'Polygon'
      ? [(geometry.coordinates as [number, number][][])[0]]
      : geometry.type === 'MultiPolygon'
        ? (geometry.coordinates as [number, number][][][]).map(([ring]) => ring)
        : []
  return rings
    .filter((ring) => ring !== undefined)
    .map((ring) => ({
      id: String(id ?? ''),
      ring: ring.map(([lon, lat]) => ({ lat, lon })),
      ...(Array.isArray(labels) && { labels: labels.map(String) }),
      reason: textOf(reason),
    }))
}

function isAttribute(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
