import { AppError } from '../../core/errors.ts'
import type { ImportedBuilding, ImportFault } from '../../core/house-desk.ts'
import { readTable, toText } from '../read-table.ts'
import { toField } from './building-words.ts'
import { toBuilding } from './to-building.ts'
import { fromCell } from './to-table.ts'

/** A list of buildings as it was read, with everything that is wrong in it. */
export interface ParsedBuildings {
  buildings: ImportedBuilding[]
  faults: ImportFault[]
  /** Columns that mean nothing here. */
  ignored: string[]
  encoding: string
}

/** A table with a header. Throws `bad_request` when it is none, or has no column of addresses. */
export function parseBuildingTable(bytes: Buffer): ParsedBuildings {
  const { header, rows, encoding } = readTable(bytes)
  if (!header.some((column) => toField(column) === 'address'))
    throw new AppError('bad_request', `no column "address" or "地址" among: ${header.join(', ').slice(0, 200)}`)
  const read = rows.map(({ row, cells }) =>
    toBuilding(row, Object.fromEntries(header.map((column, i) => [column, fromCell(cells[i] ?? '')]))),
  )
  return { ...collect(read), ignored: header.filter((column) => column !== '' && toField(column) === null), encoding }
}

type Ring = [number, number][]
interface Feature {
  id?: string | number
  properties?: Record<string, unknown> | null
  geometry?: { type: string; coordinates: unknown } | null
}

/** A FeatureCollection (RFC 7946) of points or polygons; rows count features from 1. Throws `bad_request`. */
export function parseBuildingGeoJson(bytes: Buffer): ParsedBuildings {
  const { text, encoding } = toText(bytes)
  const features = featuresOf(text)
  const read = features.map((feature, i) => {
    const { id, properties, geometry } = feature
    const given = { ...placeOf(geometry), ...(id !== undefined && { id: String(id) }) }
    return toBuilding(i + 1, properties ?? {}, given)
  })
  const names = new Set(features.flatMap(({ properties }) => Object.keys(properties ?? {})))
  return { ...collect(read), ignored: [...names].filter((name) => toField(name) === null), encoding }
}

function featuresOf(text: string): Feature[] {
  let collection: { type?: unknown; features?: unknown }
  try {
    collection = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new AppError('bad_request', `not JSON: ${(cause as Error).message}`, {}, { cause })
  }
  const { features } = collection ?? {}
  const isCollection = collection?.type === 'FeatureCollection' && Array.isArray(features)
  if (!isCollection || !features.every((one) => typeof one === 'object' && one !== null))
    throw new AppError('bad_request', 'expected a GeoJSON FeatureCollection')
  return features as Feature[]
}

function placeOf(geometry: Feature['geometry']): { position?: { lat: number; lon: number }; footprint?: Ring } {
  const { type, coordinates } = geometry ?? {}
  if (type === 'Point' && Array.isArray(coordinates)) {
    const [lon, lat] = coordinates as [number, number]
    return { position: { lat, lon } }
  }
  const ring =
    type === 'Polygon'
      ? (coordinates as Ring[])?.[0]
      : type === 'MultiPolygon'
        ? (coordinates as Ring[][])?.[0]?.[0]
        : undefined
  if (!Array.isArray(ring) || ring.length < 4) return {}
  const corners = ring.slice(1)
  const mean = (axis: 0 | 1) =>
    Math.round((corners.reduce((sum, corner) => sum + (corner?.[axis] ?? 0), 0) / corners.length) * 1e6) / 1e6
  return {
    position: { lat: mean(1), lon: mean(0) },
    footprint: ring.map((corner) => [corner?.[0], corner?.[1]] as [number, number]),
  }
}

function collect(read: ReturnType<typeof toBuilding>[]): Pick<ParsedBuildings, 'buildings' | 'faults'> {
  return {
    buildings: read.flatMap(({ building }) => (building ? [building] : [])),
    faults: read.flatMap(({ faults }) => faults),
  }
}
