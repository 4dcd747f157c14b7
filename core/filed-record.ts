import type { AddressCandidate } from './address/address-index.ts'
import type { Position } from './place.ts'
import type { RecordFacts } from './register-record.ts'

/** A record as houses know it: where it belongs, and what has become of it. */
export interface FiledRecord {
  /** Position in the intake journal. */
  seq: number
  source: string
  recordId: string
  recordType: string
  atMs: number
  arrivalMs: number
  address?: string
  position?: Position
  /** What a register says; of other records nothing is kept here. */
  facts: RecordFacts
  /** The building that it is about; null while that is not sure, or when it is about none of ours. */
  building: string | null
  match: RecordMatch
  /** A record that put this one right, or took it back: its id, of the same source. */
  correctedBy?: string
  withdrawnBy?: string
}

export type RecordMatch =
  /** By its address. */
  | { how: 'address'; confidence: number; reasons: AddressCandidate['reasons'] }
  /** By its position alone: it has no address. */
  | { how: 'position'; confidence: number; reasons: AddressCandidate['reasons'] }
  /** It names the building. */
  | { how: 'named' }
  /** As the record that it puts right or takes back. */
  | { how: 'follows'; recordId: string }
  /** A person said so, of this record, or of another one with the same spelling (`spelling`). A null building is none of ours. */
  | { how: 'told'; by: string; atMs: number; note?: string; spelling?: true }
  /** Nobody knows yet. */
  | { how: 'unmatched'; candidates: AddressCandidate[] }

/** What became of a record: it was filed, found its house or lost it, was put right or taken back. */
export interface RecordChange {
  record: FiledRecord
  /** As it was; null when it is new. */
  before: FiledRecord | null
}

export function isUnmatched(record: FiledRecord): boolean {
  return record.match.how === 'unmatched'
}
