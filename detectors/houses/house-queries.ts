import type { AddressMatch } from '../../core/address/address-index.ts'
import { normaliseAddress } from '../../core/address/normalise.ts'
import type { Building, HousePicture, Visit, VisitRequest } from '../../core/building.ts'
import type { FiledRecord } from '../../core/filed-record.ts'
import type { BuildingQuery } from '../../core/house-desk.ts'
import type { Measurement } from '../../core/measurement.ts'
import type { Page } from '../../core/page.ts'
import type { Position } from '../../core/place.ts'
import type { HouseState } from './house-state.ts'

export interface HouseQueries {
  /** By address; for a text that means houses, these first. */
  buildings(query: BuildingQuery): Page<Building>
  building(id: string): Building | null
  count(): number
  /** The house that lists a device, or else that the device names itself; null when there is none. */
  houseOf(deviceId: string, named?: unknown): Building | null
  /** In no order that means anything. */
  all(): Iterable<Building>
  /** Grows with each change of what is known of buildings. */
  revision(): number
  /** Of one building, oldest first. */
  recordsOf(building: string): FiledRecord[]
  visitsOf(building: string): Visit[]
  /** Oldest first. */
  picturesOf(building: string): HousePicture[]
  visit(building: string, id: string): Visit | null
  /** That somebody should go there, and nobody did; null when nobody is asked. */
  visitRequestOf(building: string): VisitRequest | null
  record(source: string, recordId: string): FiledRecord | null
  /** Records that wait for a person: the likeliest to be ours first, then the oldest. */
  unmatched(query: { limit: number; cursor?: string }): Page<FiledRecord>
  aliases(): { alias: string; road: string }[]
  /** What an address means by the register as it is now. */
  match(text: string, position?: Position): AddressMatch
  measurements(): Measurement[]
}

export function createHouseQueries(state: HouseState): HouseQueries {
  const { buildings, records, index } = state
  let listed = { revision: -1, byDevice: new Map<string, string>() }
  let sorted = { revision: -1, all: [] as Building[] }

  function inOrder(): Building[] {
    if (sorted.revision !== state.revision)
      sorted = { revision: state.revision, all: [...buildings.values()].sort(byAddress) }
    return sorted.all
  }

  return {
    buildings({ text, protection, byNames = true, limit, cursor }) {
      const found = text === undefined ? inOrder() : search(state, inOrder(), text, byNames ? wordsOf : placeWordsOf)
      return page(
        found.filter((one) => (protection ?? one.protection) === one.protection),
        limit,
        cursor,
      )
    },
    building: (id) => buildings.get(id) ?? null,
    count: () => buildings.size,
    houseOf(deviceId, named) {
      if (listed.revision !== state.revision) listed = { revision: state.revision, byDevice: listedIn(buildings) }
      const id = listed.byDevice.get(deviceId) ?? named
      return typeof id === 'string' ? (buildings.get(id) ?? null) : null
    },
    all: () => buildings.values(),
    revision: () => state.revision,
    recordsOf: records.ofBuilding,
    picturesOf: (building) => state.pictures.get(building) ?? [],
    visitsOf: (building) => state.visits.get(building) ?? [],
    visitRequestOf: (building) => state.requests.get(building) ?? null,
    visit: (building, id) => state.visits.get(building)?.find((visit) => visit.id === id) ?? null,
    record: (source, recordId) => records.get(source, recordId) ?? null,
    unmatched({ limit, cursor }) {
      const likely = records.unmatched().map((record) => ({ record, confidence: confidenceOf(record) }))
      likely.sort((a, b) => b.confidence - a.confidence || a.record.seq - b.record.seq)
      return page(
        likely.map(({ record }) => record),
        limit,
        cursor,
      )
    },
    aliases: () => [...state.aliases].map(([alias, road]) => ({ alias, road })),
    match: index.match,
    measurements: () => measure(state),
  }
}

function search(
  { buildings, index }: HouseState,
  all: Building[],
  text: string,
  textOf: (building: Building) => string,
): Building[] {
  const meant = index.match(text).candidates.map(({ building }) => buildings.get(building)!)
  const piece = normaliseAddress(text)
  const holding = all.filter((one) => !meant.includes(one) && textOf(one).includes(piece))
  return [...meant, ...holding]
}

/** All words of a building in one way of writing; buildings are replaced, never altered. */
const words = new WeakMap<Building, string>()

function wordsOf(building: Building): string {
  const known = words.get(building)
  if (known !== undefined) return known
  const { owner = '', notes = '' } = building
  const text = [placeWordsOf(building), ...[owner, notes].map(normaliseAddress)].join('|')
  words.set(building, text)
  return text
}

/** Without people. */
function placeWordsOf({ id, address, name = '', use = '', spellings = [] }: Building): string {
  return [id, address, name, use, ...spellings].map(normaliseAddress).join('|')
}

function listedIn(buildings: ReadonlyMap<string, Building>): Map<string, string> {
  return new Map(
    [...buildings.values()].flatMap(({ id, sensors = [] }) => sensors.map((sensor) => [sensor, id] as const)),
  )
}

const collator = new Intl.Collator('zh', { numeric: true })

function byAddress(a: Building, b: Building): number {
  return collator.compare(a.address, b.address) || (a.id < b.id ? -1 : 1)
}

function page<T>(all: T[], limit: number, cursor: string | undefined): Page<T> {
  const from = Math.max(0, Number.parseInt(cursor ?? '0', 10) || 0)
  const next = from + limit
  return { items: all.slice(from, next), ...(next < all.length && { nextCursor: String(next) }) }
}

function confidenceOf({ match }: FiledRecord): number {
  return match.how === 'unmatched' ? (match.candidates[0]?.confidence ?? 0) : 1
}

function measure({ buildings, records, told, words }: HouseState): Measurement[] {
  const gauge = (name: string, help: string, value: number): Measurement => ({ name, help, kind: 'gauge', value })
  return [
    gauge('huying_buildings', 'Houses in the register.', buildings.size),
    gauge('huying_house_records', 'Records kept with houses.', records.size),
    gauge(
      'huying_house_records_unmatched',
      'Records that wait for a person to say which house they are about.',
      records.waiting,
    ),
    gauge('huying_house_spellings_told', 'Spellings that a person explained.', told.size),
    gauge('huying_house_words_waiting', 'Words on houses that wait for their place in the journal.', words.length),
    {
      name: 'huying_house_records_forgotten_total',
      help: 'Records that gave way to newer ones in memory; the database has them.',
      kind: 'counter',
      value: records.forgotten,
    },
  ]
}
