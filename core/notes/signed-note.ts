import { sign, verify } from 'node:crypto'
import { AppError } from '../errors.ts'
import type { SignerKey, VerifierKey } from './note-keys.ts'

/** A text and the signatures under it (C2SP signed-note). */
export interface SignedNote {
  /** Ends with a newline; what is signed. */
  text: string
  signatures: NoteSignature[]
}

export interface NoteSignature {
  name: string
  /** Of the key, hex. */
  keyId: string
  /** What follows the key's id. */
  bytes: Buffer
  /** The whole line without its newline. */
  line: string
}

const LINE = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/
const KEY_ID_BYTES = 4
const TIME_BYTES = 8
/** What a note may have; ours have about four. */
const MAX_SIGNATURES = 100

/** Throws `bad_request` when it is no signed note. */
export function parseNote(note: string): SignedNote {
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || !note.endsWith('\n')) throw new AppError('bad_request', 'not a signed note: no signatures under it')
  const lines = note.slice(end + 2, -1).split('\n')
  if (lines.length > MAX_SIGNATURES) throw new AppError('bad_request', 'too many signatures under a note')
  return { text: note.slice(0, end + 1), signatures: lines.map(parseSignature) }
}

/** Throws `bad_request`. */
export function parseSignature(line: string): NoteSignature {
  const [, name, encoded] = LINE.exec(line) ?? []
  const bytes = Buffer.from(encoded ?? '', 'base64')
  if (name === undefined || bytes.length <= KEY_ID_BYTES)
    throw new AppError('bad_request', 'not the line of a signature: — name base64')
  return { name, keyId: bytes.toString('hex', 0, KEY_ID_BYTES), bytes: bytes.subarray(KEY_ID_BYTES), line }
}

export function formatNote(text: string, lines: readonly string[]): string {
  return `${text}\n${lines.map((line) => `${line}\n`).join('')}`
}

/** The line with which this key signs the text; a cosignature says since when, in whole seconds. */
export function signText(text: string, key: SignerKey, nowMs: number): string {
  const seconds = BigInt(Math.floor(nowMs / 1000))
  const time = Buffer.alloc(key.kind === 'cosignature' ? TIME_BYTES : 0)
  if (time.length > 0) time.writeBigUInt64BE(seconds)
  const signature = sign(null, signedBytes(text, key, seconds), key.privateKey)
  const bytes = Buffer.concat([Buffer.from(key.id, 'hex'), time, signature])
  return `— ${key.name} ${bytes.toString('base64')}`
}

/** True when the key signed exactly this text. */
export function isSignedBy(text: string, signature: NoteSignature, key: VerifierKey): boolean {
  if (signature.name !== key.name || signature.keyId !== key.id) return false
  const timeBytes = key.kind === 'cosignature' ? TIME_BYTES : 0
  if (signature.bytes.length !== timeBytes + 64) return false
  const seconds = timeBytes > 0 ? signature.bytes.readBigUInt64BE() : 0n
  return verify(null, signedBytes(text, key, seconds), key.publicKey, signature.bytes.subarray(timeBytes))
}

/** When a cosignature was made, ms; null for a plain signature, which does not say. */
export function signedAtMs(signature: NoteSignature, key: VerifierKey): number | null {
  return key.kind === 'cosignature' ? Number(signature.bytes.readBigUInt64BE()) * 1000 : null
}

/** C2SP tlog-cosignature: a cosignature is over a header with its time and the text. */
function signedBytes(text: string, { kind }: VerifierKey, seconds: bigint): Buffer {
  return Buffer.from(kind === 'cosignature' ? `cosignature/v1\ntime ${seconds}\n${text}` : text)
}
