import type { Position } from '../core/place.ts'

/** True for WGS-84 degrees within range. */
export function isPosition(value: unknown): value is Position {
  if (typeof value !== 'object' || value === null) return false
  const { lat, lon } = value as Record<string, unknown>
  return isWithin(lat, 90) && isWithin(lon, 180)
}

function isWithin(degrees: unknown, limit: number): boolean {
  return typeof degrees === 'number' && degrees >= -limit && degrees <= limit
}
