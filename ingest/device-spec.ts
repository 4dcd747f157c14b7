import { type Attributes, DEVICE_ID, FIELD_NAME } from '../core/device.ts'
import type { DeviceChange, DeviceSpec } from '../core/device-registry.ts'
import { AppError } from '../core/errors.ts'
import { isPosition } from './position.ts'

const MAX_REPORT_EVERY_S = 31 * 86_400
const MAX_TEXT_CHARS = 200
const MAX_ATTRIBUTES = 50

/** Checks what a caller said of a device and keeps the known fields only. Throws `bad_request` naming the field. */
export function toDeviceSpec(spec: DeviceSpec): DeviceSpec {
  const { id, type, name, place, position, reportEveryS, gateway, attributes } = spec
  if (typeof id !== 'string' || !DEVICE_ID.test(id)) throw badField('id', `must match ${DEVICE_ID.source}`)
  if (typeof type !== 'string' || !FIELD_NAME.test(type)) throw badField('type', `must match ${FIELD_NAME.source}`)
  if (name !== undefined && !isShortText(name)) throw badField('name', `must be 1 to ${MAX_TEXT_CHARS} characters`)
  if (place !== undefined && !isShortText(place)) throw badField('place', `must be 1 to ${MAX_TEXT_CHARS} characters`)
  if (position !== undefined && !isPosition(position))
    throw badField('position', 'must be {lat: -90…90, lon: -180…180}, WGS-84 degrees')
  if (reportEveryS !== undefined && !(reportEveryS >= 1 && reportEveryS <= MAX_REPORT_EVERY_S))
    throw badField('reportEveryS', `must be 1 to ${MAX_REPORT_EVERY_S} seconds`)
  if (gateway !== undefined) checkGateway(gateway, id)
  return {
    id,
    type,
    ...(name !== undefined && { name }),
    ...(place !== undefined && { place }),
    ...(position !== undefined && { position: { lat: position.lat, lon: position.lon } }),
    ...(reportEveryS !== undefined && { reportEveryS }),
    ...(gateway !== undefined && { gateway }),
    ...(attributes !== undefined && toAttributes(attributes)),
  }
}

/** The spec after a change. Throws `bad_request` naming the field. */
export function changedSpec(spec: DeviceSpec, change: DeviceChange): DeviceSpec {
  const { attributes, ...fields } = change
  const merged: Record<string, unknown> = { ...spec, ...definedOf(fields), id: spec.id }
  if (attributes !== undefined)
    merged.attributes = attributes && withoutNulls({ ...spec.attributes, ...definedOf(attributes) })
  return toDeviceSpec(withoutNulls(merged) as unknown as DeviceSpec)
}

/** The gateway need not be registered yet: devices may be entered in any order. */
function checkGateway(gateway: unknown, id: string): void {
  if (typeof gateway !== 'string' || !DEVICE_ID.test(gateway)) throw badField('gateway', 'must be the id of a device')
  if (gateway === id) throw badField('gateway', 'must be another device')
}

/** No attributes and none given are the same. */
function toAttributes(attributes: unknown): { attributes?: Attributes } {
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes))
    throw badField('attributes', 'must be names with a text, number or boolean each')
  const given = attributes as Record<string, unknown>
  const names = Object.keys(given)
  if (names.length > MAX_ATTRIBUTES) throw badField('attributes', `must be at most ${MAX_ATTRIBUTES}`)
  for (const name of names) {
    if (!FIELD_NAME.test(name)) throw badField('attributes', `must have names that match ${FIELD_NAME.source}`)
    if (!isAttribute(given[name]))
      throw badField(`attributes.${name}`, `must be a text up to ${MAX_TEXT_CHARS} characters, a number or a boolean`)
  }
  return names.length === 0 ? {} : { attributes: { ...(given as Attributes) } }
}

function isAttribute(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= MAX_TEXT_CHARS
  return typeof value === 'boolean' || Number.isFinite(value)
}

function definedOf(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function withoutNulls(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}

function isShortText(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT_CHARS
}

function badField(field: string, expected: string): AppError {
  return new AppError('bad_request', `${field} ${expected}`, { field })
}
