import type { Building } from '../building.ts'
import type { Position } from '../place.ts'
import type { AddressReason, HouseReading } from './house-number.ts'
import { createHouseTable } from './house-table.ts'
import { normaliseAddress } from './normalise.ts'
import { cutPlaces, parseAddress } from './parse-address.ts'
import { digitise, parseTail } from './parse-tail.ts'
import { createPlaceNames } from './place-names.ts'
import { isOneApart, soundOf, withoutType } from './road-names.ts'

/** A building that a text may mean. */
export interface AddressCandidate {
  building: string
  /** 0 to 1. */
  confidence: number
  reasons: AddressReason[]
  /** From the record's position to the house, where that is what speaks for it. */
  distanceM?: number
}

export interface AddressMatch {
  /** The building, when it is sure; what is ambiguous is not guessed. */
  building: string | null
  /** The likeliest first, at most five. */
  candidates: AddressCandidate[]
}

/** From here on a match is sure, if the next candidate stays under `RIVAL`. */
export const SURE = 0.9
export const RIVAL = 0.75
export const MAX_CANDIDATES = 5
const FAR_M = 300
const NEIGHBOURS = 3

/** The addresses of a register, to be asked what a text means. Changing it costs microseconds, as does asking it. */
export interface AddressIndex {
  /** Adds a building, or takes over its change. */
  put(building: Building): void
  remove(id: string): void
  /** `alias` is another name of `road`: an earlier one, or one that people use. Null takes it away. */
  setAlias(alias: string, road: string | null): void
  match(text: string, position?: Position): AddressMatch
}

interface Entry {
  addresses: { normal: string; road: string; houses: HouseReading['house'][] }[]
  places: string[]
  position: Position | undefined
}

/** A road that a text may mean, with how surely, and what follows it. */
interface RoadReading {
  road: string
  weight: number
  reasons: AddressReason[]
  readings: HouseReading[]
}

export function createAddressIndex(): AddressIndex {
  const table = createHouseTable()
  const entries = new Map<string, Entry>()
  const byText = new Map<string, Set<string>>()
  const aliases = new Map<string, string>()
  const places = createPlaceNames()

  function remove(id: string): void {
    const entry = entries.get(id)
    if (entry === undefined) return
    entries.delete(id)
    for (const { normal, road, houses } of entry.addresses) {
      byText.get(normal)?.delete(id)
      if (byText.get(normal)?.size === 0) byText.delete(normal)
      for (const house of houses) table.remove(id, road, house)
    }
    for (const place of entry.places) places.remove(place)
  }

  function put(building: Building): void {
    remove(building.id)
    const texts = [building.address, ...(building.spellings ?? []), ...(building.name ? [building.name] : [])]
    const parsed = texts.map((text) => parseAddress(text))
    const said = cutPlaces(`${normaliseAddress(building.place ?? '')}某某`).places
    const entry: Entry = {
      addresses: parsed.map(({ normal, road, readings }) => ({ normal, road, houses: housesOf(road, readings) })),
      places: [...said, ...parsed.flatMap((one) => one.places)],
      position: building.position,
    }
    entries.set(building.id, entry)
    for (const { normal, road, houses } of entry.addresses) {
      byText.set(normal, (byText.get(normal) ?? new Set()).add(building.id))
      for (const house of houses) table.add(building.id, road, house)
    }
    for (const place of entry.places) places.add(place)
  }

  /** Known roads and other names of theirs in the text, each with what follows. */
  function knownRoads(normal: string): RoadReading[] {
    const found: RoadReading[] = []
    const look = (name: string, road: string, weight: number, reasons: AddressReason[]) => {
      for (let at = normal.indexOf(name); at >= 0; at = normal.indexOf(name, at + 1)) {
        const tail = normal.slice(at + name.length)
        if (tail.startsWith('道')) continue
        const readings = parseTail(digitise(tail))
        if (readings.length === 0 && tail !== '') continue
        const head = headOf(normal.slice(0, at))
        found.push({ road, weight: weight * head.weight, reasons: [...reasons, ...head.reasons], readings })
      }
    }
    for (const road of table.roads()) if (road !== '') look(road, road, 1, [])
    for (const [alias, road] of aliases) look(alias, road, 0.97, ['road_alias'])
    return found
  }

  /** What stands before the road: places of the register, another road, or something else. */
  function headOf(text: string): { weight: number; reasons: AddressReason[] } {
    const outcome = places.judge(text, (rest) => table.roads().includes(rest))
    if (outcome === 'other_place') return { weight: 0.5, reasons: ['other_place'] }
    return outcome === 'unknown_prefix' ? { weight: 0.6, reasons: ['unknown_prefix'] } : { weight: 1, reasons: [] }
  }

  /** Roads that are written almost like that. */
  function similarRoads(normal: string): RoadReading[] {
    const { road: written, readings } = parseAddress(places.cut(normal))
    if (written === '' || readings.length === 0) return []
    const found: RoadReading[] = []
    for (const [name, road] of namesOfRoads()) {
      const like = likeness(written, name)
      if (like === null) continue
      const head = headOf(like.head)
      found.push({ road, weight: like.weight * head.weight, reasons: [like.reason, ...head.reasons], readings })
    }
    return found
  }

  function namesOfRoads(): [string, string][] {
    return [...table.roads().map((road): [string, string] => [road, road]), ...aliases]
  }

  function housesLike(
    road: string,
    { house }: HouseReading,
    add: (ids: readonly string[], weight: number, reason?: AddressReason) => void,
  ): void {
    const exact = table.exactly(road, house)
    add(exact, 1)
    const { sub, block, ...whole } = house
    if (sub !== undefined || block !== undefined) {
      if (block !== undefined && sub !== undefined) add(table.exactly(road, { ...whole, sub }), 0.85, 'part_unknown')
      if (exact.length === 0) add(table.exactly(road, whole), sub === undefined ? 0.85 : 0.8, 'part_unknown')
    } else if (house.number !== undefined) {
      const parts = table.partsOf(road, house)
      add(parts, parts.length === 1 && exact.length === 0 ? 0.8 : 0.6, 'part_unsaid')
    } else add(table.inLane(road, house), 0.5, 'number_missing')
  }

  function candidatesOf(normal: string, position: Position | undefined): AddressCandidate[] {
    const best = new Map<string, AddressCandidate>()
    const offer = (building: string, confidence: number, reasons: AddressReason[]) => {
      const isFar = position !== undefined && isFarFrom(entries.get(building)?.position, position)
      const weighed = isFar ? confidence * 0.6 : confidence
      if ((best.get(building)?.confidence ?? 0) >= weighed) return
      best.set(building, { building, confidence: weighed, reasons: isFar ? [...reasons, 'far_away'] : reasons })
    }
    for (const id of byText.get(normal) ?? []) offer(id, 1, ['spelling_known'])
    const tryRoads = (roads: RoadReading[]) => {
      for (const { road, weight, reasons, readings } of roads)
        for (const reading of readings)
          housesLike(road, reading, (ids, share, reason) => {
            for (const id of ids)
              offer(id, weight * reading.weight * share, [...reasons, ...reading.reasons, ...(reason ? [reason] : [])])
          })
    }
    const known = knownRoads(normal)
    tryRoads(known)
    const hasAnswer = [...best.values()].some(({ confidence }) => confidence >= 0.5)
    if (!hasAnswer && known.every(({ readings }) => readings.length === 0)) tryRoads(similarRoads(normal))
    if (best.size === 0) offerRoadless(normal, offer)
    if (best.size === 0) offerNeighbours(known, offer)
    return [...best.values()]
  }

  function offerRoadless(
    normal: string,
    offer: (id: string, confidence: number, reasons: AddressReason[]) => void,
  ): void {
    const { road, readings } = parseAddress(places.cut(normal))
    if (road !== '') return
    for (const { house, weight, reasons } of readings)
      for (const id of table.anywhere(house)) offer(id, 0.5 * weight, [...reasons, 'road_missing'])
  }

  /** Nothing is meant by these; they help a person to find what is. */
  function offerNeighbours(
    known: RoadReading[],
    offer: (id: string, confidence: number, reasons: AddressReason[]) => void,
  ): void {
    for (const { road, reasons, readings } of known) {
      const house = readings[0]?.house
      for (const id of table.nearest(road, house ?? {}, NEIGHBOURS))
        offer(id, 0.2, [...reasons, house ? 'number_unknown' : 'number_missing'])
    }
  }

  return {
    put,
    remove,
    setAlias(alias, road) {
      const name = normaliseAddress(alias)
      if (road === null) aliases.delete(name)
      else aliases.set(name, normaliseAddress(road))
    },
    match(text, position) {
      const candidates = candidatesOf(normaliseAddress(text), position)
        .sort((a, b) => b.confidence - a.confidence || (a.building < b.building ? -1 : 1))
        .slice(0, MAX_CANDIDATES)
        .map(({ building, confidence, reasons }) => ({
          building,
          confidence: Math.round(confidence * 1000) / 1000,
          reasons: [...new Set(reasons)],
        }))
      return { building: sureOf(candidates)?.building ?? null, candidates }
    },
  }
}

/** The likeliest, if it is sure and the next is far behind; the likeliest must come first. */
export function sureOf([first, second]: readonly AddressCandidate[]): AddressCandidate | null {
  return first !== undefined && first.confidence >= SURE && (second?.confidence ?? 0) < RIVAL ? first : null
}

/** Readings of a registered address that it can stand under; one that is not plain is known by its text alone. */
function housesOf(road: string, readings: HouseReading[]): HouseReading['house'][] {
  const [plainest, ...others] = readings
  if (road === '' || plainest === undefined || others.some(({ weight }) => weight >= plainest.weight)) return []
  return plainest.weight >= 0.9 && plainest.house.number !== undefined ? [plainest.house] : []
}

/** How a written road may be the one of this name; `head` is what was written before it. */
function likeness(written: string, name: string): { weight: number; reason: AddressReason; head: string } | null {
  const ending = written.slice(-name.length)
  if (ending !== name && soundOf(ending) === soundOf(name))
    return { weight: 0.92, reason: 'road_misspelt', head: written.slice(0, -name.length) }
  const stem = withoutType(name)
  if (stem !== null && written === stem) return { weight: 0.75, reason: 'road_type', head: '' }
  if (stem !== null && withoutType(written) === stem) return { weight: 0.55, reason: 'road_type', head: '' }
  return name.length >= 3 && isOneApart(written, name) ? { weight: 0.6, reason: 'road_similar', head: '' } : null
}

const M_PER_DEG = 111_000

function isFarFrom(a: Position | undefined, b: Position): boolean {
  if (a === undefined) return false
  const eastM = (a.lon - b.lon) * M_PER_DEG * Math.cos((b.lat * Math.PI) / 180)
  return Math.hypot((a.lat - b.lat) * M_PER_DEG, eastM) > FAR_M
}
