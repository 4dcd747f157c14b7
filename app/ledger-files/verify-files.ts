import { readFile, stat } from 'node:fs/promises'
import type { LedgerFault } from '../../core/ledger-audit/ledger-fault.ts'
import { type LedgerSource, type LedgerVerdict, verifyLedger } from '../../core/ledger-audit/verify-ledger.ts'
import type { VerifierKey } from '../../core/notes/note-keys.ts'
import { readExport } from './ledger-export.ts'
import { type OnNote, readDataFolder } from './read-data-folder.ts'

/** What was found in one export or data folder. */
export interface FileVerdict extends LedgerVerdict {
  path: string
  notes: string[]
}

/** The ledger of an export or a data folder. Throws `bad_request`, `not_found`, system errors. */
export async function readLedgerFile(path: string, onNote?: OnNote): Promise<LedgerSource> {
  return (await stat(path)).isDirectory() ? readDataFolder(path, onNote) : readExport(path)
}

/**
 * Verifies exports and data folders of one ledger, each for itself, against checkpoints in files and in `notes`, and against each
 * other: what one of them was given and another does not have is a split view.
 */
export async function verifyLedgerFiles(
  paths: readonly string[],
  {
    keys,
    checkpointFiles,
    notes: others = [],
  }: { keys: readonly VerifierKey[]; checkpointFiles: readonly string[]; notes?: readonly string[] },
): Promise<FileVerdict[]> {
  const files = await Promise.all(checkpointFiles.map((path) => readFile(path, 'utf8')))
  const given = [...files, ...others]
  const verdicts: FileVerdict[] = []
  for (const path of paths) {
    const notes: string[] = []
    const source = await readLedgerFile(path, (words) => notes.push(words))
    const verdict = await verifyLedger(source, { keys, foreignNotes: given })
    const fault = verdict.fault ?? (await differenceFrom(paths, path))
    verdicts.push({ ...verdict, fault, path, notes })
  }
  return verdicts
}

async function differenceFrom(paths: readonly string[], path: string): Promise<LedgerFault | null> {
  for (const other of paths) {
    if (other === path) continue
    const seq = await firstDifference(await readLedgerFile(path), await readLedgerFile(other))
    if (seq !== null) return { kind: 'split_view', seq, detail: `${other} has another record here` }
  }
  return null
}

/** Position of the first record that both have and that is not the same. */
async function firstDifference(a: LedgerSource, b: LedgerSource): Promise<number | null> {
  const begin = Math.max(a.from.size, b.from.size)
  const left = after(a, begin)
  const right = after(b, begin)
  for (let seq = begin + 1; ; seq++) {
    const [one, other] = await Promise.all([left.next(), right.next()])
    if (one.done || other.done) return a.origin === b.origin || seq > begin + 1 ? null : begin + 1
    if (!one.value.equals(other.value)) return seq
  }
}

async function* after({ from, records }: LedgerSource, size: number): AsyncGenerator<Buffer, undefined> {
  let seq = from.size
  for await (const bytes of records) if (++seq > size) yield bytes
  return undefined
}
