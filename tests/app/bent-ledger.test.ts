import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exportLedger } from '../../app/ledger-files/ledger-export.ts'
import { readDataFolder } from '../../app/ledger-files/read-data-folder.ts'
import { verifyLedgerFiles } from '../../app/ledger-files/verify-files.ts'
import type { LedgerFault } from '../../core/ledger-audit/ledger-fault.ts'
import { formatCheckpoint } from '../../core/notes/checkpoint.ts'
import { makeSignerKey, parseSignerKey, parseVerifierKey, type VerifierKey } from '../../core/notes/note-keys.ts'
import { formatNote, parseNote, signText } from '../../core/notes/signed-note.ts'
import { openALedger, viewed } from '../storage/ledger/a-ledger.ts'
import { type Bend, bendExport, bendHashes, bendJournal, edited, rechained } from '../storage/ledger/bend.ts'
import { temporaryFolder } from '../storage/temporary-folder.ts'

const RECORDS = 33
/** Sizes of the checkpoints. */
const SIGNED = [10, 20, 30, RECORDS]

/** A data folder whose ledger was left clean. */
async function aFolder(reason = 'r'): Promise<string> {
  const dir = join(await temporaryFolder(), 'data')
  const ledger = await openALedger(dir)
  for (const size of SIGNED) {
    const { size: before } = ledger.desk.checkpoint() ?? { size: 0 }
    await ledger.write(...Array.from({ length: size - before }, (_, i) => `${reason}${before + i + 1}`))
    await ledger.desk.covering(size)
  }
  await ledger.close()
  return dir
}

async function anExport(dir: string, path = `${dir}.export`, fromSeq = 1): Promise<string> {
  const lines: string[] = []
  for await (const line of exportLedger(await readDataFolder(dir), fromSeq)) lines.push(String(line))
  await writeFile(path, `${lines.join('\n')}\n`)
  return path
}

async function verify(path: string, more: { keys?: VerifierKey[]; checkpoints?: string[] } = {}) {
  const { keys = [], checkpoints = [] } = more
  const [verdict] = await verifyLedgerFiles([path], { keys, checkpointFiles: checkpoints })
  return verdict!
}

const at = (seq: number) => seq - 1
const edit =
  (seq: number): Bend =>
  (records) =>
    records.with(at(seq), edited(records[at(seq)]!))
const remove =
  (seq: number): Bend =>
  (records) =>
    records.toSpliced(at(seq), 1)
const repeat =
  (seq: number, of: number): Bend =>
  (records) =>
    records.toSpliced(at(seq), 0, records[at(of)]!)
/** A record that fits the one before, with the number of the one behind it. */
const forge =
  (seq: number): Bend =>
  (records) =>
    records.toSpliced(at(seq), 0, rechained(records.with(at(seq), edited(records[at(seq)]!)), at(seq))[at(seq)]!)
const swap =
  (seq: number): Bend =>
  (records) =>
    records.with(at(seq), records[seq]!).with(seq, records[at(seq)]!)
const move =
  (from: number, to: number): Bend =>
  (records) =>
    records.toSpliced(at(from), 1).toSpliced(at(to), 0, records[at(from)]!)
const cut =
  (size: number): Bend =>
  (records) =>
    records.slice(0, size)
const strip =
  (seq: number): Bend =>
  (records) =>
    records.with(at(seq), Buffer.from(JSON.stringify(viewed(`r${seq}`))))
/** The same, and everything behind it numbered and chained anew. */
const anew =
  (bend: Bend, seq: number): Bend =>
  (records) =>
    rechained(bend(records), at(seq))

const BENDS: [string, Bend, Pick<LedgerFault, 'kind' | 'seq'>][] = [
  ['an edited record', edit(14), { kind: 'edited', seq: 14 }],
  ['an edited first record', edit(1), { kind: 'edited', seq: 1 }],
  ['an edited last record', edit(RECORDS), { kind: 'edited', seq: RECORDS }],
  ['bytes that are no record', (all) => all.with(at(14), Buffer.from('rubbish')), { kind: 'edited', seq: 14 }],
  ['a record without its place in the chain', strip(14), { kind: 'edited', seq: 14 }],
  ['a record that was taken out', remove(14), { kind: 'missing', seq: 14 }],
  ['a first record that was taken out', remove(1), { kind: 'missing', seq: 1 }],
  ['several that were taken out', (all) => all.toSpliced(at(14), 5), { kind: 'missing', seq: 14 }],
  ['a copy of an older record', repeat(14, 3), { kind: 'inserted', seq: 14 }],
  ['a copy of the record before', repeat(14, 13), { kind: 'inserted', seq: 14 }],
  ['a forged record put in', forge(14), { kind: 'inserted', seq: 14 }],
  [
    'a record without a chain put in',
    (all) => all.toSpliced(at(14), 0, Buffer.from(JSON.stringify(viewed('x')))),
    { kind: 'inserted', seq: 14 },
  ],
  ['two neighbours swapped', swap(14), { kind: 'reordered', seq: 14 }],
  ['a record moved forward', move(20, 14), { kind: 'reordered', seq: 14 }],
  ['a record moved back', move(14, 20), { kind: 'reordered', seq: 14 }],
  ['an end that was cut off', cut(25), { kind: 'truncated', seq: 26 }],
  ['an end that was cut off at a checkpoint', cut(20), { kind: 'truncated', seq: 21 }],
]
/** Chained anew: only what was hashed or signed when it was written tells. */
const CHAINED_ANEW: [string, Bend, number][] = [
  ['an edited record', anew(edit(14), 14), 14],
  ['a record that was taken out', anew(remove(14), 14), 14],
  ['a record put in', anew(repeat(14, 3), 14), 14],
  ['two neighbours swapped', anew(swap(14), 14), 14],
  ['an edited last record', anew(edit(RECORDS), RECORDS), RECORDS],
]

describe('a ledger that nobody bent', () => {
  it('is fine as a data folder, as an export, and as the export of its end', async () => {
    const dir = await aFolder()
    for (const path of [dir, await anExport(dir), await anExport(dir, `${dir}.end`, 15)])
      expect(await verify(path)).toMatchObject({
        fault: null,
        size: RECORDS,
        provenTo: RECORDS,
        checkpoints: SIGNED.length,
      })
  })

  it('is fine while the service writes it, with records that are not signed yet', async () => {
    const dir = join(await temporaryFolder(), 'data')
    const ledger = await openALedger(dir)
    await ledger.write('a', 'b')
    await ledger.desk.covering(2)
    await ledger.write('c')
    expect(await verify(dir)).toMatchObject({ fault: null, size: 3, provenTo: 2, checkpoints: 1 })
  })

  it('says that its key came along, unless the asker brings one', async () => {
    const dir = await aFolder()
    const { keys } = await readDataFolder(dir)
    expect([(await verify(dir)).isKeyGiven, (await verify(dir, { keys: [...keys] })).isKeyGiven]).toEqual([false, true])
  })

  it('may begin with records of earlier versions, which the first chained one covers', async () => {
    const dir = join(await temporaryFolder(), 'data')
    const ledger = await openALedger(dir)
    for (const reason of ['old 1', 'old 2'])
      await new Promise((resolve) => ledger.journal.append(JSON.stringify(viewed(reason)), resolve))
    await ledger.close()
    const later = await openALedger(dir)
    await later.write('new')
    await later.close()
    expect(await verify(dir)).toMatchObject({ fault: null, size: 3, provenTo: 3, unchained: 2 })

    await bendJournal(dir, (records) => records.with(1, Buffer.from(JSON.stringify(viewed('bent')))))
    expect((await verify(dir)).fault).toMatchObject({ kind: 'edited', seq: 2 })
  })
})

describe('a bent ledger', () => {
  it.each(BENDS)('with %s is found, and the first bad record named', async (_, bend, expected) => {
    const dir = await aFolder()
    const exported = await anExport(dir)
    await bendExport(exported, bend)
    await bendJournal(dir, bend)
    expect((await verify(dir)).fault).toMatchObject(expected)
    expect((await verify(exported)).fault).toMatchObject(expected)
  })

  it.each(BENDS)('with %s is found without the hashes that were kept', async (_, bend, { kind, seq }) => {
    const dir = await aFolder()
    const exported = await anExport(dir)
    await bendExport(exported, bend, { keepHashes: false })
    await bendJournal(dir, bend)
    await bendHashes(dir)
    for (const path of [dir, exported]) {
      const fault = (await verify(path)).fault!
      expect(fault.kind).toBe(kind)
      expect(fault.seq <= seq && seq <= (fault.toSeq ?? fault.seq)).toBe(true)
    }
  })

  it.each(CHAINED_ANEW)('with %s and all behind it chained anew is found where it was bent', async (_, bend, seq) => {
    const dir = await aFolder()
    const exported = await anExport(dir)
    await bendExport(exported, bend)
    await bendJournal(dir, bend)
    for (const path of [dir, exported]) expect((await verify(path)).fault).toMatchObject({ kind: 'edited', seq })
  })

  it.each(CHAINED_ANEW)('with %s, chained and hashed anew, is found between two checkpoints', async (_, bend, seq) => {
    const dir = await aFolder()
    const exported = await anExport(dir)
    await bendExport(exported, bend, { keepHashes: false })
    await bendJournal(dir, bend)
    await bendHashes(dir)
    const toSeq = SIGNED.find((size) => size >= seq)!
    const from = (SIGNED.findLast((size) => size < seq) ?? 0) + 1
    for (const path of [dir, exported]) expect((await verify(path)).fault).toMatchObject({ seq: from, toSeq })
  })

  it('is found wherever it is bent, and in whatever way', async () => {
    const dir = await aFolder()
    const bend = fc.oneof(
      fc.integer({ min: 1, max: RECORDS }).map((seq) => ({ seq, bend: edit(seq) })),
      fc.integer({ min: 1, max: RECORDS }).map((seq) => ({ seq, bend: remove(seq) })),
      fc.integer({ min: 1, max: RECORDS }).map((seq) => ({ seq, bend: forge(seq) })),
      fc.integer({ min: 1, max: RECORDS - 1 }).map((seq) => ({ seq, bend: swap(seq) })),
      fc.integer({ min: 1, max: RECORDS - 1 }).map((size) => ({ seq: size + 1, bend: cut(size) })),
      fc
        .record({ from: fc.integer({ min: 1, max: RECORDS }), to: fc.integer({ min: 1, max: RECORDS }) })
        .filter(({ from, to }) => from !== to)
        .map(({ from, to }) => ({ seq: Math.min(from, to), bend: move(from, to) })),
    )
    const how = fc.record({ bend, isAnew: fc.boolean(), keepHashes: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(how, async ({ bend: { seq, bend }, isAnew, keepHashes }) => {
        const exported = await anExport(dir)
        await bendExport(exported, isAnew ? anew(bend, seq) : bend, { keepHashes })
        const { fault } = await verify(exported)
        expect(fault).not.toBeNull()
        const { seq: first, toSeq = first } = fault!
        // Chained anew and not hashed, an end that is missing looks the same wherever the record was taken out.
        const isShorter = fault!.kind === 'truncated'
        if (keepHashes) expect([first, toSeq]).toEqual([seq, seq])
        else expect(isShorter ? first >= seq : first <= seq && seq <= toSeq).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  it('is found in an export that was cut short', async () => {
    const exported = await anExport(await aFolder())
    const text = await readFile(exported, 'utf8')
    await writeFile(exported, text.slice(0, text.length / 2))
    await expect(verify(exported)).rejects.toMatchObject({ code: 'bad_request' })
  })
})

describe('statements that do not fit', () => {
  const checkpointOf = (origin: string, key: Parameters<typeof signText>[1], size = 20) => {
    const text = formatCheckpoint({ origin, size, rootHash: Buffer.alloc(32, 7), atMs: 1 })
    return formatNote(text, [signText(text, key, 1)])
  }
  async function ownKey(dir: string) {
    return parseSignerKey(await readFile(join(dir, 'ledger/key'), 'utf8'))
  }

  it('a checkpoint that somebody else signed in its name is found, and one of another ledger', async () => {
    const dir = await aFolder()
    const { origin, keys } = await readDataFolder(dir)
    const file = `${dir}.note`
    await writeFile(file, checkpointOf(origin, makeSignerKey(origin, 'ed25519')))
    expect((await verify(dir, { checkpoints: [file] })).fault).toMatchObject({ kind: 'forged_checkpoint', seq: 20 })
    const other = makeSignerKey('huying/other', 'ed25519')
    await writeFile(file, checkpointOf('huying/other', other))
    expect((await verify(dir, { checkpoints: [file], keys: [...keys, other] })).fault).toMatchObject({
      kind: 'forged_checkpoint',
    })
  })

  it('a ledger that was signed anew with another key does not stand before the key that one was given', async () => {
    const dir = await aFolder()
    const { origin } = await readDataFolder(dir)
    const given = makeSignerKey(origin, 'ed25519')
    expect((await verify(dir, { keys: [given] })).fault).toMatchObject({ kind: 'forged_checkpoint' })
  })

  it('a checkpoint whose text was changed is found', async () => {
    const dir = await aFolder()
    const path = join(dir, 'ledger/checkpoints.jsonl')
    await writeFile(path, (await readFile(path, 'utf8')).replace('\\n20\\n', '\\n21\\n'))
    expect((await verify(dir)).fault).toMatchObject({ kind: 'forged_checkpoint', seq: 21 })
  })

  it('a split view is found by a checkpoint that others were given', async () => {
    const dir = await aFolder()
    const { origin } = await readDataFolder(dir)
    const file = `${dir}.note`
    await writeFile(file, checkpointOf(origin, await ownKey(dir), 15))
    expect((await verify(dir, { checkpoints: [file] })).fault).toMatchObject({ kind: 'split_view', seq: 11, toSeq: 15 })
    await writeFile(file, checkpointOf(origin, await ownKey(dir), 20))
    expect((await verify(dir, { checkpoints: [file] })).fault).toMatchObject({ kind: 'split_view' })
    await writeFile(file, checkpointOf(origin, await ownKey(dir), 40))
    expect((await verify(dir, { checkpoints: [file] })).fault).toMatchObject({ kind: 'truncated', seq: RECORDS + 1 })
  })

  it('a split view is found between two exports that are each whole and signed, at its first record', async () => {
    const dir = await aFolder()
    const shown = `${dir}-shown`
    await cp(dir, shown, { recursive: true })
    const first = await openALedger(dir)
    await first.write('same', 'what happened')
    await first.close()
    const second = await openALedger(shown)
    await second.write('same', 'what was shown')
    await second.close()
    const paths = [await anExport(dir), await anExport(shown)]
    const alone = await Promise.all(paths.map((path) => verify(path)))
    expect(alone.map(({ fault }) => fault)).toEqual([null, null])

    const together = await verifyLedgerFiles(paths, { keys: [], checkpointFiles: [] })
    for (const { fault } of together) expect(fault).toMatchObject({ kind: 'split_view', seq: RECORDS + 2 })
  })

  it('an older export is no split view', async () => {
    const dir = await aFolder()
    const older = await anExport(dir, `${dir}.older`)
    const ledger = await openALedger(dir)
    await ledger.write('more')
    await ledger.close()
    const verdicts = await verifyLedgerFiles([older, await anExport(dir)], { keys: [], checkpointFiles: [] })
    expect(verdicts.map(({ fault }) => fault)).toEqual([null, null])
  })
})

describe('the service on a bent ledger', () => {
  async function start(dir: string) {
    const errors: string[] = []
    const log = { error: (_: object, message: string) => errors.push(message), warn() {}, info() {}, debug() {} }
    return { ledger: await openALedger(dir, { log: log as never }), errors }
  }

  it.each(BENDS)('finds %s by itself, says so, goes on, and signs nothing more', async (_, bend, { seq }) => {
    const dir = await aFolder()
    await bendJournal(dir, bend)
    const { ledger, errors } = await start(dir)
    await expect.poll(() => ledger.fault(), { timeout: 10_000 }).not.toBeNull()
    const { seq: first, toSeq = first } = ledger.fault()!
    expect(first <= seq && seq <= toSeq).toBe(true)
    expect(errors).toContain('ledger bent, nothing is signed any more')
    expect(ledger.measurements()).toContainEqual(expect.objectContaining({ name: 'huying_ledger_bent', value: 1 }))

    const { committedSeq } = ledger.journal.status()
    await ledger.write('goes on')
    expect(ledger.journal.status().committedSeq).toBe(committedSeq + 1)
    await ledger.close()
    const again = await start(dir)
    expect(again.ledger.fault()).toEqual(ledger.fault())
    expect(again.ledger.desk.checkpoint()?.size).toBe(RECORDS)
  })

  it('finds an end that was cut off before it was signed', async () => {
    const dir = await aFolder()
    const ledger = await openALedger(dir)
    await ledger.write('a', 'b')
    await ledger.close()
    // As after a kill: the last checkpoint was never made.
    const path = join(dir, 'ledger/checkpoints.jsonl')
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
    await writeFile(path, `${lines.slice(0, -1).join('\n')}\n`)
    await bendJournal(dir, cut(RECORDS + 1))
    expect((await start(dir)).ledger.fault()).toMatchObject({ kind: 'truncated', seq: RECORDS + 2 })
  })

  it('makes lost or damaged hashes again and finds nothing wrong', async () => {
    const dir = await aFolder()
    await bendHashes(dir)
    const first = await start(dir)
    await first.ledger.close()
    await writeFile(join(dir, 'ledger/hashes-0'), Buffer.alloc(RECORDS * 32))
    const second = await start(dir)
    expect([first.ledger.fault(), second.ledger.fault()]).toEqual([null, null])
    expect((await verify(dir)).fault).toBeNull()
  })

  it('does not believe checkpoints that it did not sign', async () => {
    const dir = await aFolder()
    const path = join(dir, 'ledger/checkpoints.jsonl')
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
    const { note, size } = JSON.parse(lines.at(-1)!) as { note: string; size: number }
    const { text } = parseNote(note)
    const { origin } = await readDataFolder(dir)
    const forged = formatNote(text, [signText(text, makeSignerKey(origin, 'ed25519'), 0)])
    await writeFile(path, `${[...lines.slice(0, -1), JSON.stringify({ size, note: forged })].join('\n')}\n`)
    expect((await start(dir)).ledger.fault()).toMatchObject({ kind: 'forged_checkpoint', seq: RECORDS })
  })

  it('finds rubbish among its checkpoints', async () => {
    const dir = await aFolder()
    const path = join(dir, 'ledger/checkpoints.jsonl')
    await writeFile(path, `rubbish\n${await readFile(path, 'utf8')}`)
    expect((await start(dir)).ledger.fault()).toMatchObject({ kind: 'forged_checkpoint' })
  })
})

it('a verifier key survives its text', async () => {
  const { keys } = await readDataFolder(await aFolder())
  expect(keys.map(({ text }) => parseVerifierKey(text).id)).toEqual(keys.map(({ id }) => id))
})
