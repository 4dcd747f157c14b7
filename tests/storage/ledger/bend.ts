import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeLedgerRecord, encodeLedgerRecord, NO_PREVIOUS, recordHash } from '../../../core/ledger-record.ts'
import { BATCH_HEADER_BYTES, ENTRY_HEADER_BYTES, sealBatch } from '../../../storage/journal/batch-format.ts'
import { scanJournal } from '../../../storage/journal/scan-journal.ts'
import { encodeSegmentHeader, parseSegmentHeader } from '../../../storage/journal/segment-header.ts'
import { listSegments, segmentPath } from '../../../storage/journal/segment-names.ts'

/** What somebody does to the records who has the files, this code and time. */
export type Bend = (records: Buffer[]) => Buffer[]

/** Says something else in one record; its place in the chain stays as it was. */
export const edited = (record: Buffer): Buffer => {
  const { seq, prev, entry } = decodeLedgerRecord(record)
  return Buffer.from(encodeLedgerRecord({ ...entry, atMs: entry.atMs + 1 }, seq as number, prev as string))
}

/** Numbers and chains all records from an index on anew, so that they fit each other again. */
export function rechained(records: Buffer[], from: number): Buffer[] {
  const out = records.slice(0, from)
  for (const record of records.slice(from)) {
    const prev = out.length === 0 ? NO_PREVIOUS : recordHash(out.at(-1) as Buffer).toString('hex')
    out.push(Buffer.from(encodeLedgerRecord(decodeLedgerRecord(record).entry, out.length + 1, prev)))
  }
  return out
}

/** Bends the journal's files, with checksums, counts and positions made right again: the journal itself finds nothing. */
export async function bendJournal(dataDir: string, bend: Bend): Promise<void> {
  const dir = join(dataDir, 'journal/ledger')
  const records: Buffer[] = []
  for await (const bytes of scanJournal(dir, () => {})) records.push(Buffer.from(bytes))
  const segments = await listSegments(dir)
  const first = segmentPath(dir, segments[0] as number)
  const header = parseSegmentHeader(await readFile(first))!
  for (const segment of segments) await rm(segmentPath(dir, segment))
  const batches = bend(records).map((bytes, i) => batchOf(bytes, header.mark, i + 1))
  await writeFile(first, Buffer.concat([encodeSegmentHeader({ ...header, firstSeq: 1 }), ...batches]))
}

function batchOf(bytes: Buffer, mark: Buffer, seq: number): Buffer {
  const batch = Buffer.alloc(BATCH_HEADER_BYTES + ENTRY_HEADER_BYTES + bytes.length)
  batch.writeUInt32LE(bytes.length, BATCH_HEADER_BYTES)
  bytes.copy(batch, BATCH_HEADER_BYTES + ENTRY_HEADER_BYTES)
  sealBatch(batch, mark, seq, 1)
  return batch
}

/** Makes the hashes beside the records again from the bent ones, or takes them away: both leave no witness but the checkpoints. */
export async function bendHashes(dataDir: string): Promise<void> {
  for (const level of [0, 8, 16, 24, 32]) await rm(join(dataDir, `ledger/hashes-${level}`), { force: true })
}

/** Bends the records of an export. */
export async function bendExport(path: string, bend: Bend, { keepHashes = true } = {}): Promise<void> {
  const lines = (await readFile(path)).toString().split('\n').slice(0, -1)
  const isOurs = (line: string) => line.startsWith('{"huying":')
  const records = bend(lines.filter((line) => !isOurs(line)).map((line) => Buffer.from(line)))
  const head = lines.filter((line) => isOurs(line) && !line.startsWith('{"huying":"end"'))
  const kept = keepHashes ? head : head.filter((line) => !line.startsWith('{"huying":"hashes"'))
  const end = `{"huying":"end","to":${records.length}}`
  await writeFile(path, `${[...kept, ...records.map(String), end].join('\n')}\n`)
}
