import { unzipSync } from 'fflate'
import {
  BUNDLE_PROOFS,
  type BundleManifest,
  type BundleProofs,
  type BundleSubject,
  type RecordProof,
} from '../../core/bundle-desk.ts'
import { toAppError } from '../../core/errors.ts'
import { type VerifiedCheckpoint, verifyCheckpoint } from '../../core/ledger-audit/signed-trees.ts'
import type { BundleEvent } from '../../core/ledger-entry.ts'
import { decodeLedgerRecord, recordHash } from '../../core/ledger-record.ts'
import { verifyInclusion } from '../../core/merkle/verify.ts'
import { parseVerifierKey, type VerifierKey } from '../../core/notes/note-keys.ts'
import { parseNote } from '../../core/notes/signed-note.ts'
import { sha256Of } from './bundle-files.ts'

/** What was found of a bundle without anything but itself and the keys that one trusts. */
export interface BundleVerdict {
  /** What is wrong, in the order in which it was looked at; empty: nothing was changed. */
  faults: BundleFault[]
  about: BundleSubject | null
  takenAt: string | null
  takenBy: string | null
  origin: string | null
  files: number
  records: number
  /** Names of the keys whose signatures are right. */
  signedBy: string[]
  /** The checkpoint as it lies in the bundle. */
  note: string | null
  /** False: the ledger's key was taken from the bundle, so that whoever made all of it anew would not be found. */
  isKeyGiven: boolean
}

export interface BundleFault {
  /** File of the bundle, with the line where there is one. */
  where: string
  detail: string
}

/** Far more than a bundle may hold: a zip that claims more is none of ours. */
const MAX_BYTES = 512 * 1024 * 1024

/** Never throws for what is wrong with the bundle. */
export function verifyBundle(zip: Uint8Array, trusted: readonly VerifierKey[] = []): BundleVerdict {
  const faults: BundleFault[] = []
  const tell = (where: string, detail: string) => void faults.push({ where, detail })
  const files = unpack(zip, tell)
  const manifest = readJson<BundleManifest>(files, BUNDLE_PROOFS.manifest, tell)
  const proofs = readJson<BundleProofs>(files, BUNDLE_PROOFS.proofs, tell)
  const verdict: BundleVerdict = {
    ...{ faults, about: null, takenAt: null, takenBy: null, origin: null, signedBy: [] },
    note: files.get(BUNDLE_PROOFS.checkpoint)?.toString() ?? null,
    ...{ files: files.size, records: 0, isKeyGiven: trusted.length > 0 },
  }
  if (manifest === null || proofs === null) return verdict
  try {
    checkFiles(files, manifest, tell)
    checkTaken(files, manifest, tell)
    const checkpoint = checkSignatures(files, { manifest, proofs }, trusted, tell)
    const records = checkpoint === null ? 0 : checkProofs(files, { manifest, proofs }, checkpoint, tell)
    const { about, takenAt, takenBy, ledger } = manifest
    return { ...verdict, about, takenAt, takenBy, origin: ledger.origin, records, signedBy: checkpoint?.signedBy ?? [] }
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown
    tell(BUNDLE_PROOFS.manifest, 'it is not made as a bundle is')
    return verdict
  }
}

type Tell = (where: string, detail: string) => void
type Files = Map<string, Buffer>
interface Statements {
  manifest: BundleManifest
  proofs: BundleProofs
}

function unpack(zip: Uint8Array, tell: Tell): Files {
  const seen = new Set<string>()
  let bytes = 0
  try {
    const files = unzipSync(zip, {
      filter({ name, originalSize }) {
        if (seen.has(name)) tell(name, 'it is in the zip twice')
        seen.add(name)
        bytes += originalSize
        if (bytes > MAX_BYTES) throw new RangeError('too large')
        return true
      },
    })
    return new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)]))
  } catch (thrown) {
    tell('zip', thrown instanceof Error ? thrown.message : 'it cannot be unpacked')
    return new Map()
  }
}

function readJson<T>(files: Files, path: string, tell: Tell): T | null {
  try {
    const value: unknown = JSON.parse((files.get(path) ?? Buffer.of()).toString())
    if (typeof value === 'object' && value !== null) return value as T
  } catch {}
  tell(path, files.has(path) ? 'it cannot be read' : 'it is missing')
  return null
}

function checkFiles(files: Files, { format, version, files: listed, pictures }: BundleManifest, tell: Tell): void {
  if (format !== 'huying-evidence-bundle' || version !== 1) tell(BUNDLE_PROOFS.manifest, 'it is of another format')
  const known = new Set<string>(Object.values(BUNDLE_PROOFS))
  for (const { path, bytes, sha256 } of listed) {
    known.add(path)
    const content = files.get(path)
    if (content === undefined) tell(path, 'it is missing')
    else if (content.length !== bytes || sha256Of(content) !== sha256)
      tell(path, 'it is not the file that the manifest names')
  }
  for (const path of files.keys()) if (!known.has(path)) tell(path, 'the manifest does not name it')
  for (const { path, sha256 } of pictures)
    if (listed.find((file) => file.path === path)?.sha256 !== sha256)
      tell(BUNDLE_PROOFS.manifest, `it says two hashes of ${path}`)
}

/** The ledger says with which manifest it was given, by whom and what for. */
function checkTaken(files: Files, manifest: BundleManifest, tell: Tell): void {
  const where = BUNDLE_PROOFS.taken
  const bytes = files.get(where)
  const taken = bytes && entryOf(bytes)
  if (taken?.type !== 'bundle.taken') {
    tell(where, bytes === undefined ? 'it is missing' : 'it is no such record')
    return
  }
  const { manifestSha256, about, by, reason } = taken
  if (sha256Of(files.get(BUNDLE_PROOFS.manifest) ?? '') !== manifestSha256)
    tell(BUNDLE_PROOFS.manifest, 'it is not the manifest that the ledger names')
  const isSame =
    about.kind === manifest.about.kind &&
    about.id === manifest.about.id &&
    by === manifest.takenBy &&
    reason === manifest.reason
  if (!isSame) tell(where, 'it is about another bundle')
}

function entryOf(bytes: Buffer): BundleEvent | null {
  try {
    return decodeLedgerRecord(bytes).entry as BundleEvent
  } catch {
    return null
  }
}

function checkSignatures(
  files: Files,
  { manifest, proofs }: Statements,
  trusted: readonly VerifierKey[],
  tell: Tell,
): VerifiedCheckpoint | null {
  const where = BUNDLE_PROOFS.checkpoint
  const note = files.get(where)
  if (note === undefined) {
    tell(where, 'it is missing')
    return null
  }
  try {
    const keys = trusted.length > 0 ? trusted : manifest.ledger.keys.map(parseVerifierKey)
    const checkpoint = verifyCheckpoint(note.toString(), keys)
    for (const { line, name, bytes, keyId } of parseNote(note.toString()).signatures)
      if (line !== `— ${name} ${Buffer.concat([Buffer.from(keyId, 'hex'), bytes]).toString('base64')}`)
        tell(where, `the signature of ${name} is not written as it should be`)
    if (checkpoint.origin !== manifest.ledger.origin) tell(where, `it is of another ledger: ${checkpoint.origin}`)
    if (checkpoint.size !== proofs.size) tell(BUNDLE_PROOFS.proofs, 'they are for a tree of another size')
    return checkpoint
  } catch (thrown) {
    if (thrown instanceof TypeError) throw thrown
    tell(where, toAppError(thrown).message)
    return null
  }
}

/** Gives back how many records of the history are proven. */
function checkProofs(files: Files, { proofs }: Statements, checkpoint: VerifiedCheckpoint, tell: Tell): number {
  const taken = files.get(BUNDLE_PROOFS.taken)
  if (taken !== undefined) checkRecord(BUNDLE_PROOFS.taken, taken, proofs.taken, checkpoint, tell)
  // Written in one way only, so that nothing can be put between.
  if (`${JSON.stringify(proofs)}\n` !== files.get(BUNDLE_PROOFS.proofs)?.toString())
    tell(BUNDLE_PROOFS.proofs, 'they are not written as they should be')
  const lines = linesOf(files.get('history.jsonl') ?? Buffer.of())
  if (lines.length !== proofs.history.length)
    tell(BUNDLE_PROOFS.proofs, `${proofs.history.length} proofs for ${lines.length} records`)
  let before = 0
  let proven = 0
  for (const [index, line] of lines.entries()) {
    const proof = proofs.history[index]
    const where = `history.jsonl, line ${index + 1}`
    if (proof === undefined) continue
    if (checkRecord(where, line, proof, checkpoint, tell)) proven++
    if (proof.seq <= before) tell(where, 'it is out of order')
    before = proof.seq
  }
  return proven
}

function checkRecord(where: string, bytes: Buffer, proof: RecordProof, tree: VerifiedCheckpoint, tell: Tell): boolean {
  const hash = recordHash(bytes)
  if (hash.toString('hex') !== proof.leafHash) {
    tell(where, 'its proof is for another record')
    return false
  }
  const path = proof.path.map((node) => Buffer.from(node, 'hex'))
  const isPath = proof.path.every((node) => /^[0-9a-f]{64}$/.test(node))
  const isIncluded = isPath && verifyInclusion(hash, { index: proof.seq - 1, size: tree.size, path }, tree.rootHash)
  if (!isIncluded) tell(where, `it is not record ${proof.seq} of what was signed`)
  return isIncluded
}

function linesOf(content: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let at = 0; at < content.length; ) {
    const end = content.indexOf(10, at)
    lines.push(content.subarray(at, end < 0 ? content.length : end))
    at = end < 0 ? content.length : end + 1
  }
  return lines
}
