import { strFromU8, unzipSync } from 'fflate'
import { expect, it, onTestFinished, vi } from 'vitest'
import { verifyBundle } from '../../../app/evidence-bundle/verify-bundle.ts'
import type { BundleManifest, BundleProofs } from '../../../core/bundle-desk.ts'
import type { BundleEvent } from '../../../core/ledger-entry.ts'
import { decodeLedgerRecord } from '../../../core/ledger-record.ts'
import { parseVerifierKey } from '../../../core/notes/note-keys.ts'
import { event, FRAME_JPEG, openABundleDesk, RAISED_MS, sha256Of, tellOfSmoke } from './a-bundle-desk.ts'

function open(zip: Buffer) {
  const files = unzipSync(zip)
  const text = (path: string) => strFromU8(files[path] as Uint8Array)
  return { files, text, manifest: JSON.parse(text('manifest.json')) as BundleManifest }
}

const typesOf = (history: string) =>
  history
    .trimEnd()
    .split('\n')
    .map((line) => decodeLedgerRecord(Buffer.from(line)).entry.type)

it('holds what is known of an alert, each file under its hash, and says who took it and what for', async () => {
  const rig = await openABundleDesk()
  await tellOfSmoke(rig)

  const { files, manifest } = open(await rig.take())

  expect(Object.keys(files).sort()).toEqual([
    ...['checkpoint.txt', 'history.jsonl', 'manifest.json', 'model.json'],
    ...['pictures/01-frame-1-annotated.jpg', 'pictures/01-frame-1.jpg'],
    ...['proofs.json', 'readings.csv', 'report.html', 'rule.yaml', 'taken.json'],
  ])
  expect(manifest).toMatchObject({
    about: { kind: 'alert', id: 'a-1' },
    ...{ takenBy: 'li', reason: 'an inquiry', takenAt: '2026-11-23T09:00:00.000Z', leftOut: [] },
    ledger: { id: rig.ledger.journal.id, origin: rig.ledger.desk.origin },
  })
  for (const { path, bytes, sha256 } of manifest.files)
    expect([path, files[path]?.length, sha256Of(files[path] as Uint8Array)]).toEqual([path, bytes, sha256])
})

it('tells the records about the alert and what it refers to, byte for byte: the device, and the rule as it judged', async () => {
  const rig = await openABundleDesk()
  await tellOfSmoke(rig)

  const { text } = open(await rig.take())

  expect(typesOf(text('history.jsonl'))).toEqual([
    ...['device.registered', 'rules.changed'],
    ...['alert.raised', 'alert.updated', 'alert.acknowledged', 'alert.cleared'],
  ])
  const { history } = JSON.parse(text('proofs.json')) as BundleProofs
  expect(history.map(({ seq }) => seq)).toEqual([1, 3, 5, 6, 8, 9])
  const records = await rig.ledger.desk.records(0, 100)
  expect(text('history.jsonl')).toBe(history.map(({ seq }) => `${records[seq - 1]?.bytes.toString()}\n`).join(''))
  expect(text('rule.yaml')).toMatch(
    /^# smoke-high: version 2 of .* by zhou \(api\)\n# {3}hash c0ffee, the alert was judged by c0ffee\n/,
  )
  expect(text('rule.yaml')).not.toContain('later')
  expect(JSON.parse(text('model.json')).models).toMatchObject([
    { id: 'river@3', frames: ['frame-1'], known: { sha256: 'a'.repeat(64) } },
  ])
})

it('has the readings from an hour before to half an hour after, or as long as was asked for', async () => {
  const rig = await openABundleDesk()
  await tellOfSmoke(rig)
  const spanOf = (csv: string) => {
    const rows = csv.trimEnd().split('\r\n').slice(1)
    return [rows[0]?.split(',')[2], rows.at(-1)?.split(',')[2]]
  }

  const usual = open(await rig.take()).text('readings.csv')
  const shorter = open(await rig.take({ beforeS: 60, afterS: 0 })).text('readings.csv')

  expect(usual.split('\r\n').slice(0, 2)).toEqual([
    'device,metric,at,value,unit,arrived_at',
    'SN-1,smoke_dbm,2026-11-22T08:00:00.000Z,0.01,dB/m,2026-11-22T08:00:00.000Z',
  ])
  expect(spanOf(usual)).toEqual(['2026-11-22T08:00:00.000Z', '2026-11-22T09:39:30.000Z'])
  expect(spanOf(shorter)).toEqual(['2026-11-22T08:59:00.000Z', '2026-11-22T09:09:30.000Z'])
})

it('is written into the ledger before it is given, with the hash of its manifest', async () => {
  const rig = await openABundleDesk()
  await tellOfSmoke(rig)
  const before = rig.ledger.journal.status().committedSeq

  const { text, files } = open(await rig.take({ reason: '火灾调查' }))

  const [taken] = await rig.ledger.desk.records(before, 10)
  expect(taken?.bytes.toString()).toBe(text('taken.json'))
  expect(decodeLedgerRecord(taken?.bytes ?? Buffer.of()).entry as BundleEvent).toEqual({
    ...{ type: 'bundle.taken', atMs: RAISED_MS + 86_400_000, by: 'li', reason: '火灾调查' },
    about: { kind: 'alert', id: 'a-1' },
    manifestSha256: sha256Of(files['manifest.json'] as Uint8Array),
  })
  const again = open(await rig.take())
  expect(typesOf(again.text('history.jsonl')).at(-1)).toBe('bundle.taken')
})

it('is proven by the key of the ledger alone, and by no other', async () => {
  const rig = await openABundleDesk()
  const other = await openABundleDesk()
  await tellOfSmoke(rig)
  await tellOfSmoke(other)
  const keyOf = ({ ledger }: typeof rig) => [parseVerifierKey(ledger.desk.keys()[0]?.verifier ?? '')]

  const zip = await rig.take()

  expect(verifyBundle(zip, keyOf(rig))).toEqual({
    ...{ faults: [], about: { kind: 'alert', id: 'a-1' }, takenAt: '2026-11-23T09:00:00.000Z', takenBy: 'li' },
    ...{ origin: rig.ledger.desk.origin, files: 11, records: 6, signedBy: [rig.ledger.desk.origin], isKeyGiven: true },
    note: rig.ledger.desk.checkpoint()?.note,
  })
  expect(verifyBundle(zip)).toMatchObject({ faults: [], isKeyGiven: false })
  expect(verifyBundle(zip, keyOf(other)).faults).toEqual([
    { where: 'checkpoint.txt', detail: 'not signed by a key that is trusted for its origin' },
  ])
})

it('has pictures as they were sent only when asked, and each of them is recorded', async () => {
  const rig = await openABundleDesk()
  await tellOfSmoke(rig)

  const { files, text, manifest } = open(await rig.take({ originals: true, reason: 'who was there' }))

  const path = 'pictures/01-frame-1-original.jpg'
  expect(Buffer.from(files[path] as Uint8Array).equals(FRAME_JPEG)).toBe(true)
  expect(typesOf(text('history.jsonl')).at(-1)).toBe('original.viewed')
  const original = manifest.pictures.find((picture) => picture.path === path)
  const { history } = JSON.parse(text('proofs.json')) as BundleProofs
  expect(original).toMatchObject({ kind: 'original', sha256: sha256Of(FRAME_JPEG), hashIn: [history.at(-1)?.seq] })
  expect(decodeLedgerRecord(Buffer.from(text('taken.json'))).entry).toMatchObject({ originals: true })
})

it('says what it left out, and why', async () => {
  const rig = await openABundleDesk()
  await tellOfSmoke(rig)
  rig.addFrame({ frameId: 'frame-1', state: 'queued', sha256: 'b'.repeat(64), annotatedSha256: 'c'.repeat(64) })
  await rig.decide(event('alert.updated', { version: 5, rule: 'huying.disk_full', evidence: ['d'.repeat(64)] }))

  const { manifest } = open(await rig.take())

  expect(manifest.leftOut).toEqual(
    expect.arrayContaining([
      { what: `pictures/${'d'.repeat(64)}.jpg`, why: 'it is no longer stored' },
      { what: 'rule huying.disk_full', why: 'huying’s own, or not among the versions that are kept' },
    ]),
  )
})

it('of a finding tells its alerts, verdicts and pictures', async () => {
  const rig = await openABundleDesk()
  const frame = rig.addFrame({ frameId: 'f-9' })
  const best = {
    ...{ frameId: frame.frameId, flightId: 'flight-1', atMs: RAISED_MS, score: 0.9, model: 'river@3' },
    box: [100, 120, 90, 60] as [number, number, number, number],
  }
  const verdict = {
    verdict: 'confirmed',
    by: 'wu',
    atMs: RAISED_MS,
    model: 'river@3',
    score: 0.9,
    note: '属实',
  } as const
  const finding = {
    ...{ id: 'f10-0', label: 'debris', presence: 'present', firstMs: RAISED_MS, lastMs: RAISED_MS, sightings: 3 },
    ...{ score: 0.9, best, flights: [], lastLook: { flightId: 'flight-1', frameId: 'f-9', atMs: RAISED_MS } },
    verdicts: [verdict],
  } as const
  rig.findings.set('f10-0', structuredClone(finding) as never)
  const told = { id: 'f10-0', label: 'debris', review: 'undecided', frameId: 'f-9' } as const
  await rig.decide(
    { type: 'finding.changed', atMs: RAISED_MS, change: 'opened', finding: finding as never, seq: 10 },
    event('alert.raised', { id: 'a-7', subject: { finding: 'f10-0' }, finding: told }),
    { type: 'finding.reviewed', atMs: RAISED_MS, by: 'wu', findingId: 'f10-0', verdict, afterSeq: 11 },
    event('alert.raised', { id: 'a-8' }),
  )

  const zip = await rig.take({ about: { kind: 'finding', id: 'f10-0' } })

  const { text, manifest, files } = open(zip)
  expect(typesOf(text('history.jsonl'))).toEqual(['finding.changed', 'alert.raised', 'finding.reviewed'])
  expect(manifest.pictures.map(({ path, kind, frameIn }) => [path, kind, frameIn])).toEqual([
    ['pictures/01-f-9.jpg', 'shown', [1, 2]],
    ['pictures/01-f-9-crop.jpg', 'crop', [1, 2]],
  ])
  expect(files['readings.csv']).toBeUndefined()
  expect(text('report.html')).toContain('属实')
  expect(verifyBundle(zip).faults).toEqual([])
})

it('of a composite alert tells the alerts that it holds together, with the readings of their devices', async () => {
  const rig = await openABundleDesk()
  await tellOfSmoke(rig)
  const together = { code: 'combined', params: { rules: 'smoke-high,heat-high', zh: '烟；热', en: 'smoke; heat' } }
  await rig.decide(
    event('alert.raised', { id: 'a-elsewhere', place: '别处' }),
    event('alert.raised', { id: 'a-leak', rule: 'leak' }),
    event('alert.raised', { id: 'a-fire', rule: 'fire-confirmed', subject: { place: '东园路45号' }, reason: together }),
    event('alert.cleared', {
      ...{ id: 'a-fire', rule: 'fire-confirmed', subject: { place: '东园路45号' }, reason: { code: 'parted' } },
      ...{ version: 2, state: 'cleared', clearedAtMs: RAISED_MS + 300_000 },
    }),
  )

  const { text } = open(await rig.take({ about: { kind: 'alert', id: 'a-fire' } }))

  const alerts = text('history.jsonl')
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const { entry } = decodeLedgerRecord(Buffer.from(line))
      return 'alert' in entry ? [entry.alert.id] : []
    })
  expect(new Set(alerts)).toEqual(new Set(['a-other', 'a-1', 'a-fire']))
  expect(typesOf(text('history.jsonl'))).toContain('device.registered')
  expect(text('readings.csv').split('\r\n').length).toBeGreaterThan(100)
  expect(new Set(text('readings.csv').trimEnd().split('\r\n')).size).toBe(
    text('readings.csv').trimEnd().split('\r\n').length,
  )
  expect(text('report.html').match(/<svg/g)?.length).toBeGreaterThan(0)
})

it('is not there for what never was, nor without a reason, nor before the database has caught up', async () => {
  const rig = await openABundleDesk()
  await tellOfSmoke(rig)
  await rig.decide({
    ...{ type: 'delivery.given_up', atMs: 1, output: 'mail', eventSeq: 1, alertId: 'a-9' },
  })

  await expect(rig.take({ about: { kind: 'alert', id: 'nobody' } })).rejects.toMatchObject({ code: 'not_found' })
  await expect(rig.take({ about: { kind: 'alert', id: 'a-9' } })).rejects.toMatchObject({ code: 'not_found' })
  await expect(rig.take({ about: { kind: 'finding', id: 'a-1' } })).rejects.toMatchObject({ code: 'not_found' })
  await expect(rig.take({ reason: ' ' })).rejects.toMatchObject({ code: 'bad_request' })
  await expect(rig.take({ reason: 'x'.repeat(501) })).rejects.toMatchObject({ code: 'bad_request' })
  rig.stored.isBehind = true
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const late = expect(rig.take()).rejects.toMatchObject({ code: 'database_unavailable' })
  await vi.advanceTimersByTimeAsync(10_000)
  await late
})

it('waits for room while others are being sent, and turns away whom it cannot serve', async () => {
  const rig = await openABundleDesk()
  await tellOfSmoke(rig)
  const request = { about: { kind: 'alert', id: 'a-1' } as const, by: 'li', reason: 'an inquiry', originals: false }
  const sending = await Promise.all([rig.desk.take(request), rig.desk.take(request)])

  const waiting = Array.from({ length: 8 }, () => rig.desk.take(request))
  await expect(rig.desk.take(request)).rejects.toMatchObject({ code: 'overloaded' })
  for (const bundle of sending) bundle.release()
  for (const bundle of waiting) (await bundle).release()

  expect((await rig.take()).length).toBeGreaterThan(1000)
  expect(rig.desk.measurements().map(({ name, value }) => [name, value])).toEqual([
    ['huying_bundles_taken_total', 11],
    ['huying_bundles_refused_total', 1],
  ])
})
