import { AppError } from '../errors.ts'
import { type Checkpoint, parseCheckpoint } from '../notes/checkpoint.ts'
import type { VerifierKey } from '../notes/note-keys.ts'
import { isSignedBy, parseNote } from '../notes/signed-note.ts'
import type { KnownTree } from './ledger-audit.ts'
import type { LedgerFault } from './ledger-fault.ts'

/** A checkpoint whose signature by the ledger itself is right. */
export interface VerifiedCheckpoint extends Checkpoint {
  /** Names of the keys whose signatures are right: first the ledger's own. */
  signedBy: string[]
}

/**
 * What a note says, when the key of its origin signed it. Signatures of keys that are not given say nothing (C2SP signed-note).
 * Throws `bad_request`: no checkpoint, no signature by a given key with the name of its origin, or one of a given key that is wrong.
 */
export function verifyCheckpoint(note: string, keys: readonly VerifierKey[]): VerifiedCheckpoint {
  const { text, signatures } = parseNote(note)
  const checkpoint = parseCheckpoint(text)
  const signedBy = new Set<string>()
  for (const signature of signatures) {
    const key = keys.find(({ name, id }) => name === signature.name && id === signature.keyId)
    if (!key) continue
    if (!isSignedBy(text, signature, key))
      throw new AppError('bad_request', 'a signature is wrong', { name: key.name, size: checkpoint.size })
    signedBy.add(key.name)
  }
  const { origin, size } = checkpoint
  if (!signedBy.delete(origin))
    throw new AppError('bad_request', 'not signed by a key that is trusted for its origin', { origin, size })
  return { ...checkpoint, signedBy: [origin, ...signedBy] }
}

/** The trees that notes speak of, and what is wrong with the notes. `origin`: checkpoints of other ledgers are none of this one. */
export function toKnownTrees(
  notes: readonly { note: string; isForeign?: boolean }[],
  keys: readonly VerifierKey[],
  origin: string,
): { trees: KnownTree[]; fault: LedgerFault | null } {
  const trees = new Map<number, KnownTree>()
  let fault: LedgerFault | null = null
  for (const { note, isForeign = false } of notes) {
    const found = tryVerify(note, keys, origin)
    if ('kind' in found) {
      fault ??= found
      continue
    }
    const { size, rootHash } = found
    const known = trees.get(size)
    if (known && !known.rootHash.equals(rootHash))
      fault = { kind: 'split_view', seq: 1, toSeq: size, detail: `two signed checkpoints of ${size} records differ` }
    if (!known) trees.set(size, { size, rootHash, isForeign })
  }
  return { trees: [...trees.values()], fault }
}

function tryVerify(note: string, keys: readonly VerifierKey[], origin: string): VerifiedCheckpoint | LedgerFault {
  try {
    const checkpoint = verifyCheckpoint(note, keys)
    if (checkpoint.origin === origin) return checkpoint
    return forged(checkpoint.size, `a checkpoint of another ledger: ${checkpoint.origin}`)
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    const { size, name } = thrown.details
    return forged(Number(size ?? 0), name === undefined ? thrown.message : `${thrown.message}: ${String(name)}`)
  }
}

function forged(size: number, detail: string): LedgerFault {
  return { kind: 'forged_checkpoint', seq: size, detail }
}
