import { type AddressIndex, createAddressIndex } from '../../core/address/address-index.ts'
import type { Building, HousePicture, Visit, VisitRequest } from '../../core/building.ts'
import { AppError } from '../../core/errors.ts'
import type { FiledRecord } from '../../core/filed-record.ts'
import type { HouseWord } from '../../core/house-events.ts'
import { createPlaceIndex, type PlaceIndex } from './place-index.ts'
import { createRecordShelf, type RecordShelf } from './record-shelf.ts'

/** All that a house book knows. Buildings, records and visits are replaced, never altered: a snapshot may hold them. */
export interface HouseState {
  /** Position of the last observation taken in, 0 before the first. */
  seq: number
  buildings: Map<string, Building>
  /** Grows with each change of the buildings. */
  revision: number
  /** Buildings of which something changed since somebody asked. */
  changed: Set<string>
  /** Other name of a road → its name. */
  aliases: Map<string, string>
  /** What people said of spellings, in their one way of writing: a building, or none of ours. */
  told: Map<string, Told>
  records: RecordShelf
  /** By building, oldest first. */
  visits: Map<string, Visit[]>
  visitIds: Set<string>
  /** By building: that somebody should go there. */
  requests: Map<string, VisitRequest>
  /** By building, in the order in which they came. */
  pictures: Map<string, HousePicture[]>
  /** Records that were put right or taken back before they came themselves: key → what was said. */
  announced: Map<string, Marks>
  /** Words that wait for their place among the observations, in order. */
  words: HouseWord[]
  /** Made of buildings and aliases. */
  index: AddressIndex
  /** Made of buildings. */
  places: PlaceIndex
}

export interface Told {
  building: string | null
  match: { how: 'told'; by: string; atMs: number; note?: string }
}

export type Marks = Pick<FiledRecord, 'correctedBy' | 'withdrawnBy'>

const SNAPSHOT_VERSION = 1

interface HouseSnapshot {
  version: typeof SNAPSHOT_VERSION
  seq: number
  buildings: Building[]
  aliases: [string, string][]
  told: [string, Told][]
  records: FiledRecord[]
  visits: Visit[]
  /** Absent in snapshots of earlier versions. */
  pictures?: HousePicture[]
  requests?: VisitRequest[]
  announced: [string, Marks][]
  words: HouseWord[]
}

/** The state that a snapshot holds, or an empty one. Throws `config_invalid` when it is of another version. */
export function restoreHouses(snapshot: unknown): HouseState {
  const past = (snapshot ?? null) as HouseSnapshot | null
  if (past !== null && past.version !== SNAPSHOT_VERSION)
    throw new AppError('config_invalid', 'the snapshot of houses is of another version', { version: past.version })
  const changed = new Set<string>()
  const state: HouseState = {
    changed,
    seq: past?.seq ?? 0,
    buildings: new Map(past?.buildings.map((building) => [building.id, building])),
    revision: 0,
    aliases: new Map(past?.aliases),
    told: new Map(past?.told),
    records: createRecordShelf(past?.records, { onChange: (building) => changed.add(building) }),
    visits: new Map(),
    visitIds: new Set(),
    requests: new Map(past?.requests?.map((request) => [request.building, request])),
    pictures: new Map(),
    announced: new Map(past?.announced),
    words: [...(past?.words ?? [])],
    index: createAddressIndex(),
    places: createPlaceIndex(),
  }
  for (const building of state.buildings.values()) {
    state.index.put(building)
    state.places.put(building)
  }
  for (const [alias, road] of state.aliases) state.index.setAlias(alias, road)
  for (const visit of past?.visits ?? []) addVisit(state, visit)
  for (const picture of past?.pictures ?? []) addPicture(state, picture)
  changed.clear()
  return state
}

export function rememberHouses(state: HouseState): HouseSnapshot {
  return {
    ...{ version: SNAPSHOT_VERSION, seq: state.seq },
    buildings: [...state.buildings.values()],
    aliases: [...state.aliases],
    told: [...state.told],
    records: state.records.all(),
    visits: [...state.visits.values()].flat(),
    requests: [...state.requests.values()],
    pictures: [...state.pictures.values()].flat(),
    announced: [...state.announced],
    words: [...state.words],
  }
}

/** Visits of one house that are remembered. */
const MAX_VISITS = 200

/** The same visit again changes nothing. */
export function addVisit(state: HouseState, visit: Visit): void {
  if (state.visitIds.has(visit.id)) return
  const visits = [...(state.visits.get(visit.building) ?? []), visit]
  for (const { id } of visits.slice(0, -MAX_VISITS)) state.visitIds.delete(id)
  state.visitIds.add(visit.id)
  state.changed.add(visit.building)
  state.visits.set(visit.building, visits.slice(-MAX_VISITS))
  const asked = state.requests.get(visit.building)
  if (asked !== undefined && visit.atMs >= asked.atMs) state.requests.delete(visit.building)
}

export function askVisit({ requests, buildings }: HouseState, request: VisitRequest): void {
  if (buildings.has(request.building)) requests.set(request.building, request)
}

export function addPicture({ pictures }: HouseState, picture: HousePicture): void {
  const others = (pictures.get(picture.building) ?? []).filter(({ sha256 }) => sha256 !== picture.sha256)
  pictures.set(picture.building, [...others, picture])
}

export function removePicture({ pictures }: HouseState, building: string, sha256: string): void {
  const left = (pictures.get(building) ?? []).filter((one) => one.sha256 !== sha256)
  if (left.length > 0) pictures.set(building, left)
  else pictures.delete(building)
}
