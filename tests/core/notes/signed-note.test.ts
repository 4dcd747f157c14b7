import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { verifyCheckpoint } from '../../../core/ledger-audit/signed-trees.ts'
import { leafHash } from '../../../core/merkle/hashes.ts'
import { formatCheckpoint, parseCheckpoint } from '../../../core/notes/checkpoint.ts'
import { makeSignerKey, parseSignerKey, parseVerifierKey } from '../../../core/notes/note-keys.ts'
import {
  formatNote,
  isSignedBy,
  parseNote,
  parseSignature,
  signedAtMs,
  signText,
} from '../../../core/notes/signed-note.ts'

/** The example of `golang.org/x/mod/sumdb/note`. */
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const PETER_PRIVATE = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'
const PETER_TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
const PETER_LINE =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM='

describe('a signed note', () => {
  it('is signed and verified as the reference implementation does it', () => {
    const verifier = parseVerifierKey(PETER)
    const signer = parseSignerKey(PETER_PRIVATE)
    expect(isSignedBy(PETER_TEXT, parseSignature(PETER_LINE), verifier)).toBe(true)
    expect(signText(PETER_TEXT, signer, 0)).toBe(PETER_LINE)
    expect([signer.text, signer.privateText]).toEqual([PETER, PETER_PRIVATE])
  })

  it('keeps its text and lines byte for byte', () => {
    const note = formatNote(PETER_TEXT, [PETER_LINE])
    const { text, signatures } = parseNote(note)
    expect([text, signatures.map(({ line }) => line)]).toEqual([PETER_TEXT, [PETER_LINE]])
  })

  it('does not hold for another text, another key, or another byte of the signature', () => {
    const signer = makeSignerKey('li', 'ed25519')
    const other = makeSignerKey('li', 'ed25519')
    const signature = parseSignature(signText('text\n', signer, 0))
    expect(isSignedBy('text\n', signature, signer)).toBe(true)
    expect(isSignedBy('text \n', signature, signer)).toBe(false)
    expect(isSignedBy('text\n', signature, other)).toBe(false)
    fc.assert(
      fc.property(fc.nat(signature.bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = Buffer.from(signature.bytes)
        bytes[at] = bytes[at]! ^ flip
        expect(isSignedBy('text\n', { ...signature, bytes }, signer)).toBe(false)
      }),
    )
  })

  it('is cosigned with a time that is signed too', () => {
    const witness = makeSignerKey('water-department', 'cosignature')
    const signature = parseSignature(signText('text\n', witness, 1_790_000_000_999))
    expect(signedAtMs(signature, witness)).toBe(1_790_000_000_000)
    expect(isSignedBy('text\n', signature, parseVerifierKey(witness.text))).toBe(true)
    signature.bytes.writeBigUInt64BE(1n)
    expect(isSignedBy('text\n', signature, witness)).toBe(false)
  })

  it.each([
    ['no signature', 'text\n'],
    ['no newline at its end', 'text\n\n— li AAAAAAA='],
    ['a line that is no signature', 'text\n\nli AAAAAAA=\n'],
  ])('is refused with %s', (_, note) => {
    expect(() => parseNote(note)).toThrow(expect.objectContaining({ code: 'bad_request' }))
  })

  it.each([
    ['', 'nothing'],
    [PETER.replace('c74f20a3', 'c74f20a4'), 'another id'],
    [PETER.replace('PeterNeumann', 'Peter'), 'another name'],
    [PETER_PRIVATE, 'a private key'],
    ['a+00000000+AAAA', 'too few bytes'],
  ])('knows that %j is no verifier key: %s', (text) => {
    expect(() => parseVerifierKey(text)).toThrow(expect.objectContaining({ code: 'bad_request' }))
  })

  it('has keys without blank and plus in their names', () => {
    expect(() => makeSignerKey('water department', 'ed25519')).toThrow(expect.objectContaining({ code: 'bad_request' }))
  })
})

describe('a checkpoint', () => {
  const key = makeSignerKey('huying/x', 'ed25519')
  const checkpoint = { origin: 'huying/x', size: 3, rootHash: leafHash('root'), atMs: 1_790_000_000_123 }
  const text = formatCheckpoint(checkpoint)
  const line = signText(text, key, 0)

  it('says origin, size, root and time', () => {
    expect(text).toBe(`huying/x\n3\n${leafHash('root').toString('base64')}\ntime 2026-09-21T14:13:20.123Z\n`)
    expect(parseCheckpoint(text)).toEqual(checkpoint)
  })

  it('counts when the key of its origin signed it, and names the departments that did too', () => {
    const witness = makeSignerKey('water', 'cosignature')
    const stranger = signText(text, makeSignerKey('stranger', 'ed25519'), 0)
    const note = formatNote(text, [line, stranger, signText(text, witness, 5000)])
    expect(verifyCheckpoint(note, [key, witness])).toEqual({ ...checkpoint, signedBy: ['huying/x', 'water'] })
  })

  it.each([
    ['signed by somebody else', formatNote(text, [signText(text, makeSignerKey('huying/x', 'ed25519'), 0)])],
    ['changed after it was signed', formatNote(text.replace('\n3\n', '\n4\n'), [line])],
    ['no checkpoint', formatNote('text\n', [signText('text\n', key, 0)])],
    ['with a size that is none', formatNote(text.replace('\n3\n', '\n03\n'), [line])],
  ])('is refused when it is %s', (_, note) => {
    expect(() => verifyCheckpoint(note, [key])).toThrow(expect.objectContaining({ code: 'bad_request' }))
  })
})
