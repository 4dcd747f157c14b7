import type { Building, ProtectionLevel, Structure } from '../../core/building.ts'
import { FIELD_NAMES } from './building-words.ts'
import { LIST_SEPARATORS, toPiece } from './cell-list.ts'
import { toLimitsText } from './limits-text.ts'

export type TableLanguage = 'zh' | 'en'

/** Fields in the order of their columns; an outline has no column. */
const FIELDS = Object.keys(FIELD_NAMES)
const HAN = /\p{Script=Han}/u
const ROWS_A_PIECE = 200

const PROTECTION_ZH: Record<ProtectionLevel, string> = {
  national: '全国重点文物保护单位',
  provincial: '省级文物保护单位',
  city: '市级文物保护单位',
  district: '区级文物保护单位',
  historic: '历史建筑',
  traditional: '传统民居',
}
const STRUCTURE_ZH: Record<Structure, string> = {
  timber: '木结构',
  'brick-timber': '砖木结构',
  brick: '砖结构',
  stone: '石结构',
  concrete: '混凝土结构',
  mixed: '混合结构',
}

/**
 * Houses as a table that `parseBuildingTable` reads back to the same: UTF-8 with a byte order mark and CRLF (RFC 4180), as
 * spreadsheet programs open it, in pieces. What such a program could take for a formula has an apostrophe before it.
 */
export function* toTable(buildings: readonly Building[], language: TableLanguage): Iterable<string> {
  yield `\uFEFF${FIELDS.map((field) => columnOf(field, language)).join(',')}\r\n`
  for (let i = 0; i < buildings.length; i += ROWS_A_PIECE)
    yield buildings
      .slice(i, i + ROWS_A_PIECE)
      .map((building) => `${FIELDS.map((field) => toCell(building, field, language)).join(',')}\r\n`)
      .join('')
}

function columnOf(field: string, language: TableLanguage): string {
  return (language === 'zh' && FIELD_NAMES[field]?.find((name) => HAN.test(name))) || field
}

function toCell({ position, ...building }: Building, field: string, language: TableLanguage): string {
  if (field === 'lat' || field === 'lon') return position === undefined ? '' : String(position[field])
  const value = building[field as keyof typeof building]
  if (value === undefined) return ''
  if (typeof value === 'number') return String(value)
  return quoted(asText(toText(building, field, language)))
}

function toText(building: Omit<Building, 'position'>, field: string, language: TableLanguage): string {
  if (field === 'limits') return toLimitsText(building.limits ?? [])
  if (field === 'protection' && language === 'zh') return PROTECTION_ZH[building.protection]
  if (field === 'structure' && language === 'zh') return STRUCTURE_ZH[building.structure!]
  const value = building[field as keyof typeof building]
  return Array.isArray(value) ? value.map((one) => toPiece(String(one), LIST_SEPARATORS)).join('; ') : String(value)
}

/** What begins a formula, or looks like what is put before one (OWASP, CSV injection). */
const FORMULA = /^[=+\-@＝＋－＠\t\r']/

function asText(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}

/** The text that a cell of such a table means. */
export function fromCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell
}

function quoted(text: string): string {
  return /[",;\t\r\n，；]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
