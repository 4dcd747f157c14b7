import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { AppError } from '../errors.ts'

/**
 * Keys of signed notes (C2SP signed-note, and `golang.org/x/mod/sumdb/note`, whose private form is used too): one line of text with a
 * name, an id and 32 bytes of Ed25519.
 */
export interface VerifierKey {
  name: string
  /** First four bytes of SHA-256(name, newline, kind, key): what signatures name the key by, hex. */
  id: string
  kind: SignatureKind
  publicKey: KeyObject
  /** `name+id+base64(kind, public key)`. */
  text: string
}

export interface SignerKey extends VerifierKey {
  privateKey: KeyObject
  /** `PRIVATE+KEY+name+id+base64(kind, seed)`: a secret. */
  privateText: string
}

/** Algorithm bytes of C2SP signed-note: a plain Ed25519 signature, and that of a witness with its time (tlog-cosignature). */
export const SIGNATURE_KINDS = { ed25519: 1, cosignature: 4 } as const
export type SignatureKind = keyof typeof SIGNATURE_KINDS

const KEY_BYTES = 32
/** An Ed25519 seed as PKCS #8 (RFC 8410, 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')
const VERIFIER = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/
const SIGNER = /^PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/

/** Throws `bad_request` when the text is no verifier key, or not whole. */
export function parseVerifierKey(text: string): VerifierKey {
  const { name, id, kind, bytes } = parseKey(VERIFIER, text.trim())
  const key = verifierOf(name, kind, bytes)
  if (key.id !== id) throw new AppError('bad_request', 'the id of the key is not that of its name and bytes', { name })
  return key
}

/** Throws `bad_request` when the text is no private key, or not whole. */
export function parseSignerKey(text: string): SignerKey {
  const { name, id, kind, bytes } = parseKey(SIGNER, text.trim())
  const key = signerOf(name, kind, bytes)
  if (key.id !== id) throw new AppError('bad_request', 'the id of the key is not that of its name and bytes', { name })
  return key
}

/** A new key. Names have no blank and no plus. */
export function makeSignerKey(name: string, kind: SignatureKind): SignerKey {
  if (!/^[^\s+]+$/.test(name)) throw new AppError('bad_request', 'the name of a key has no blank and no plus', { name })
  const { d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  return signerOf(name, kind, Buffer.from(d as string, 'base64url'))
}

function parseKey(form: RegExp, text: string) {
  const [, name, id, encoded] = form.exec(text) ?? []
  const bytes = Buffer.from(encoded ?? '', 'base64')
  const kind = kindOf(bytes[0])
  if (name === undefined || id === undefined || kind === undefined || bytes.length !== 1 + KEY_BYTES)
    throw new AppError('bad_request', 'not a key for signed notes: name+id+base64 of Ed25519', {})
  return { name, id, kind, bytes: bytes.subarray(1) }
}

function kindOf(byte: number | undefined): SignatureKind | undefined {
  const [found] = Object.entries(SIGNATURE_KINDS).filter(([, value]) => value === byte)
  return found?.[0] as SignatureKind | undefined
}

function verifierOf(name: string, kind: SignatureKind, key: Buffer): VerifierKey {
  const typed = Buffer.concat([Buffer.from([SIGNATURE_KINDS[kind]]), key])
  const id = createHash('sha256').update(`${name}\n`).update(typed).digest().toString('hex', 0, 4)
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') }
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
  return { name, id, kind, publicKey, text: `${name}+${id}+${typed.toString('base64')}` }
}

function signerOf(name: string, kind: SignatureKind, seed: Buffer): SignerKey {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  const key = verifierOf(name, kind, Buffer.from(x as string, 'base64url'))
  const typed = Buffer.concat([Buffer.from([SIGNATURE_KINDS[kind]]), seed]).toString('base64')
  return { ...key, privateKey, privateText: `PRIVATE+KEY+${name}+${key.id}+${typed}` }
}
