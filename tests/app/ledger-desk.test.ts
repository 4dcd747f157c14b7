import { stat, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { verifyCheckpoint } from '../../core/ledger-audit/signed-trees.ts'
import { recordHash } from '../../core/ledger-record.ts'
import { verifyConsistency, verifyInclusion } from '../../core/merkle/verify.ts'
import { makeSignerKey, parseVerifierKey } from '../../core/notes/note-keys.ts'
import { parseNote, signText } from '../../core/notes/signed-note.ts'
import { openALedger } from '../storage/ledger/a-ledger.ts'
import { temporaryFolder } from '../storage/temporary-folder.ts'

describe('the desk of the ledger', () => {
  it('proves every record in every tree, and every tree in every later one, over more than one stored level', async () => {
    const ledger = await openALedger(await temporaryFolder())
    const trees = new Map<number, Buffer>()
    for (const upTo of [1, 2, 255, 256, 257, 700]) {
      const { size: now } = ledger.desk.checkpoint() ?? { size: 0 }
      await ledger.write(...Array.from({ length: upTo - now }, (_, i) => `r${now + i}`))
      const { size, rootHash } = await ledger.desk.covering(upTo)
      trees.set(size, rootHash)
    }
    const records = await ledger.desk.records(0, 1000)
    for (const [size, root] of trees) {
      for (const seq of [1, 2, 100, 255, 256, 257, 512, 700].filter((one) => one <= size)) {
        const { leafHash, path } = await ledger.desk.inclusion(seq, size)
        expect(leafHash).toEqual(recordHash(records[seq - 1]!.bytes))
        expect(verifyInclusion(leafHash, { index: seq - 1, size, path }, root)).toBe(true)
      }
      for (const [oldSize, oldRoot] of trees) {
        if (oldSize > size) continue
        const { path } = await ledger.desk.consistency(oldSize, size)
        expect(verifyConsistency({ oldSize, size, path }, oldRoot, root)).toBe(true)
      }
    }
  })

  it('signs when the ledger has grown and when it closes, and goes on with the same key', async () => {
    const dir = await temporaryFolder()
    const first = await openALedger(dir)
    expect(first.desk.checkpoint()).toBeNull()
    await first.write('a', 'b')
    await first.close()
    const second = await openALedger(dir)

    const signed = second.desk.checkpoint()!
    expect(signed).toMatchObject({ size: 2, atMs: 1_790_000_000_000, signedBy: [first.desk.origin] })
    expect(verifyCheckpoint(signed.note, [parseVerifierKey(first.desk.keys()[0]!.verifier)])).toMatchObject({ size: 2 })
    expect(await second.desk.covering(1)).toEqual(signed)
    expect((await stat(`${dir}/ledger/key`)).mode & 0o777).toBe(0o600)
  })

  it('makes a checkpoint for a position that none covers yet, once', async () => {
    const ledger = await openALedger(await temporaryFolder())
    await ledger.write('a', 'b', 'c')
    const [one, same] = await Promise.all([ledger.desk.covering(2), ledger.desk.covering(3)])
    expect([one, same]).toEqual([ledger.desk.checkpoint(), ledger.desk.checkpoint()])
    expect(await ledger.desk.checkpoints(0, 10)).toEqual([one])
    expect(await ledger.desk.checkpoints(3, 10)).toEqual([])
  })

  it('keeps counter-signatures of departments, each once, also over a restart', async () => {
    const dir = await temporaryFolder()
    const water = makeSignerKey('water', 'cosignature')
    const fire = makeSignerKey('fire', 'ed25519')
    const witnesses = [water.text, fire.text]
    const ledger = await openALedger(dir, { witnesses })
    await ledger.write('a')
    const { note } = await ledger.desk.covering(1)
    const { text } = parseNote(note)
    await ledger.desk.counterSign(1, signText(text, water, 1000))
    await ledger.desk.counterSign(1, signText(text, water, 2000))
    const signed = await ledger.desk.counterSign(1, signText(text, fire, 0))
    expect(signed.signedBy).toEqual([ledger.desk.origin, 'water', 'fire'])
    expect(ledger.desk.checkpoint()).toEqual(signed)
    await ledger.close()

    const again = await openALedger(dir, { witnesses })
    expect(again.desk.checkpoint()).toEqual(signed)
    expect(again.desk.keys().map(({ name }) => name)).toEqual([ledger.desk.origin, 'water', 'fire'])
  })

  it('refuses signatures that are wrong, of another checkpoint, of nobody it knows, and of itself', async () => {
    const water = makeSignerKey('water', 'ed25519')
    const ledger = await openALedger(await temporaryFolder(), { witnesses: [water.text] })
    await ledger.write('a')
    const { note } = await ledger.desk.covering(1)
    const { text, signatures } = parseNote(note)
    const bad = { code: 'bad_request' }
    const sign = ledger.desk.counterSign
    await expect(sign(1, signText(`${text}x\n`, water, 0))).rejects.toMatchObject(bad)
    await expect(sign(1, signText(text, makeSignerKey('water', 'ed25519'), 0))).rejects.toMatchObject(bad)
    await expect(sign(1, signatures[0]!.line)).rejects.toMatchObject(bad)
    await expect(sign(1, 'rubbish')).rejects.toMatchObject(bad)
    await expect(sign(2, signText(text, water, 0))).rejects.toMatchObject({ code: 'not_found' })
    expect(ledger.desk.checkpoint()?.note).toBe(note)
  })

  it.each([
    ['a record beyond the end', (desk: Desk) => desk.covering(4)],
    ['a record that is none', (desk: Desk) => desk.covering(0)],
    ['inclusion of a record behind the tree', (desk: Desk) => desk.inclusion(3, 2)],
    ['inclusion in a tree that is not there yet', (desk: Desk) => desk.inclusion(1, 4)],
    ['consistency of a larger tree with a smaller one', (desk: Desk) => desk.consistency(3, 2)],
    ['consistency with a tree that is not there yet', (desk: Desk) => desk.consistency(1, 4)],
  ])('does not find %s', async (_, ask) => {
    const ledger = await openALedger(await temporaryFolder())
    await ledger.write('a', 'b', 'c')
    await expect(ask(ledger.desk)).rejects.toMatchObject({ code: 'not_found' })
  })

  it('gives records as they lie on disk', async () => {
    const ledger = await openALedger(await temporaryFolder())
    await ledger.write('a', 'b', 'c')
    const records = await ledger.desk.records(1, 1)
    expect(records).toEqual([{ seq: 2, bytes: expect.any(Buffer) }])
    expect(records).toEqual(await ledger.journal.read(1, 1))
  })

  it('goes on with a new key when the old one is gone, and still knows what the old one signed', async () => {
    const dir = await temporaryFolder()
    const first = await openALedger(dir)
    await first.write('a')
    await first.close()
    await writeFile(`${dir}/ledger/key`, `${makeSignerKey(first.desk.origin, 'ed25519').privateText}\n`)
    const second = await openALedger(dir)
    expect(second.fault()).toBeNull()
    await second.write('b')
    await second.desk.covering(2)
    expect(second.desk.keys()).toHaveLength(2)
    expect((await second.desk.checkpoints(0, 9)).map(({ size, signedBy }) => [size, signedBy])).toEqual([
      [1, [first.desk.origin]],
      [2, [first.desk.origin]],
    ])
  })

  it('refuses to start with the key of another ledger, and with witnesses that are no keys', async () => {
    const dir = await temporaryFolder()
    await expect(openALedger(dir, { witnesses: ['water'] })).rejects.toMatchObject({ code: 'config_invalid' })
    await (await openALedger(dir)).close()
    await writeFile(`${dir}/ledger/key`, makeSignerKey('huying/other', 'ed25519').privateText)
    await expect(openALedger(dir)).rejects.toMatchObject({ code: 'config_invalid' })
  })
})

type Desk = Awaited<ReturnType<typeof openALedger>>['desk']
