import type { AddressMatch } from './address/address-index.ts'
import type { Alert } from './alert.ts'
import type { Building, HousePicture, ProtectionLevel, Visit, VisitRequest } from './building.ts'
import type { Device } from './device.ts'
import type { FiledRecord } from './filed-record.ts'
import type { Sample } from './observation.ts'
import type { Page } from './page.ts'
import type { Suspicion, SuspicionState } from './suspicion.ts'

/** The register of houses, what belongs to each, and people's words on it. Each change resolves once it is durable. */
export interface HouseDesk {
  buildings(query: BuildingQuery): Page<Building>
  building(id: string): Building | null
  /** Everything that is known of one house. Throws `not_found`. */
  file(id: string): Promise<BuildingFile>
  /** Makes a building, or replaces it; the same once more changes nothing. Throws `bad_request` naming the field, `conflict` for an address that another one has. */
  setBuilding(building: Building, by: string): Promise<Building>
  /** Throws `not_found`. */
  removeBuilding(id: string, by: string): Promise<void>
  /**
   * Takes over a list, all of it or nothing; of a building that is known, what the list does not say stays. Throws `bad_request` with
   * all `faults`.
   */
  importBuildings(file: ImportFile, by: string, dryRun: boolean): Promise<ImportOutcome>
  /** The register as a table with column names in this language, in pieces; importing it changes nothing. */
  exportBuildings(language: 'zh' | 'en'): Iterable<string>
  /** What is thought of works in one house now, with all evidence. Throws `not_found`. */
  suspicionOf(id: string): Suspicion
  /** Houses of which something speaks of works, the most probable first. */
  suspicions(query: SuspicionQuery): Page<Suspicion & { address: string }>
  aliases(): { alias: string; road: string }[]
  /** `road` null takes the alias away. Throws `bad_request`, `not_found`. */
  setAlias(alias: string, road: string | null, by: string): Promise<void>
  /** What an address means by the register as it is now. */
  match(text: string): AddressMatch
  unmatched(query: { limit: number; cursor?: string }): Page<FiledRecord>
  /** Says which building a record is about, or that it is none of ours. Throws `not_found`, `bad_request`. */
  matchRecord(word: MatchWord, by: string): Promise<FiledRecord>
  /** The same `id` again is the same visit. Throws `not_found`. */
  addVisit(visit: Omit<Visit, 'by' | 'id'> & { id?: string }, by: string): Promise<Visit>
  /** Asks somebody to go there; what was asked of this house before no longer stands. Throws `not_found`, `bad_request` for a time gone by. */
  askVisit(request: Omit<VisitRequest, 'id' | 'atMs' | 'by'>, by: string): Promise<VisitRequest>
}

export interface BuildingQuery {
  /** An address in any spelling, or a piece of address, name, owner, use or notes. */
  text?: string
  protection?: ProtectionLevel
  /** False: owners and notes are not looked through. */
  byNames?: boolean
  limit: number
  cursor?: string
}

export interface SuspicionQuery {
  state?: SuspicionState
  limit: number
  cursor?: string
}

export interface MatchWord {
  source: string
  recordId: string
  building: string | null
  note?: string
}

/** 一屋一档. */
export interface BuildingFile {
  building: Building
  /** Devices in it with what each said last. */
  sensors: { device: Device; latest: Sample[] }[]
  /** Oldest first. */
  records: FiledRecord[]
  visits: Visit[]
  /** That somebody should go there, and nobody did yet. */
  visitRequest: VisitRequest | null
  suspicion: Suspicion
  pictures: HousePicture[]
  alerts: { open: Alert[]; past: Alert[] }
  /** False while the database cannot be asked for past alerts. */
  complete: boolean
}

/** A list of buildings as somebody sent it. */
export interface ImportFile {
  format: 'csv' | 'geojson'
  bytes: Buffer
}

/** One row of an import; without an id it is known by its address. */
export interface ImportedBuilding {
  /** Counting from 1 as the file shows it: a row of a table, a feature. */
  row: number
  building: Omit<Building, 'id' | 'protection'> & Partial<Pick<Building, 'id' | 'protection'>>
}

/** Something wrong in a file that is imported. */
export interface ImportFault {
  row: number
  field?: string
  message: string
}

export interface ImportOutcome {
  added: number
  changed: number
  unchanged: number
  /** False: nothing was changed, as it was only tried. */
  applied: boolean
  /** Columns or properties that mean nothing here. */
  ignored: string[]
  /** How its text was read: utf-8, utf-16le or gb18030. */
  encoding: string
}
