import type { Position } from './place.ts'

/** How a house is protected, strongest first. `traditional` is 传统民居: looked after, not listed. */
export const PROTECTION_LEVELS = ['national', 'provincial', 'city', 'district', 'historic', 'traditional'] as const
export type ProtectionLevel = (typeof PROTECTION_LEVELS)[number]

export const STRUCTURES = ['timber', 'brick-timber', 'brick', 'stone', 'concrete', 'mixed'] as const
export type Structure = (typeof STRUCTURES)[number]

/** A limit that holds for this house: of a standards pack by its line, or set for the site with who set it. */
export type BuildingLimit =
  | { metric: string; pack: string; line: string }
  | { metric: string; value: number; unit: string; source: string }

/** What is known of one house: the head of its file 一屋一档. What happened at it is joined by `id` when it is asked for. */
export interface Building {
  /** Like a device id. */
  id: string
  /** As the register writes it, for example `平桥街12弄3号`. */
  address: string
  /** Other ways to write it that are known: names of the house, earlier addresses. */
  spellings?: string[]
  name?: string
  /** City, district and sub-district, where `address` leaves them out: `苏州市姑苏区平江街道`. */
  place?: string
  position?: Position
  /** Outer ring as [longitude, latitude], closed, counter-clockwise. */
  footprint?: [number, number][]
  protection: ProtectionLevel
  structure?: Structure
  /** Year of building; `era` where only that is known, for example `清末`. */
  year?: number
  era?: string
  storeys?: number
  owner?: string
  use?: string
  /** Ids of devices in it. A device may also name its building in its attribute `building`. */
  sensors?: string[]
  limits?: BuildingLimit[]
  /** ISO 8601 date. */
  lastRepair?: string
  notes?: string
}

export const VISIT_RESULTS = ['works_found', 'none', 'refused_entry'] as const

/** Somebody went to look. */
export interface Visit {
  id: string
  building: string
  /** When they were there. */
  atMs: number
  result: (typeof VISIT_RESULTS)[number]
  by: string
  note?: string
  /** Frame ids, or SHA-256 of pictures in the evidence. */
  pictures?: string[]
}

/** Somebody is asked to go and look. It stands until a visit is recorded that was made after it was asked for. */
export interface VisitRequest {
  id: string
  building: string
  /** When it was asked, and by when somebody should have been there. */
  atMs: number
  dueMs: number
  /** Department or person. */
  to?: string
  by: string
  /** What to look at. */
  note?: string
}

export const HOUSE_PICTURE_KINDS = ['facade', 'interior', 'drawing', 'damage', 'repair', 'visit', 'document'] as const

/** A photograph, drawing or scanned page in the file of a house. */
export interface HousePicture {
  /** Of the bytes as they were sent, which lie in the evidence. */
  sha256: string
  building: string
  kind: (typeof HOUSE_PICTURE_KINDS)[number]
  caption?: string
  /** Day on which it was taken or drawn, `2025-03-04`, or year or month. */
  takenOn?: string
  /** The visit that it was taken on. */
  visit?: string
  /** As it is shown, upright. */
  widthPx: number
  heightPx: number
  bytes: number
  by: string
  atMs: number
}
