import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { DEVICE_ID } from '../../core/device.ts'
import { AppError } from '../../core/errors.ts'
import type { FrontDoor } from '../../core/front-door.ts'
import type { ImportFault } from '../../core/house-desk.ts'
import type { Log } from '../../core/log.ts'
import type { Measurement } from '../../core/measurement.ts'
import { isRefusal, refuse } from '../../core/refusal.ts'
import { filesIn, namesIn } from '../folder/list-files.ts'
import type { SeenFile } from '../folder/settled.ts'
import { createWatchedFolder, DONE, REFUSED, type WatchedFolder } from '../folder/watched-folder.ts'
import type { Refusals } from '../refusals.ts'
import { type ReadRow, readRecords } from './parse-records.ts'

export interface RecordFolder extends WatchedFolder {
  measurements(): Measurement[]
}

export interface RecordFolderOptions {
  folder: string
  done: 'move' | 'delete'
  /** Times without a zone are of this one. */
  zone: string
  frontDoor: Pick<FrontDoor, 'record'>
  refusals: Pick<Refusals, 'count'>
  clock: Clock
  log: Log
  everyMs?: number
}

/** Source of a file that lies in the folder itself. */
export const REGISTER = 'register'
/** About 17,000 rows, whose table is read at once in 0.15 s: nothing urgent waits longer for it. */
const MAX_BYTES = 2 * 1024 * 1024
const FILES_A_LOOK = 100
/** Records that are made durable together. */
const BATCH = 64
const SHOWN_FAULTS = 1_000
const FILE_NAME = /^(?![.~]).*\.(csv|tsv|txt|jsonl|ndjson|xlsx?|ods|et)$/i
const WORKBOOK = /\.(xlsx?|ods|et)$/i

interface Found extends SeenFile {
  source: string
}

/**
 * `<folder>/[source/]name.csv` or `.jsonl`, in order of their names. Rows that can be filed are, whatever the others are; a file with
 * a row that cannot goes to `refused/` with a list of them beside it. Taken in again, its records are the same records.
 */
export function createRecordFolder(options: RecordFolderOptions): RecordFolder {
  const { folder, zone, frontDoor, refusals } = options
  const counts = { done: 0, refused: 0, filed: 0, faulty: 0 }

  async function takeIn(file: Found): Promise<string | null> {
    const { filed, faults } = await fileAll(file).catch(asWhole)
    counts[faults.length > 0 ? 'refused' : 'done']++
    counts.filed += filed
    counts.faulty += faults.length
    return faults.length > 0 ? toText(filed, faults) : null
  }

  /** Throws when they cannot be stored now. */
  async function fileAll({ path, source, bytes }: Found): Promise<Filed> {
    if (bytes > MAX_BYTES) throw unreadable(`more than ${MAX_BYTES} bytes: split it into several files`)
    if (WORKBOOK.test(path)) throw unreadable('a workbook: save it as CSV')
    const filed: Filed = { filed: 0, faults: [] }
    for (const batch of batches(readRecords(path, await readFile(path), zone))) {
      const outcomes = await Promise.all(
        batch.map(({ record }) => (record === undefined ? null : frontDoor.record(source, record))),
      )
      for (const [i, outcome] of outcomes.entries()) {
        const { row, faults } = batch[i]!
        for (const { field = 'row' } of faults)
          refusals.count(source, refuse('bad_payload', `${basename(path)}:${row} ${field}: means nothing here`))
        filed.faults.push(...faults)
        if (outcome === null) continue
        if (isRefusal(outcome)) filed.faults.push({ row, message: outcome.detail })
        else filed.filed++
      }
    }
    return filed
  }

  const watched = createWatchedFolder<Found>({
    ...{ ...options, setting: 'registers.folder', reasonEnding: '.faults.txt' },
    search: () => search(folder),
    takeIn,
  })
  return {
    start: watched.start,
    stop: watched.stop,
    look: watched.look,
    get fault() {
      return watched.fault
    },
    measurements: () =>
      [
        counter('register_files_total', 'Files of the folder of registers, by where they went.', {
          done: counts.done,
          refused: counts.refused,
        }),
        counter('register_rows_total', 'Rows of these files, by what became of them.', {
          filed: counts.filed,
          refused: counts.faulty,
        }),
      ].flat(),
  }
}

interface Filed {
  filed: number
  faults: ImportFault[]
}

function unreadable(message: string): AppError {
  return new AppError('bad_request', message)
}

/** A file that is no list has nothing in it that could be filed. */
function asWhole(error: unknown): Filed {
  if (error instanceof AppError && error.code === 'bad_request')
    return { filed: 0, faults: [{ row: 1, message: error.message }] }
  throw error
}

function* batches(rows: Iterable<ReadRow>): Iterable<ReadRow[]> {
  let batch: ReadRow[] = []
  for (const row of rows) {
    batch.push(row)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

function counter(name: string, help: string, values: Record<string, number>): Measurement[] {
  return Object.entries(values).map(([outcome, value]) => ({
    ...{ name: `huying_${name}`, help, kind: 'counter' as const, value },
    labels: { outcome },
  }))
}

/** One line for each row, as spreadsheet programs open it. */
function toText(filed: number, faults: ImportFault[]): string {
  const lines = faults
    .slice(0, SHOWN_FAULTS)
    .map(({ row, field, message }) => `${row}${field === undefined ? '' : ` ${field}`}: ${message}`)
  const left = faults.length > SHOWN_FAULTS ? [`… ${faults.length - SHOWN_FAULTS} more`] : []
  return `\uFEFF${[`${filed} filed, ${faults.length} refused`, ...lines, ...left].join('\r\n')}\r\n`
}

async function search(folder: string): Promise<Found[]> {
  const found: Found[] = []
  const add = async (place: string, source: string) => {
    const files = await filesIn(place, FILE_NAME, FILES_A_LOOK - found.length)
    found.push(...files.map((file) => ({ ...file, source })))
  }
  await add(folder, REGISTER)
  for (const source of await namesIn(folder, 'folder'))
    if (source !== DONE && source !== REFUSED && DEVICE_ID.test(source)) await add(join(folder, source), source)
  return found
}
