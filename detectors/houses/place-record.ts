import type { Observation } from '../../core/observation.ts'
import type { HouseBook } from './house-book.ts'

/**
 * A record as rules judge it: at the address of the house that it found when it came, however its own address is written. Any other
 * observation, and a record that found none, is as it came. The houses must have observed it.
 */
export function placeRecord(observation: Observation, houses: Pick<HouseBook, 'record' | 'building'>): Observation {
  if (observation.kind !== 'record') return observation
  const filed = houses.record(observation.deviceId, observation.recordId)
  if (filed === null || filed.seq !== observation.seq || filed.building === null) return observation
  const house = houses.building(filed.building)
  return house === null ? observation : { ...observation, address: house.address }
}
