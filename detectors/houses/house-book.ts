import { normaliseAddress } from '../../core/address/normalise.ts'
import type { Building } from '../../core/building.ts'
import { type FiledRecord, isUnmatched, type RecordChange } from '../../core/filed-record.ts'
import { type HouseWord, isHouseWord, type RecordMatchedEvent } from '../../core/house-events.ts'
import type { LedgerEntry } from '../../core/ledger-entry.ts'
import type { Observation, RecordEntry } from '../../core/observation.ts'
import { REGISTER_TYPES, toFacts } from '../../core/register-record.ts'
import { decideMatch } from './decide-match.ts'
import { createHouseQueries, type HouseQueries } from './house-queries.ts'
import {
  addPicture,
  addVisit,
  askVisit,
  type Marks,
  rememberHouses,
  removePicture,
  restoreHouses,
} from './house-state.ts'
import { cellsOf } from './place-index.ts'

/**
 * The register of houses and the records that belong to them: a fold over the intake journal, with people's words from the ledger at
 * their places in it. A record is matched by the register as it stood when it came; what was not sure then is tried again when
 * the register learns something about it.
 */
export interface HouseBook extends HouseQueries {
  /** What became of records, in order. An observation that was taken in already changes nothing. */
  observe(observation: Observation): RecordChange[]
  /** Takes in words whose place has come; gives what became of records by them. */
  settle(): RecordChange[]
  /** Takes in the next of these words alone. */
  settleOne(): RecordChange[]
  /** When that word was said, ms; null when there is none. */
  nextWordMs(): number | null
  /** Buildings of which something changed (what is known of them, their records, visits) since this was last asked, in order. */
  takeChanged(): string[]
  /** Takes words on houses; other entries are passed by. A word is taken in after the observation `afterSeq`. */
  applyEntry(entry: LedgerEntry): void
  /** All state as JSON-safe data; later changes of the book do not reach it. */
  snapshot(): unknown
}

/** Spellings that people explained, and records announced by others, that are remembered. */
const MAX_TOLD = 20_000
const MAX_ANNOUNCED = 5_000

/** `onBuilding` hears of each change of a building at its place among the observations; null: it is not there. */
export function createHouseBook(
  snapshot?: unknown,
  onBuilding: (before: Building | null, after: Building | null) => void = () => {},
): HouseBook {
  const state = restoreHouses(snapshot)
  const { records } = state
  let changes: RecordChange[] = []

  /** Changes since it was asked last. */
  function take(): RecordChange[] {
    const taken = changes
    changes = []
    return taken
  }

  function put(record: FiledRecord): void {
    const before = records.get(record.source, record.recordId) ?? null
    records.put(record)
    if (isNews(record, before)) changes.push({ record, before })
  }

  function file(entry: RecordEntry & { seq: number; arrivalMs: number }): void {
    const { deviceId: source, recordId, recordType, atMs, address, position, body, seq, arrivalMs } = entry
    if (records.get(source, recordId) !== undefined) return
    const facts = toFacts(recordType, body)
    markOld(source, recordId, facts)
    if (!isOfHouses(entry, facts)) return
    const record = {
      ...{ seq, source, recordId, recordType, atMs, arrivalMs, facts },
      ...(address !== undefined && { address }),
      ...(position !== undefined && { position }),
      ...announcedOf(source, recordId),
    }
    const filed = { ...record, ...decideMatch(state, record) }
    put(filed)
    if (!isUnmatched(filed)) bringAlong(filed)
  }

  /** Something in it could say which house it is about; of other things than registers' a position must lie near one. */
  function isOfHouses({ recordType, address, position }: RecordEntry, facts: FiledRecord['facts']): boolean {
    if (address !== undefined || facts.building !== undefined || (facts.corrects ?? facts.withdraws)) return true
    return position !== undefined && (recordType in REGISTER_TYPES || state.places.near(position).length > 0)
  }

  /** A record that puts an older one right, or takes it back. It may come before that one. */
  function markOld(source: string, recordId: string, { corrects, withdraws }: FiledRecord['facts']): void {
    const marks: [string | undefined, Marks][] = [
      [corrects, { correctedBy: recordId }],
      [withdraws, { withdrawnBy: recordId }],
    ]
    for (const [old, mark] of marks) {
      if (old === undefined || old === recordId) continue
      const known = records.get(source, old)
      if (known) put({ ...known, ...mark })
      else
        remember(
          state.announced,
          `${source}|${old}`,
          { ...state.announced.get(`${source}|${old}`), ...mark },
          MAX_ANNOUNCED,
        )
    }
  }

  function announcedOf(source: string, recordId: string): Marks {
    const marks = state.announced.get(`${source}|${recordId}`) ?? {}
    state.announced.delete(`${source}|${recordId}`)
    return marks
  }

  function tryAgain(some: Iterable<FiledRecord>): void {
    for (const record of some) {
      const { building: _b, match: _m, ...filed } = record
      const decided = decideMatch(state, filed)
      put({ ...filed, ...decided })
      if (decided.match.how !== 'unmatched') bringAlong(record)
    }
  }

  /** Records that follow this one go where it goes. */
  function bringAlong({ source, recordId }: FiledRecord): void {
    const marked = records.get(source, recordId)
    for (const id of [marked?.correctedBy, marked?.withdrawnBy]) {
      const follower = id === undefined ? undefined : records.get(source, id)
      if (follower?.match.how === 'unmatched' || follower?.match.how === 'follows') tryAgain([follower])
    }
  }

  function changeBuilding(building: Building): void {
    const before = state.buildings.get(building.id)
    state.buildings.set(building.id, building)
    state.changed.add(building.id)
    state.revision++
    state.index.put(building)
    state.places.put(building)
    const texts = [...textsOf(building), ...(before ? textsOf(before) : [])]
    const near = records.unmatchedAt(new Set([building, before].flatMap((one) => (one ? cellsOf(one) : []))))
    tryAgain(new Set([...texts.flatMap(waitingFor), ...records.unmatchedNaming(building.id), ...near]))
    onBuilding(before ?? null, building)
  }

  function waitingFor(address: string): FiledRecord[] {
    const others = [...state.aliases].filter(([, road]) => address.includes(road)).map(([alias]) => alias)
    return records.unmatchedLike(address, others)
  }

  function removeBuilding(id: string): void {
    const before = state.buildings.get(id)
    if (before === undefined) return
    state.buildings.delete(id)
    state.requests.delete(id)
    state.changed.add(id)
    state.revision++
    state.index.remove(id)
    state.places.remove(id)
    for (const [spelling, told] of state.told) if (told.building === id) state.told.delete(spelling)
    tryAgain(new Set([...records.ofBuilding(id), ...records.unmatchedNaming(id)]))
    onBuilding(before, null)
  }

  function setAlias(alias: string, road: string | null): void {
    if (road === null) state.aliases.delete(alias)
    else state.aliases.set(alias, road)
    state.index.setAlias(alias, road)
    const name = normaliseAddress(alias)
    tryAgain(
      records.unmatched().filter(({ address }) => address !== undefined && normaliseAddress(address).includes(name)),
    )
  }

  function takeMatch({ source, recordId, building, by, atMs, note }: RecordMatchedEvent): void {
    const record = records.get(source, recordId)
    if (record === undefined || (building !== null && !state.buildings.has(building))) return
    const match = { how: 'told' as const, by, atMs, ...(note !== undefined && { note }) }
    put({ ...record, building, match })
    bringAlong(record)
    if (record.address === undefined) return
    remember(state.told, normaliseAddress(record.address), { building, match }, MAX_TOLD)
    const normal = normaliseAddress(record.address)
    tryAgain(records.unmatchedLike(record.address).filter(({ address = '' }) => normaliseAddress(address) === normal))
  }

  function hear(word: HouseWord): void {
    if (word.type === 'building.changed') changeBuilding(word.building)
    else if (word.type === 'building.removed') removeBuilding(word.buildingId)
    else if (word.type === 'building.visited') addVisit(state, word.visit)
    else if (word.type === 'building.visit_asked') askVisit(state, word.request)
    else if (word.type === 'building.pictured') addPicture(state, word.picture)
    else if (word.type === 'building.picture_removed') removePicture(state, word.buildingId, word.sha256)
    else if (word.type === 'road.aliased') setAlias(word.alias, word.road)
    else takeMatch(word)
  }

  function nextWord(): HouseWord | undefined {
    const [word] = state.words
    return word !== undefined && word.afterSeq <= state.seq ? word : undefined
  }

  function hearNext(): boolean {
    if (nextWord() === undefined) return false
    hear(state.words.shift()!)
    return true
  }

  function hearWaiting(): void {
    while (hearNext());
  }

  return {
    ...createHouseQueries(state),
    observe(observation) {
      if (observation.seq <= state.seq) return []
      if (state.words.length > 0) hearWaiting()
      state.seq = observation.seq
      if (observation.kind === 'record') file(observation)
      return take()
    },
    settle() {
      hearWaiting()
      return take()
    },
    settleOne() {
      hearNext()
      return take()
    },
    nextWordMs: () => nextWord()?.atMs ?? null,
    takeChanged() {
      const changed = [...state.changed]
      state.changed.clear()
      return changed
    },
    applyEntry(entry) {
      if (isHouseWord(entry)) state.words.push(entry)
    },
    snapshot: () => rememberHouses(state),
  }
}

/** More is said of it than that it waits with other candidates, or that it is sure in another way. */
function isNews(record: FiledRecord, before: FiledRecord | null): boolean {
  if (before === null) return true
  const { building, correctedBy, withdrawnBy } = record
  return building !== before.building || correctedBy !== before.correctedBy || withdrawnBy !== before.withdrawnBy
}

function textsOf({ address, spellings = [], name }: Building): string[] {
  return [address, ...spellings, ...(name === undefined ? [] : [name])]
}

/** Puts it last; the one that was put first is forgotten when there are too many. */
function remember<T>(map: Map<string, T>, key: string, value: T, max: number): void {
  map.delete(key)
  map.set(key, value)
  if (map.size > max) map.delete(map.keys().next().value as string)
}
