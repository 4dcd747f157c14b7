import { AppError } from '../../core/errors.ts'
import { type VerifiedCheckpoint, verifyCheckpoint } from '../../core/ledger-audit/signed-trees.ts'
import { verifyConsistency } from '../../core/merkle/verify.ts'
import type { SignerKey, VerifierKey } from '../../core/notes/note-keys.ts'
import { parseNote, signText } from '../../core/notes/signed-note.ts'
import type { ApiClient } from '../api-client.ts'

/** What a department keeps of the ledger: the last checkpoint that it signed. */
export interface Witnessed {
  note: string
  checkpoint: VerifiedCheckpoint
}

/**
 * Fetches the newest checkpoint, looks whether the ledger behind it begins with the one that was signed last, counter-signs it and sends
 * the signature back. Null when nothing is new. Throws `conflict` where the ledger was cut or rewritten since: then nothing is signed.
 */
export async function witnessLedger(
  client: Pick<ApiClient, 'call' | 'text'>,
  keys: { own: SignerKey; ledger: VerifierKey },
  before: string | null,
  nowMs: number,
): Promise<Witnessed | null> {
  const note = await client.text('/api/v1/ledger/checkpoint')
  const checkpoint = verifyCheckpoint(note, [keys.ledger])
  const last = before === null ? null : verifyCheckpoint(before, [keys.ledger])
  if (last) await continues(client, last, checkpoint)
  if (last?.size === checkpoint.size) return null
  const signature = signText(parseNote(note).text, keys.own, nowMs)
  const path = `/api/v1/ledger/checkpoints/${checkpoint.size}/signatures`
  await client.call('POST', path, { signature })
  return { note, checkpoint }
}

async function continues(client: Pick<ApiClient, 'call'>, last: VerifiedCheckpoint, now: VerifiedCheckpoint) {
  const sizes = { had: last.size, has: now.size }
  if (now.size < last.size) throw new AppError('conflict', 'the ledger is shorter than what was signed last', sizes)
  const path = `/api/v1/ledger/consistency?from=${last.size}&to=${now.size}`
  const proof = await client.call<{ path: string[] }>('GET', path)
  const hashes = proof.path.map((hex) => Buffer.from(hex, 'hex'))
  const sized = { oldSize: last.size, size: now.size, path: hashes }
  if (!verifyConsistency(sized, last.rootHash, now.rootHash))
    throw new AppError('conflict', 'the ledger does not continue what was signed last: it was rewritten', sizes)
}
