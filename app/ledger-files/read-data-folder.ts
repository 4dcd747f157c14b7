import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import type { LedgerSource } from '../../core/ledger-audit/verify-ledger.ts'
import { NO_PREVIOUS } from '../../core/ledger-record.ts'
import { HASH_BYTES } from '../../core/merkle/hashes.ts'
import { parseVerifierKey } from '../../core/notes/note-keys.ts'
import { idInSegments } from '../../storage/journal/journal-id.ts'
import { scanJournal } from '../../storage/journal/scan-journal.ts'
import { listSegments } from '../../storage/journal/segment-names.ts'
import { readCheckpoints } from '../../storage/ledger/checkpoint-store.ts'
import { leafAt } from '../../storage/ledger/recover-tree.ts'
import { readIfThere } from '../../storage/text-file.ts'
import { LEDGER_FOLDER, ledgerOrigin } from '../open-ledger.ts'

/** What was found besides the ledger. */
export type OnNote = (words: string) => void

/**
 * The ledger of a data folder, of a stopped service or beside a running one: checkpoints and hashes are read first, so that the records
 * have at least what those speak of. Throws `not_found` when there is none.
 */
export async function readDataFolder(dataDir: string, onNote: OnNote = () => {}): Promise<LedgerSource> {
  const journalDir = join(dataDir, 'journal/ledger')
  const ledgerId = await listSegments(journalDir)
    .then((segments) => idInSegments(journalDir, segments))
    .catch(() => null)
  if (ledgerId === null) throw new AppError('not_found', 'no ledger in this data folder', { dir: dataDir })
  const dir = join(dataDir, LEDGER_FOLDER)
  const notes = await readCheckpoints(join(dir, 'checkpoints.jsonl'))
  const hashes = await readFile(join(dir, 'hashes-0')).catch(() => Buffer.alloc(0))
  const verifiers = ((await readIfThere(join(dir, 'verifiers')).catch(() => null)) ?? '').split('\n').filter(Boolean)
  const bent = await readIfThere(join(dir, 'bent.json')).catch(() => null)
  if (bent !== null) onNote(`the service has marked this ledger as bent: ${bent.trim()}`)
  return {
    origin: ledgerOrigin(ledgerId),
    from: { size: 0, subtrees: [], prev: NO_PREVIOUS },
    records: scanJournal(journalDir, ({ file, offset }) => onNote(`${file} is damaged at byte ${offset}`)),
    notes,
    leaves: untilZeros(hashes),
    keys: verifiers.map(parseVerifierKey),
  }
}

/** A power cut may leave zeros behind what was synced. */
function untilZeros(hashes: Buffer): Buffer {
  const count = Math.floor(hashes.length / HASH_BYTES)
  const first = Array.from({ length: count }, (_, i) => i).find((i) => leafAt(hashes, i) === undefined)
  return hashes.subarray(0, (first ?? count) * HASH_BYTES)
}
