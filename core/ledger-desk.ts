/** What anybody may ask of the ledger to convince himself that nobody bent it. Hashes are SHA-256, as RFC 6962 has them. */
export interface LedgerDesk {
  /** Name of this ledger in its checkpoints. */
  readonly origin: string
  /** Keys to verify its checkpoints with: first ours, then those of departments that counter-sign. */
  keys(): LedgerKey[]
  /** Records after a position, oldest first, as they lie on disk, at most `limit` and some megabytes. */
  records(afterSeq: number, limit: number): Promise<{ seq: number; bytes: Buffer }[]>
  /** The newest checkpoint, with all signatures; null while the ledger is empty. */
  checkpoint(): SignedCheckpoint | null
  /** Stored checkpoints after a size, oldest first. */
  checkpoints(afterSize: number, limit: number): Promise<SignedCheckpoint[]>
  /** A checkpoint that covers this position, made now where there is none yet. Throws `not_found` for a position beyond the end. */
  covering(seq: number): Promise<SignedCheckpoint>
  /** That the record at `seq` is in the tree of `size`. Throws `not_found`. */
  inclusion(seq: number, size: number): Promise<InclusionProof>
  /** That the tree of `size` begins with the tree of `oldSize`. Throws `not_found`. */
  consistency(oldSize: number, size: number): Promise<ConsistencyProof>
  /**
   * Keeps a department's signature of a stored checkpoint. Resolves with the checkpoint once that is durable. Throws `not_found`, and
   * `bad_request` for a signature that is not right or of nobody we know.
   */
  counterSign(size: number, signatureLine: string): Promise<SignedCheckpoint>
}

export interface LedgerKey {
  name: string
  /** Ed25519, as signed notes write verifier keys: `name+hash+base64`. */
  verifier: string
}

/** A statement, signed: these are all records up to here. */
export interface SignedCheckpoint {
  /** Records it covers: positions 1 to `size`. */
  size: number
  rootHash: Buffer
  atMs: number
  /** Names of those whose signatures it carries. */
  signedBy: string[]
  /** Checkpoint and signatures in the form of C2SP tlog-checkpoint, byte for byte as signed. */
  note: string
}

export interface InclusionProof {
  seq: number
  size: number
  leafHash: Buffer
  /** From the leaf to the root. */
  path: Buffer[]
}

export interface ConsistencyProof {
  oldSize: number
  size: number
  path: Buffer[]
}
