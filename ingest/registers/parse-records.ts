import type { ImportFault } from '../../core/house-desk.ts'
import { isPosition } from '../position.ts'
import { readTable, toText } from '../read-table.ts'
import { parseZonedTime } from '../zoned-time.ts'
import { toRecordField, toRecordType } from './record-words.ts'

/** Records of a file, in the form in which `POST /api/v1/records` takes them. */
export interface ParsedRecords {
  /** `row` counts from 1, as the file shows it. */
  records: { row: number; record: Record<string, unknown> }[]
  faults: ImportFault[]
}

const OWN = new Set(['recordId', 'type', 'at', 'address', 'lat', 'lon'])
const DATES = new Set(['validFrom', 'validTo'])
const UTILITIES: Record<string, string> = { 水: 'water', 电: 'electricity', 气: 'gas', 燃气: 'gas' }

/** One row: a record, or what is wrong with it. */
export interface ReadRow {
  row: number
  record?: Record<string, unknown>
  faults: ImportFault[]
}

/** All rows of a file at once. Throws as `readRecords`. */
export function parseRecords(name: string, bytes: Buffer, zone: string): ParsedRecords {
  const rows = [...readRecords(name, bytes, zone)]
  return {
    records: rows.flatMap(({ row, record }) => (record === undefined ? [] : [{ row, record }])),
    faults: rows.flatMap(({ faults }) => faults),
  }
}

/**
 * A table (CSV) or JSON lines, told apart by the name, row by row as they are asked for. Times without a zone are of `zone`. Throws
 * `bad_request` for what is neither.
 */
export function readRecords(name: string, bytes: Buffer, zone: string): Iterable<ReadRow> {
  return /\.(jsonl|ndjson|json)$/i.test(name) ? readLines(bytes) : readRows(bytes, zone)
}

function* readLines(bytes: Buffer): Iterable<ReadRow> {
  for (const [i, line] of toText(bytes).text.split(/\r?\n/).entries())
    if (line.trim() !== '') yield readLine(i + 1, line)
}

function readLine(row: number, line: string): ReadRow {
  try {
    return { row, record: JSON.parse(line) as Record<string, unknown>, faults: [] }
  } catch (error) {
    return { row, faults: [{ row, message: `not JSON: ${(error as Error).message}` }] }
  }
}

function* readRows(bytes: Buffer, zone: string): Iterable<ReadRow> {
  const { header, rows } = readTable(bytes)
  const fields = header.map(toRecordField)
  if (!fields.includes('type'))
    yield { row: 1, faults: [{ row: 1, field: 'type', message: 'no column "type" or "类型"' }] }
  for (const { row, cells } of rows) {
    const said = fields
      .map((field, i) => [field, cells[i] ?? ''] as const)
      .filter(([field, value]) => field !== '' && value !== '')
    const { record, faults } = toRecord(row, Object.fromEntries(said), zone)
    yield { row, ...(faults.length === 0 && { record }), faults }
  }
}

function toRecord(row: number, said: Record<string, string>, zone: string) {
  const faults: ImportFault[] = []
  const type = toRecordType(said.type ?? '')
  if (type === null) faults.push({ row, field: 'type', message: `${JSON.stringify(said.type ?? '')} names no type` })
  const at = said.at === undefined ? undefined : toTime(said.at, zone)
  if (at === null) faults.push({ row, field: 'at', message: `${JSON.stringify(said.at)} is no time` })
  const position = toPosition(said)
  if (position === null) faults.push({ row, field: 'lat', message: 'latitude and longitude must be degrees in WGS-84' })
  const facts = Object.entries(said).filter(([field]) => !OWN.has(field))
  const body = Object.fromEntries(facts.map(([field, value]) => [field, toFact(field, value)]))
  const { recordId, address } = said
  const record = {
    type,
    ...(recordId !== undefined && { recordId }),
    ...(at !== undefined && { at }),
    ...(address !== undefined && { address }),
    ...(position && { position }),
    body,
  }
  return { record, faults }
}

/** Undefined: nothing is said of it. */
function toPosition({ lat, lon }: Record<string, string>): { lat: number; lon: number } | null | undefined {
  if (lat === undefined && lon === undefined) return undefined
  const position = { lat: Number(lat), lon: Number(lon) }
  return isPosition(position) ? position : null
}

function toFact(field: string, value: string): string {
  if (field === 'utility') return UTILITIES[value] ?? value
  return DATES.has(field) ? isoDay(value) : value
}

/** `2026/11/5 9:30`, `2026年11月5日` and ISO 8601, as ISO 8601 in UTC. */
function toTime(text: string, zone: string): string | null {
  const iso = isoDay(text.trim())
  const [, day = '', time = '00:00', seconds = '00', end = ''] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{1,2}:\d{2})(?::(\d{2}))?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(iso) ?? []
  const atMs = parseZonedTime(`${day} ${time.padStart(5, '0')}:${seconds}${end}`, zone)
  return atMs === null ? null : new Date(atMs).toISOString()
}

/** A day as spreadsheets write it, at the beginning of the text, as ISO 8601. */
function isoDay(text: string): string {
  return text.replace(
    /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?/,
    (_, year: string, month: string, day: string) => `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`,
  )
}
