import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../core/clock.ts'
import { AppError, toAppError } from '../core/errors.ts'
import type { Journal } from '../core/journal.ts'
import type { KnownTree } from '../core/ledger-audit/ledger-audit.ts'
import type { LedgerFault } from '../core/ledger-audit/ledger-fault.ts'
import { verifyCheckpoint } from '../core/ledger-audit/signed-trees.ts'
import type { LedgerDesk } from '../core/ledger-desk.ts'
import type { Log } from '../core/log.ts'
import type { Measurement } from '../core/measurement.ts'
import { parseVerifierKey, type VerifierKey } from '../core/notes/note-keys.ts'
import { type CheckpointStore, openCheckpointStore } from '../storage/ledger/checkpoint-store.ts'
import { openHashFiles } from '../storage/ledger/hash-files.ts'
import { keepVerifier, loadSignerKey } from '../storage/ledger/key-file.ts'
import { auditRecords, recoverTree } from '../storage/ledger/recover-tree.ts'
import { createTextFile } from '../storage/text-file.ts'
import type { Closers } from './closers.ts'
import type { Config } from './config-schema.ts'
import { type LedgerWriter, openLedgerWriter } from './ledger.ts'
import { createLedgerDesk, type SigningDesk } from './ledger-desk.ts'

/** The ledger with what proves that nobody bent it. */
export interface LedgerRoom {
  writer: LedgerWriter
  desk: LedgerDesk
  /** Where and how it was bent, as far as was looked; null: it was not. */
  fault(): LedgerFault | null
  measurements(): Measurement[]
}

/** What lies in this folder of the data folder, beside the journal that holds the records. */
export const LEDGER_FOLDER = 'ledger'
export const ledgerOrigin = (ledgerId: string) => `huying/${ledgerId}`

/**
 * Opens hashes, checkpoints and key of the ledger, and looks whether they agree with the records. They may disagree: the service goes
 * on, says so wherever it can, and signs nothing more. Throws `config_invalid` for keys that are none.
 */
export async function openLedger(
  { config, dataDir, clock, log }: { config: Config; dataDir: string; clock: Clock; log: Log },
  ledger: Journal,
  closers: Closers,
): Promise<LedgerRoom> {
  const dir = join(dataDir, LEDGER_FOLDER)
  await mkdir(dir, { recursive: true })
  const witnesses = parseWitnesses(config.ledger.witnesses)
  const key = await loadSignerKey(config.ledger.keyFile || join(dir, 'key'), ledgerOrigin(ledger.id))
  const ownKeys = await keepVerifier(join(dir, 'verifiers'), key)
  const store = await openCheckpointStore(join(dir, 'checkpoints.jsonl'))
  closers.add(store.close)
  const files = await openHashFiles(dir)
  closers.add(files.close)
  const bent = createTextFile(join(dir, 'bent.json'))
  let fault: LedgerFault | null = null

  function tellBent(found: LedgerFault): void {
    if (fault) return
    fault = found
    log.error({ ...found, file: join(dir, 'bent.json') }, 'ledger bent, nothing is signed any more')
    bent.save(`${JSON.stringify(found)}\n`).catch((err: unknown) => log.warn({ err }, 'finding could not be kept'))
  }

  const last = await lastTree(store, ownKeys)
  const known = parseFault(await bent.load())
  const found = 'fault' in last ? last.fault : null
  const recovered = await recoverTree(files, ledger, 'fault' in last ? null : last.tree)
  const first = known ?? found ?? recovered
  if (first) tellBent(first)

  const writer = await openLedgerWriter({
    ...{ ledger, log },
    onRecord(seq, hash) {
      if (seq === files.size + 1) files.append(hash)
      else tellBent({ kind: 'edited', seq, detail: `the record follows ${files.size} hashed ones` })
    },
  })
  const desk = createLedgerDesk({
    ledger,
    files,
    store,
    signer: key,
    others: [...ownKeys.slice(0, -1), ...witnesses],
    fault: () => fault,
    clock,
  })
  await desk.start().catch((err: unknown) => log.warn({ err }, 'newest checkpoint cannot be read'))
  const signing = signRegularly(desk, config.ledger.checkpointEveryS, () => fault === null, log)
  closers.add(signing.stop)
  const audit = new AbortController()
  closers.add(() => audit.abort())
  const trees = 'tree' in last && last.tree ? [last.tree] : []
  if (!fault)
    auditRecords(files, ledger, trees, audit.signal)
      .then((bentAt) => bentAt && tellBent(bentAt))
      .catch((err: unknown) => audit.signal.aborted || log.warn({ err }, 'ledger could not be read again'))
  return { writer, desk, fault: () => fault, measurements: () => measureLedger(desk, files.size, fault) }
}

function parseWitnesses(texts: readonly string[]): VerifierKey[] {
  return texts.map((text) => {
    try {
      return parseVerifierKey(text)
    } catch (cause) {
      const { message } = toAppError(cause)
      throw new AppError('config_invalid', 'a key in ledger.witnesses is none', { text, message }, { cause })
    }
  })
}

async function lastTree(
  store: CheckpointStore,
  keys: readonly VerifierKey[],
): Promise<{ tree: KnownTree | null } | { fault: LedgerFault }> {
  const size = store.sizes.at(-1)
  const forged = (seq: number, detail: string) => ({ fault: { kind: 'forged_checkpoint' as const, seq, detail } })
  if (store.strangeLines > 0) return forged(size ?? 0, `${store.strangeLines} lines of the checkpoints are not ours`)
  if (size === undefined) return { tree: null }
  try {
    const { rootHash, size: says } = verifyCheckpoint((await store.get(size)) as string, keys)
    return says === size ? { tree: { size, rootHash } } : forged(size, `it is stored as ${size} and says ${says}`)
  } catch (thrown) {
    return forged(size, toAppError(thrown).message)
  }
}

function parseFault(text: string | null): LedgerFault | null {
  if (text === null) return null
  try {
    return JSON.parse(text) as LedgerFault
  } catch {
    return { kind: 'edited', seq: 1, detail: 'found before; where cannot be read any more' }
  }
}

function signRegularly(desk: SigningDesk, everyS: number, maySign: () => boolean, log: Log) {
  const sign = async () => {
    if (!maySign()) return
    await desk.sign().catch((err: unknown) => log.warn({ err }, 'ledger not signed, trying again'))
  }
  const timer = setInterval(sign, everyS * 1000)
  return {
    async stop() {
      clearInterval(timer)
      await sign()
    },
  }
}

function measureLedger(desk: LedgerDesk, size: number, fault: LedgerFault | null): Measurement[] {
  const signed = desk.checkpoint()
  const rows: [string, string, number][] = [
    ['ledger_unsigned_records', 'records that no checkpoint covers yet', size - (signed?.size ?? 0)],
    ['ledger_checkpoint_signatures', 'signatures under the newest checkpoint', signed?.signedBy.length ?? 0],
    ['ledger_bent', '1 when the ledger does not agree with what was signed', fault ? 1 : 0],
  ]
  return rows.map(([name, help, value]) => ({ kind: 'gauge', name: `huying_${name}`, help, value }))
}
