import { BUNDLE_PROOFS, type BundleProofs, type RecordProof } from '../../core/bundle-desk.ts'
import { AppError } from '../../core/errors.ts'
import type { LedgerDesk } from '../../core/ledger-desk.ts'
import { recordHash } from '../../core/ledger-record.ts'
import type { CaseRecord } from './gather-records.ts'

/** What stands beside the files of a bundle: that it was taken, and that it and each record are in one signed tree. */
export async function proveBundle(
  records: CaseRecord[],
  takenSeq: number,
  ledger: LedgerDesk,
): Promise<{ path: string; bytes: Buffer }[]> {
  const checkpoint = await ledger.covering(takenSeq)
  const [taken] = await ledger.records(takenSeq - 1, 1)
  if (taken?.seq !== takenSeq) throw new AppError('internal', 'the ledger lacks what it has just written')
  const { size } = checkpoint
  const prove = async (seq: number): Promise<RecordProof> => {
    const { leafHash, path } = await ledger.inclusion(seq, size)
    return { seq, leafHash: leafHash.toString('hex'), path: path.map((hash) => hash.toString('hex')) }
  }
  const history: RecordProof[] = []
  for (const { seq } of records) history.push(await prove(seq))
  const proofs: BundleProofs = {
    size,
    taken: await prove(takenSeq),
    history,
  }
  return [
    { path: BUNDLE_PROOFS.taken, bytes: taken.bytes },
    { path: BUNDLE_PROOFS.proofs, bytes: Buffer.from(`${JSON.stringify(proofs)}\n`) },
    { path: BUNDLE_PROOFS.checkpoint, bytes: Buffer.from(checkpoint.note) },
  ]
}

/**
 * The records as the ledger's files have them: the database finds them, the files say what they are. Throws `internal` when a
 * record of the database is not the ledger's.
 */
export async function asInLedger(records: CaseRecord[], ledger: Pick<LedgerDesk, 'records'>): Promise<CaseRecord[]> {
  const checked: CaseRecord[] = []
  for (const run of runsOf(records)) {
    const [first, last] = [run[0] as CaseRecord, run.at(-1) as CaseRecord]
    const stored = new Map<number, Buffer>()
    let at = first.seq - 1
    while (at < last.seq) {
      const some = await ledger.records(at, last.seq - at)
      if (some.length === 0) break
      for (const { seq, bytes } of some) stored.set(seq, bytes)
      at = some.at(-1)?.seq ?? last.seq
    }
    for (const record of run) {
      const bytes = stored.get(record.seq)
      if (bytes === undefined || !recordHash(bytes).equals(recordHash(record.bytes)))
        throw new AppError('internal', 'the database holds another record than the ledger', { seq: record.seq })
      checked.push(record)
    }
  }
  return checked
}

/** Records that stand next to each other are read at once. */
function runsOf(records: CaseRecord[]): CaseRecord[][] {
  const runs: CaseRecord[][] = []
  for (const record of records) {
    const run = runs.at(-1)
    if (run?.at(-1)?.seq === record.seq - 1) run.push(record)
    else runs.push([record])
  }
  return runs
}
