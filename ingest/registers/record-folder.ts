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
import { type ParsedRecords, parseRecords } from './parse-records.ts'

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
/** About 30,000 rows; reading more at once would hold up what is urgent. */
const MAX_BYTES = 4 * 1024 * 1024
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

  async function takeIn({ path, source, bytes }: Found): Promise<string | null> {
    const { records, faults } = await read(path, bytes)
    for (const { row, field = 'row' } of faults)
      refusals.count(source, refuse('bad_payload', `${basename(path)}:${row} ${field}: means nothing here`))
    const refused = await fileAll(source, records)
    const all = [...faults, ...refused].sort((a, b) => a.row - b.row)
    const filed = records.length - refused.length
    counts[all.length > 0 ? 'refused' : 'done']++
    counts.filed += filed
    counts.faulty += all.length
    return all.length > 0 ? toText(filed, all) : null
  }

  async function read(path: string, bytes: number): Promise<ParsedRecords> {
    if (bytes > MAX_BYTES) return nothing(`more than ${MAX_BYTES} bytes: split it into several files`)
    if (WORKBOOK.test(path)) return nothing('a workbook: save it as CSV')
    try {
      return parseRecords(path, await readFile(path), zone)
    } catch (error) {
      if (error instanceof AppError) return nothing(error.message)
      throw error
    }
  }

  /** Throws when they cannot be stored now. */
  async function fileAll(source: string, records: ParsedRecords['records']): Promise<ImportFault[]> {
    const faults: ImportFault[] = []
    for (let i = 0; i < records.length; i += BATCH) {
      const batch = records.slice(i, i + BATCH)
      const outcomes = await Promise.all(batch.map(({ record }) => frontDoor.record(source, record)))
      for (const [j, outcome] of outcomes.entries())
        if (isRefusal(outcome)) faults.push({ row: batch[j]!.row, message: outcome.detail })
    }
    return faults
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

function nothing(message: string): ParsedRecords {
  return { records: [], faults: [{ row: 1, message }] }
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
