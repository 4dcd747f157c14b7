import { normaliseAddress } from '../../core/address/normalise.ts'
import { parseAddress } from '../../core/address/parse-address.ts'
import { digitise } from '../../core/address/parse-tail.ts'
import { soundOf, withoutType } from '../../core/address/road-names.ts'
import { type FiledRecord, isUnmatched } from '../../core/filed-record.ts'
import { cellOf } from './place-index.ts'

/** Records by id, by building, and those that wait for a person by the numbers in them. Records are replaced, never altered. */
export interface RecordShelf {
  get(source: string, recordId: string): FiledRecord | undefined
  put(record: FiledRecord): void
  ofBuilding(building: string): FiledRecord[]
  /** Oldest first. */
  unmatched(): FiledRecord[]
  /** Unmatched ones that a change of this address, on a road with these other names, could mean something for. */
  unmatchedLike(address: string, otherRoads?: readonly string[]): FiledRecord[]
  /** Unmatched ones that name this building, or have it among their candidates. */
  unmatchedNaming(building: string): FiledRecord[]
  /** Unmatched ones whose position lies in these cells. */
  unmatchedAt(cells: Iterable<string>): FiledRecord[]
  all(): FiledRecord[]
  readonly size: number
  readonly waiting: number
  /** Records that were forgotten to make room, since the start. */
  readonly forgotten: number
}

/** In memory and in every snapshot; the database has all. */
export const MAX_RECORDS = 20_000
const NUMBERS_OF_ONE = 8

interface ShelfOptions {
  maxRecords?: number
  /** Hears of each building whose records change. */
  onChange?(building: string): void
}

export function createRecordShelf(
  restored: readonly FiledRecord[] = [],
  { maxRecords = MAX_RECORDS, onChange = () => {} }: ShelfOptions = {},
): RecordShelf {
  const byKey = new Map<string, FiledRecord>()
  const byBuilding = new Map<string, Set<string>>()
  const waiting = new Set<string>()
  const waitingByClue = new Map<string, Set<string>>()
  let forgotten = 0

  function unlink(record: FiledRecord): void {
    const key = keyOf(record)
    if (record.building !== null) {
      drop(byBuilding, record.building, key)
      onChange(record.building)
    }
    if (waiting.delete(key)) for (const clue of cluesOf(record)) drop(waitingByClue, clue, key)
  }

  function put(record: FiledRecord): void {
    const key = keyOf(record)
    const before = byKey.get(key)
    if (before) unlink(before)
    byKey.set(key, record)
    if (record.building !== null) {
      keep(byBuilding, record.building, key)
      onChange(record.building)
    }
    if (isUnmatched(record)) {
      waiting.add(key)
      for (const clue of cluesOf(record)) keep(waitingByClue, clue, key)
    }
    while (byKey.size > maxRecords) forgetOne()
  }

  /** The oldest that is settled, or the oldest of all when everything waits. */
  function forgetOne(): void {
    let oldest: FiledRecord | undefined
    for (const record of byKey.values()) {
      oldest ??= record
      if (!isUnmatched(record)) {
        oldest = record
        break
      }
    }
    if (oldest === undefined) return
    unlink(oldest)
    byKey.delete(keyOf(oldest))
    forgotten++
  }

  const recordsOf = (keys: Iterable<string> | undefined) => [...(keys ?? [])].map((key) => byKey.get(key)!)
  for (const record of restored) put(record)
  return {
    get: (source, recordId) => byKey.get(`${source}|${recordId}`),
    put,
    ofBuilding: (building) => recordsOf(byBuilding.get(building)).sort((a, b) => a.seq - b.seq),
    unmatched: () => recordsOf(waiting).sort((a, b) => a.seq - b.seq),
    unmatchedLike(address, otherRoads = []) {
      const keys = new Set(cluesOfAddress(address).flatMap((clue) => [...(waitingByClue.get(clue) ?? [])]))
      const { normal, road } = parseAddress(address)
      const sounds = [road, ...otherRoads].map((name) => [...soundOf(withoutType(name) ?? name)])
      const isLike = ({ address: text = '' }: FiledRecord) => {
        const written = normaliseAddress(text)
        const sound = soundOf(written)
        return written === normal || sounds.some((characters) => characters.some((one) => sound.includes(one)))
      }
      return recordsOf(keys)
        .filter(isLike)
        .sort((a, b) => a.seq - b.seq)
    },
    unmatchedNaming: (building) => recordsOf(waitingByClue.get(`#${building}`)).sort((a, b) => a.seq - b.seq),
    unmatchedAt: (cells) => {
      const keys = [...cells].flatMap((cell) => [...(waitingByClue.get(`@${cell}`) ?? [])])
      return recordsOf(keys).sort((a, b) => a.seq - b.seq)
    },
    all: () => [...byKey.values()],
    get size() {
      return byKey.size
    },
    get waiting() {
      return waiting.size
    },
    get forgotten() {
      return forgotten
    },
  }
}

function keyOf({ source, recordId }: FiledRecord): string {
  return `${source}|${recordId}`
}

function cluesOf({ address, position, facts: { building }, match }: FiledRecord): string[] {
  const candidates = match.how === 'unmatched' ? match.candidates.map((candidate) => candidate.building) : []
  return [
    ...(address === undefined ? [] : cluesOfAddress(address)),
    ...(building === undefined ? candidates : [building, ...candidates]).map((id) => `#${id}`),
    ...(position === undefined ? [] : [`@${cellOf(position)}`]),
  ]
}

/** Two texts that mean one house have a number in common, or are the same. */
function cluesOfAddress(address: string): string[] {
  const normal = normaliseAddress(address)
  const numbers = digitise(normal).match(/\d+/g) ?? []
  return [`=${normal}`, ...new Set(numbers.slice(-NUMBERS_OF_ONE).map((number) => number.replace(/^0+(?=\d)/, '')))]
}

function keep(sets: Map<string, Set<string>>, name: string, key: string): void {
  const set = sets.get(name)
  if (set === undefined) sets.set(name, new Set([key]))
  else set.add(key)
}

function drop(sets: Map<string, Set<string>>, name: string, key: string): void {
  const set = sets.get(name)
  set?.delete(key)
  if (set?.size === 0) sets.delete(name)
}
