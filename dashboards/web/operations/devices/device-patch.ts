import type { DeviceView } from '../../../contract.ts'
import type { DevicePatch } from '../calls.ts'

/** A device as it stands in a form: all of it text. */
export interface DeviceDraft {
  name: string
  type: string
  place: string
  gateway: string
  reportEveryS: string
  lat: string
  lon: string
  attributes: { name: string; value: string }[]
}

export function toDraft(device: Partial<DeviceView>): DeviceDraft {
  const { name = '', type = '', place = '', gateway = '', reportEveryS, position, attributes = {} } = device
  return {
    ...{ name, type, place, gateway, reportEveryS: textOf(reportEveryS) },
    ...{ lat: textOf(position?.lat), lon: textOf(position?.lon) },
    attributes: Object.entries(attributes).map(([key, value]) => ({ name: key, value: String(value) })),
  }
}

/** What differs, as a merge patch; null where a field or an attribute was emptied. Nothing when nothing differs. */
export function toPatch(device: DeviceView, draft: DeviceDraft): DevicePatch {
  const before = toSpec(toDraft(device))
  const after = toSpec(draft)
  const patch: DevicePatch = {}
  for (const key of ['name', 'type', 'place', 'gateway', 'reportEveryS', 'position'])
    if (JSON.stringify(before[key]) !== JSON.stringify(after[key])) patch[key] = after[key] ?? null
  const attributes = attributePatch(before.attributes, after.attributes)
  if (Object.keys(attributes).length > 0) patch.attributes = attributes
  return patch
}

type Attributes = Record<string, string | number | boolean>

function attributePatch(before: Attributes = {}, after: Attributes = {}): Record<string, unknown> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return Object.fromEntries(
    [...names].filter((name) => before[name] !== after[name]).map((name) => [name, after[name] ?? null]),
  )
}

interface Spec extends Record<string, unknown> {
  attributes?: Attributes
}

/** The fields that are filled, as the API takes them. */
export function toSpec({ name, type, place, gateway, reportEveryS, lat, lon, attributes }: DeviceDraft): Spec {
  const texts = { name, type, place, gateway }
  const filled = Object.entries(texts).filter(([, text]) => text.trim() !== '')
  const named = attributes.filter((one) => one.name.trim() !== '')
  return {
    ...Object.fromEntries(filled.map(([key, text]) => [key, text.trim()])),
    ...(reportEveryS.trim() !== '' && { reportEveryS: Number(reportEveryS) }),
    ...(lat.trim() !== '' && lon.trim() !== '' && { position: { lat: Number(lat), lon: Number(lon) } }),
    ...(named.length > 0 && {
      attributes: Object.fromEntries(named.map((one) => [one.name.trim(), toValue(one.value)])),
    }),
  }
}

/** `3` is a number and `true` a yes, as rules compare them; `007` and all else is text. */
function toValue(text: string): string | number | boolean {
  const trimmed = text.trim()
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true'
  return trimmed !== '' && String(Number(trimmed)) === trimmed ? Number(trimmed) : trimmed
}

function textOf(value: number | undefined): string {
  return value === undefined ? '' : String(value)
}
