import type { Building } from '../../core/building.ts'
import { AppError } from '../../core/errors.ts'
import type { RecordEvent } from '../quarter/records.ts'
import type { Registration } from './register-device.ts'

/** Brings the register of houses to the service, as one GeoJSON file. Throws `overloaded` when it does not take it now. */
export async function fileHouses(houses: readonly Building[], registration: Registration): Promise<void> {
  const features = houses.map(({ id, footprint, position, ...properties }) => ({
    ...{ type: 'Feature', id, properties },
    geometry: footprint
      ? { type: 'Polygon', coordinates: [footprint] }
      : position && { type: 'Point', coordinates: [position.lon, position.lat] },
  }))
  const collection = JSON.stringify({ type: 'FeatureCollection', features })
  await post('/api/v1/buildings/import', collection, 'application/geo+json', registration)
}

/** Files one record. The same one again is the same record. */
export async function fileRecord({ record }: RecordEvent, registration: Registration): Promise<void> {
  await post('/api/v1/records', JSON.stringify(record), 'application/json', registration)
}

async function post(
  path: string,
  body: string,
  type: string,
  { httpUrl, adminToken, signal }: Registration,
): Promise<void> {
  const headers = { 'content-type': type, authorization: `Bearer ${adminToken}` }
  const response = await fetch(new URL(path, httpUrl), { method: 'POST', headers, body, signal }).catch(() => null)
  await response?.body?.cancel()
  if (!response?.ok)
    throw new AppError('overloaded', 'the service did not take it', { path, status: response?.status ?? 0 })
}
