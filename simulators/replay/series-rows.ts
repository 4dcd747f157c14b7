import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { AppError } from '../../core/errors.ts'
import { parseLocalTime } from './parse-local-time.ts'
import { splitCsvLine } from './split-csv-line.ts'

export interface SeriesFile {
  file: string
  column: string
  timeColumn: string
  /** Offset from UTC for times without one, for example `+08:00`. */
  timeZone: string
}

export interface SeriesRow {
  /** Number of the row of values, from 1. */
  seq: number
  atMs: number
  value: number
  /** The time stands in an earlier row too: this one was moved by whole milliseconds to the next free instant. */
  isMoved: boolean
}

/**
 * The rows of a CSV file with a header line, in the file's order. Two rows of the same instant (the repeated hour when
 * summer time ends) would be one reading, so the later one is moved by 1 ms; the times seen are held in memory, some
 * 50 bytes a row. Throws `bad_request` that names file, line and fault, and `not_found`.
 */
export async function* readSeries(series: SeriesFile): AsyncGenerator<SeriesRow> {
  const lines = createInterface({ input: createReadStream(series.file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY })
  const taken = new Set<number>()
  let columns: Columns | null = null
  let line = 0
  let seq = 0
  try {
    for await (const text of lines) {
      line++
      if (text.trim() === '') continue
      if (columns === null) {
        columns = findColumns(text, series)
        continue
      }
      const { atMs, value } = parseRow(text, columns, { ...series, line })
      const freeMs = nextFree(taken, atMs)
      taken.add(freeMs)
      yield { seq: ++seq, atMs: freeMs, value, isMoved: freeMs !== atMs }
    }
  } catch (cause) {
    throw toReadError(cause, series.file)
  } finally {
    lines.close()
  }
  if (columns === null) throw new AppError('bad_request', `${series.file} is empty`, { file: series.file })
}

interface Columns {
  count: number
  time: number
  value: number
}

function findColumns(text: string, { file, column, timeColumn }: SeriesFile): Columns {
  const names = splitCsvLine(text.replace(/^\uFEFF/, ''))?.map((name) => name.trim()) ?? []
  const columns = { count: names.length, time: names.indexOf(timeColumn), value: names.indexOf(column) }
  const missing = columns.time < 0 ? timeColumn : columns.value < 0 ? column : null
  if (missing === null) return columns
  throw new AppError('bad_request', `${file} has no column "${missing}"; it has ${names.join(', ')}`, {
    file,
    columns: names,
  })
}

function parseRow(text: string, columns: Columns, at: SeriesFile & { line: number }): { atMs: number; value: number } {
  const fields = splitCsvLine(text)
  const fault = (message: string) =>
    new AppError('bad_request', `${at.file}:${at.line}: ${message}`, { file: at.file, line: at.line })
  if (fields === null) throw fault('quotes are not closed')
  if (fields.length !== columns.count) throw fault(`expected ${columns.count} fields, found ${fields.length}`)
  const time = fields[columns.time]!.trim()
  const number = fields[columns.value]!.trim()
  const atMs = parseLocalTime(time, at.timeZone)
  if (Number.isNaN(atMs)) throw fault(`"${time.slice(0, 40)}" is not a time such as 2013-12-02 21:15:00`)
  const value = number === '' ? Number.NaN : Number(number)
  if (!Number.isFinite(value)) throw fault(`"${number.slice(0, 40)}" is not a number`)
  return { atMs, value }
}

function nextFree(taken: ReadonlySet<number>, atMs: number): number {
  let freeMs = atMs
  while (taken.has(freeMs)) freeMs++
  return freeMs
}

function toReadError(cause: unknown, file: string): unknown {
  if (cause instanceof AppError || !(cause instanceof Error) || !('code' in cause)) return cause
  const code = cause.code === 'ENOENT' ? 'not_found' : 'bad_request'
  return new AppError(code, `cannot read ${file}: ${cause.message}`, { file }, { cause })
}
