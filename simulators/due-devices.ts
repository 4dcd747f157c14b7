import type { SimulatedDevice } from './fleet.ts'
import { beatOf } from './readings-of.ts'

/** Finds the few of very many devices whose turn it is. */
export interface DueDevices {
  /** Those that report with `fromMs` ≤ time < `toMs`, and those named, in the order of the fleet. */
  between(fromMs: number, toMs: number, named: readonly string[]): SimulatedDevice[]
}

/** Devices that report equally often, by their moment within that time. */
interface Beat {
  everyMs: number
  phasesMs: number[]
  /** Places in the fleet, in the order of `phasesMs`. */
  places: number[]
}

export function createDueDevices(fleet: readonly SimulatedDevice[], seed: number): DueDevices {
  const placeOf = new Map(fleet.map(({ id }, place) => [id, place]))
  const beats = toBeats(fleet, seed)
  return {
    between(fromMs, toMs, named) {
      const places = new Set(beats.flatMap((beat) => placesBetween(beat, fromMs, toMs)))
      for (const id of named) if (placeOf.has(id)) places.add(placeOf.get(id)!)
      return [...places].sort((a, b) => a - b).map((place) => fleet[place]!)
    },
  }
}

function toBeats(fleet: readonly SimulatedDevice[], seed: number): Beat[] {
  const found = new Map<number, { phaseMs: number; place: number }[]>()
  for (const [place, device] of fleet.entries()) {
    const { everyMs, phaseMs } = beatOf(device, seed)
    const known = found.get(everyMs)
    if (known === undefined) found.set(everyMs, [{ phaseMs, place }])
    else known.push({ phaseMs, place })
  }
  return [...found].map(([everyMs, some]) => {
    some.sort((a, b) => a.phaseMs - b.phaseMs)
    return { everyMs, phasesMs: some.map(({ phaseMs }) => phaseMs), places: some.map(({ place }) => place) }
  })
}

function placesBetween({ everyMs, phasesMs, places }: Beat, fromMs: number, toMs: number): number[] {
  if (toMs - fromMs >= everyMs) return places
  const first = firstAtLeast(phasesMs, fromMs % everyMs)
  const end = firstAtLeast(phasesMs, toMs % everyMs)
  const isOneStretch = fromMs % everyMs <= toMs % everyMs
  return isOneStretch ? places.slice(first, end) : [...places.slice(first), ...places.slice(0, end)]
}

/** Index of the first value that is not below; the length when all are. */
function firstAtLeast(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
