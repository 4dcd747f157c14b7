import type { Attributes, Device } from '../../../core/device.ts'
import type { Latest, SampleContext } from '../rule.ts'
import type { DeviceEntry } from './slots.ts'

/** Devices by the place that the registry gives them. */
export type PlaceIndex = Map<string, Set<DeviceEntry>>

/** Moves a device to another place of the index; undefined takes it out. */
export function settleAt(places: PlaceIndex, entry: DeviceEntry, place: string | undefined): void {
  const before = entry.device?.place
  if (before !== undefined) places.get(before)?.delete(entry)
  if (place === undefined) return
  const there = places.get(place)
  if (there === undefined) places.set(place, new Set([entry]))
  else there.add(entry)
}

/** A class, so that 100,000 tracks share their functions. */
export class TrackContext implements SampleContext {
  readonly metric: string
  readonly #entry: DeviceEntry
  readonly #entries: ReadonlyMap<string, DeviceEntry>
  readonly #places: PlaceIndex

  constructor(entry: DeviceEntry, metric: string, entries: ReadonlyMap<string, DeviceEntry>, places: PlaceIndex) {
    this.#entry = entry
    this.metric = metric
    this.#entries = entries
    this.#places = places
  }

  get deviceId(): string {
    return this.#entry.id
  }

  get device(): Device | undefined {
    return this.#entry.device
  }

  get attributes(): Attributes {
    return this.#entry.attributes
  }

  latest(metric: string, deviceId?: string): Latest | undefined {
    const entry = deviceId === undefined ? this.#entry : this.#entries.get(deviceId)
    return entry && newestOf(entry, metric)
  }

  around(metric: string): Latest[] {
    const place = this.#entry.device?.place
    const found: Latest[] = []
    if (place === undefined) return found
    for (const entry of this.#places.get(place) ?? []) {
      const newest = entry === this.#entry ? undefined : newestOf(entry, metric)
      if (newest !== undefined) found.push(newest)
    }
    return found
  }
}

function newestOf(entry: DeviceEntry, metric: string): Latest | undefined {
  const track = entry.tracks.get(metric)
  if (track === undefined || track.lastAtMs === Number.NEGATIVE_INFINITY) return undefined
  return { value: track.lastValue, atMs: track.lastAtMs }
}
