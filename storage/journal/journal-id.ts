import { randomUUID } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { errnoOf } from '../errno.ts'
import { writeFileAtomically } from '../write-file-atomically.ts'
import { parseSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-header.ts'
import { segmentPath } from './segment-names.ts'
import { readAt } from './walk-batches.ts'

const FORMAT = 1
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * The journal's random id, from `journal.json` in its folder, made there on first use. A lost file is made again from
 * the segments, which all carry the id. Throws `journal_corrupt` when the file is not one of ours.
 */
export async function loadJournalId(dir: string, segments: readonly number[]): Promise<string> {
  const path = join(dir, 'journal.json')
  try {
    return parseJournalFile(await readFile(path, 'utf8'), path)
  } catch (err) {
    if (errnoOf(err) !== 'ENOENT') throw err
  }
  const id = (await idInSegments(dir, segments)) ?? randomUUID()
  await writeFileAtomically(path, `${JSON.stringify({ format: FORMAT, id })}\n`)
  return id
}

function parseJournalFile(text: string, file: string): string {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw new AppError('journal_corrupt', 'the journal file is not JSON', { file }, { cause })
  }
  const { format, id } = parsed as { format?: unknown; id?: unknown }
  if (format !== FORMAT) throw new AppError('journal_corrupt', 'the journal has an unknown format', { file, format })
  if (typeof id !== 'string' || !UUID.test(id)) throw new AppError('journal_corrupt', 'the journal has no id', { file })
  return id
}

/** The id that the segments carry, which are named by their first positions; null when none of them has a head. */
export async function idInSegments(dir: string, segments: readonly number[]): Promise<string | null> {
  for (const segment of segments) {
    const file = await open(segmentPath(dir, segment), 'r')
    try {
      const header = parseSegmentHeader(await readAt(file, 0, SEGMENT_HEADER_BYTES))
      if (header) return header.journalId
    } finally {
      await file.close()
    }
  }
  return null
}
