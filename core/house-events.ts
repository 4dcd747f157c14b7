import type { Building, HousePicture, Visit, VisitRequest } from './building.ts'

/** A person's word on houses and records. Each names the position in the intake journal after which it was said: a replay takes it in there. */
export type HouseWord =
  | { type: 'building.changed'; atMs: number; by: string; building: Building; afterSeq: number }
  | { type: 'building.removed'; atMs: number; by: string; buildingId: string; afterSeq: number }
  | { type: 'building.visited'; atMs: number; by: string; visit: Visit; afterSeq: number }
  /** Of one house the newest stands. */
  | { type: 'building.visit_asked'; atMs: number; by: string; request: VisitRequest; afterSeq: number }
  /** The same picture again replaces what was said of it. */
  | { type: 'building.pictured'; atMs: number; by: string; picture: HousePicture; afterSeq: number }
  | { type: 'building.picture_removed'; atMs: number; by: string; buildingId: string; sha256: string; afterSeq: number }
  /** `road` null: it is no other name any more. */
  | { type: 'road.aliased'; atMs: number; by: string; alias: string; road: string | null; afterSeq: number }
  | RecordMatchedEvent

/** Which building a record is about, or that it is about none of the register. */
export interface RecordMatchedEvent {
  type: 'record.matched'
  atMs: number
  by: string
  source: string
  recordId: string
  building: string | null
  note?: string
  afterSeq: number
}

const TYPES = new Set([
  'building.changed',
  'building.removed',
  'building.visited',
  'building.visit_asked',
  'building.pictured',
  'building.picture_removed',
  'road.aliased',
  'record.matched',
])

export function isHouseWord(entry: { type: string }): entry is HouseWord {
  return TYPES.has(entry.type)
}
