import { parse } from 'csv-parse/sync'
import { AppError } from '../core/errors.ts'

/** A list as spreadsheets save it. */
export interface Table {
  encoding: 'utf-8' | 'utf-16le' | 'gb18030'
  header: string[]
  /** `row` counts as the spreadsheet does: the header is row 1. Empty rows are left out. */
  rows: { row: number; cells: string[] }[]
}

/** Throws `bad_request` when the bytes are no table. */
export function readTable(bytes: Buffer): Table {
  const { text, encoding } = toText(bytes)
  const records = parseCsv(text)
  const [header, ...rows] = records.map((cells) => cells.map((cell) => cell.trim()))
  if (header === undefined || header.every((cell) => cell === ''))
    throw new AppError('bad_request', 'the table is empty: its first row names the columns')
  return {
    encoding,
    header,
    rows: rows.map((cells, i) => ({ row: i + 2, cells })).filter(({ cells }) => cells.some((cell) => cell !== '')),
  }
}

/** With its byte order mark; without one UTF-8 if it is that, else GB 18030, which GBK and GB 2312 are part of. */
export function toText(bytes: Buffer): { text: string; encoding: Table['encoding'] } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'utf-16le' }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' }
  } catch {
    return { text: new TextDecoder('gb18030').decode(bytes), encoding: 'gb18030' }
  }
}

function parseCsv(text: string): string[][] {
  try {
    return parse(text, { delimiter: delimiterOf(text), relax_column_count: true, relax_quotes: true }) as string[][]
  } catch (cause) {
    throw new AppError('bad_request', `not a table: ${(cause as Error).message}`, {}, { cause })
  }
}

/** What stands most often in the first line. */
function delimiterOf(text: string): string {
  const line = text.slice(0, text.search(/[\r\n]|$/))
  const counted = [',', ';', '\t', '，', '；'].map((one) => ({ one, times: line.split(one).length }))
  return counted.sort((a, b) => b.times - a.times)[0]!.one
}
