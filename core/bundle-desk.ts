/** What a bundle is about. */
export interface BundleSubject {
  kind: 'alert' | 'finding'
  id: string
}

export interface BundleRequest {
  about: BundleSubject
  by: string
  /** What it is taken for, in their words; goes into the ledger. 1 to 500 characters. */
  reason: string
  /** With pictures as the camera took them; each of them is recorded as looked at. */
  originals: boolean
  /** Readings from so many seconds before the alert was raised, 3,600 when absent. */
  beforeS?: number
  /** Readings until so many seconds after its end, 1,800 when absent. */
  afterS?: number
}

/** A bundle ready to be sent. */
export interface Bundle {
  /** Name for its file, safe everywhere. */
  name: string
  /** The zip, piece by piece; it can be read once. */
  zip: AsyncIterable<Uint8Array>
  /** To be called when it was sent, or nobody wants it any more: it is held in memory until then. Twice is fine. */
  release(): void
}

/** Gathers all that is known of one alert or finding, with proofs, in one file. */
export interface BundleDesk {
  /**
   * Resolves when the bundle is whole and the ledger says that it was taken. Throws `not_found`, `bad_request`, `overloaded`,
   * `database_unavailable` (also while the database is too far behind the ledger).
   */
  take(request: BundleRequest): Promise<Bundle>
}

/** Something that a reader might look for in a bundle and that is not there. */
export interface LeftOut {
  what: string
  why: string
}

/** `manifest.json`: what is in a bundle. Its SHA-256 is in the ledger, see `BundleEvent`. */
export interface BundleManifest {
  format: 'huying-evidence-bundle'
  version: 1
  about: BundleSubject
  /** ISO 8601, UTC. */
  takenAt: string
  takenBy: string
  reason: string
  service: { name: 'huying'; version: string }
  ledger: {
    id: string
    origin: string
    /** To verify its checkpoints with, as signed notes write them: `name+hash+base64`. */
    keys: string[]
  }
  files: BundleFile[]
  pictures: BundlePicture[]
  leftOut: LeftOut[]
}

export interface BundleFile {
  path: string
  bytes: number
  /** Hex. */
  sha256: string
}

export interface BundlePicture {
  path: string
  /**
   * `shown`: the whole picture, people covered; `crop`: the part that it is about; `annotated`: with all that the model saw, made when
   * it looked; `original`: as it was sent.
   */
  kind: 'shown' | 'crop' | 'annotated' | 'original'
  frameId?: string
  sha256: string
  /** Of the frame as it was sent. */
  originalSha256?: string
  /** Positions of the records in `history.jsonl` in which this picture's hash stands, or that of its original. */
  hashIn: number[]
  /** Of those that name the frame. */
  frameIn: number[]
}

/** Files of a bundle that are not in its manifest: they come after it, and prove it. */
export const BUNDLE_PROOFS = {
  manifest: 'manifest.json',
  /** The ledger's record of the bundle, byte for byte; it names the manifest's hash. */
  taken: 'taken.json',
  proofs: 'proofs.json',
  checkpoint: 'checkpoint.txt',
} as const

/** `proofs.json`. Hashes are hex. */
export interface BundleProofs {
  /** Of the checkpoint's tree. */
  size: number
  /** Position of `taken.json`, then those of `history.jsonl` line by line. */
  taken: RecordProof
  history: RecordProof[]
}

export interface RecordProof {
  seq: number
  leafHash: string
  /** RFC 6962 inclusion path, from the leaf to the root. */
  path: string[]
}
