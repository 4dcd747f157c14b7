import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { AlertQuery, LedgerQuery, LedgerRow, ReadingQuery } from '../../core/history.ts'
import { recordHash } from '../../core/ledger-record.ts'
import type { Frame, FrameAnalysis, RecordEntry } from '../../core/observation.ts'
import type { Page } from '../../core/page.ts'
import { look, type TestEngine, testEngines } from '../storage/database/engines.ts'
import {
  ARRIVAL_MS,
  alertAt,
  alertEvent,
  openJournaledHistory,
  readings,
} from '../storage/database/journaled-history.ts'
import { temporaryFolder } from '../storage/temporary-folder.ts'

async function open(engine: TestEngine) {
  const settings = await engine.fresh()
  const stack = await openJournaledHistory(await temporaryFolder(), { engine: settings })
  onTestFinished(() => stack.close())
  await vi.waitFor(() => expect(stack.history.status()).toMatchObject({ ready: true }), { timeout: 20_000 })
  return { settings, stack }
}

/** Follows cursors to the end. */
async function allPages<T>(ask: (cursor?: string) => Promise<Page<T>>): Promise<T[][]> {
  const pages: T[][] = []
  let cursor: string | undefined
  do {
    const page = await ask(cursor)
    pages.push(page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return pages
}

const frame: Frame = {
  kind: 'frame',
  deviceId: 'drone-1',
  frameId: 'f-1',
  sha256: 'ab',
  atMs: ARRIVAL_MS - 5_000,
  widthPx: 4000,
  heightPx: 2250,
  pose: { position: { lat: 31.2, lon: 121.4 }, gimbalPitchDeg: -90 },
}
const analysis: FrameAnalysis = {
  kind: 'analysis',
  deviceId: 'drone-1',
  frameId: 'f-1',
  atMs: ARRIVAL_MS,
  state: 'analysed',
  model: 'river@1',
  detections: [{ label: 'debris', score: 0.9, box: [1, 2, 3, 4] }],
  annotatedSha256: 'cd',
}

describe.each(testEngines())('history on $name', (engine) => {
  it('gives back readings as they came, in order of device, metric and time, with both times', async () => {
    const { stack } = await open(engine)
    await stack.arrive(
      readings('b', [
        { metric: 'level_m', atMs: ARRIVAL_MS - 1, value: -1 },
        { metric: 'level_m', atMs: ARRIVAL_MS - 1_000.25, value: 1.000000000000001 },
        { metric: 'flow', atMs: ARRIVAL_MS, value: 5e-324 },
      ]),
      ARRIVAL_MS + 7,
    )
    await stack.arrive(readings('a', [{ metric: 'level_m', atMs: ARRIVAL_MS, value: 2 }]), ARRIVAL_MS + 8)
    await stack.drained()

    const { items, nextCursor } = await stack.history.readings({ limit: 10 })

    const row = (device: string, metric: string, atMs: number, value: number, arrivalMs: number) => ({
      device,
      metric,
      atMs,
      value,
      arrivalMs,
    })
    expect(items).toEqual([
      row('a', 'level_m', ARRIVAL_MS, 2, ARRIVAL_MS + 8),
      row('b', 'flow', ARRIVAL_MS, 5e-324, ARRIVAL_MS + 7),
      row('b', 'level_m', ARRIVAL_MS - 1_000.25, 1.000000000000001, ARRIVAL_MS + 7),
      row('b', 'level_m', ARRIVAL_MS - 1, -1, ARRIVAL_MS + 7),
    ])
    expect(nextCursor).toBeUndefined()
  })

  it('stores a reading once, however often it is sent again', async () => {
    const { stack } = await open(engine)
    const sample = { metric: 'temp_c', atMs: ARRIVAL_MS, value: 20 }
    await stack.arrive(readings('a', [sample, sample]))
    await stack.drained()
    await stack.arrive(readings('a', [sample]), ARRIVAL_MS + 1_000)
    await stack.drained()

    const { items } = await stack.history.readings({ limit: 10 })

    expect(items.map(({ value }) => value)).toEqual([20])
  })

  it('keeps readings of one device time apart that differ in value or message number, and pages through them', async () => {
    const { stack } = await open(engine)
    const sample = { metric: 'temp_c', atMs: ARRIVAL_MS, value: 20 }
    await stack.arrive(readings('a', [sample, { ...sample, value: 21 }]))
    for (const messageSeq of [7, 8])
      await stack.arrive({ kind: 'readings', deviceId: 'a', messageSeq, samples: [sample] })
    await stack.drained()

    const values: number[] = []
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await stack.history.readings({ limit: 1, ...(cursor !== undefined && { cursor }) })
      values.push(...page.items.map(({ value }) => value))
      cursor = page.nextCursor
    }

    expect(values).toEqual([20, 20, 20, 21])
  })

  it('filters readings by device, metric and a half-open span of time, and counts the same', async () => {
    const { stack } = await open(engine)
    for (const device of ['a', 'b'])
      for (const metric of ['x', 'y'])
        await stack.arrive(
          readings(
            device,
            [0, 1, 2, 3].map((i) => ({ metric, atMs: ARRIVAL_MS + i, value: i })),
          ),
        )
    await stack.drained()

    const asked: Omit<ReadingQuery, 'limit'>[] = [
      {},
      { device: 'a' },
      { metric: 'y' },
      { device: 'b', metric: 'x', fromMs: ARRIVAL_MS + 1, toMs: ARRIVAL_MS + 3 },
      { toMs: ARRIVAL_MS },
      { device: 'nobody' },
    ]
    const found = []
    for (const query of asked) {
      const { items } = await stack.history.readings({ ...query, limit: 100 })
      found.push([items.length, await stack.history.countReadings({ ...query, limit: 1 })])
    }

    expect(found).toEqual([
      [16, 16],
      [8, 8],
      [8, 8],
      [2, 2],
      [0, 0],
      [0, 0],
    ])
  })

  it('pages through readings without a gap or a repetition, across months and while more arrive', async () => {
    const { stack } = await open(engine)
    const day = 86_400_000
    const at = (from: number) =>
      Array.from({ length: 40 }, (_, i) => ({ metric: 'x', atMs: ARRIVAL_MS - i * day - from, value: i }))
    await stack.arrive(readings('a', at(0)))
    await stack.arrive(readings('b', at(0.5)))
    await stack.drained()

    let asked = 0
    const pages = await allPages(async (cursor) => {
      if (asked++ === 3) {
        await stack.arrive(readings('0-before-the-cursor', at(0)))
        await stack.drained()
      }
      return stack.history.readings({ limit: 7, ...(cursor === undefined ? {} : { cursor }) })
    })

    const keys = pages.flat().map(({ device, atMs }) => `${device} ${atMs}`)
    expect(pages.slice(0, -1).every((page) => page.length === 7)).toBe(true)
    expect(new Set(keys).size).toBe(80)
    expect(keys.length).toBe(80)
  })

  it('refuses a cursor that it did not give as a bad request', async () => {
    const { stack } = await open(engine)
    const bent = ['x', '', Buffer.from('[1]').toString('base64url'), Buffer.from('["a","b","c"]').toString('base64url')]

    for (const cursor of bent) {
      await expect(stack.history.readings({ limit: 1, cursor })).rejects.toMatchObject({ code: 'bad_request' })
      await expect(stack.history.alerts({ limit: 1, cursor })).rejects.toMatchObject({ code: 'bad_request' })
    }
  })

  it('gives back all readings in order of arrival, in pages, with message numbers, whatever their own times', async () => {
    const { stack } = await open(engine)
    const day = 86_400_000
    const sent: [string, string, number, number, number | null, number][] = []
    for (let i = 0; i < 30; i++) {
      // Live from one device, and now and then months late from another; several share an arrival.
      const arrivalMs = ARRIVAL_MS + Math.floor(i / 3) * 1000
      const atMs = i % 3 === 2 ? ARRIVAL_MS - (90 - i) * day : arrivalMs - 250.25
      sent.push([i % 3 === 2 ? 'late' : `live-${i % 3}`, 'x', atMs, i, i % 2 === 0 ? i : null, arrivalMs])
    }
    for (const [deviceId, metric, atMs, value, messageSeq, arrivalMs] of sent)
      await stack.arrive({ kind: 'readings', deviceId, messageSeq, samples: [{ metric, atMs, value }] }, arrivalMs)
    await stack.drained()

    const span = { by: 'arrival' as const, fromMs: ARRIVAL_MS + 1000, toMs: ARRIVAL_MS + 9000 }
    const found: unknown[] = []
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await stack.history.arrivedReadings({ ...span, limit: 7, ...(cursor !== undefined && { cursor }) })
      expect(page.value.length).toBeLessThanOrEqual(7)
      for (const [i, value] of page.value.entries()) {
        const messageSeq = page.messageSeq[i] === -1 ? null : page.messageSeq[i]
        const names = [page.names[page.device[i]!], page.names[page.metric[i]!]]
        found.push([...names, page.atMs[i], value, messageSeq, page.arrivalMs[i]])
      }
      cursor = page.nextCursor
    }

    const within = sent.filter(([, , , , , arrivalMs]) => arrivalMs >= span.fromMs && arrivalMs < span.toMs)
    const inOrder = within.sort((a, b) => a[5] - b[5] || (a[0] < b[0] ? -1 : 1))
    expect(found).toEqual(inOrder)
    const ofOne = await stack.history.arrivedReadings({ ...span, limit: 50, devices: ['late', 'nobody'] })
    expect([...ofOne.value]).toEqual(inOrder.filter(([device]) => device === 'late').map(([, , , value]) => value))
    expect((await stack.history.arrivedReadings({ ...span, limit: 50, devices: [] })).names).toEqual([])
    expect((await stack.history.arrivedReadings({ ...span, fromMs: 0, toMs: 1, limit: 5 })).names).toEqual([])
    await expect(stack.history.arrivedReadings({ ...span, limit: 1, cursor: 'x' })).rejects.toMatchObject({
      code: 'bad_request',
    })
  })

  it('gives back readings in order of measuring too, as if each had come at once', async () => {
    const { stack } = await open(engine)
    const times = [5, 1, 4, 1.5, 2].map((minute) => ARRIVAL_MS - minute * 60_000)
    for (const [i, atMs] of times.entries())
      await stack.arrive(readings('a', [{ metric: 'x', atMs, value: i }]), ARRIVAL_MS + i)
    await stack.arrive(frame, ARRIVAL_MS + 9)
    await stack.arrive(analysis, ARRIVAL_MS + 10)
    await stack.drained()

    const span = { by: 'measured' as const, fromMs: ARRIVAL_MS - 4 * 60_000, toMs: ARRIVAL_MS - 60_000 }
    const first = await stack.history.arrivedReadings({ ...span, limit: 2 })
    const second = await stack.history.arrivedReadings({ ...span, limit: 2, cursor: first.nextCursor ?? '' })

    expect([[...first.value], [...second.value]]).toEqual([[2, 4], [3]])
    expect([...first.arrivalMs]).toEqual([...first.atMs])
    const { items } = await stack.history.arrivedOthers({ ...span, toMs: ARRIVAL_MS, limit: 5 })
    expect(items).toEqual([{ ...analysis, atMs: frame.atMs, arrivalMs: frame.atMs }])
  })

  it('gives back analyses, records and statuses in order of arrival, in pages', async () => {
    const { stack } = await open(engine)
    const refused: FrameAnalysis = {
      ...analysis,
      frameId: 'f-2',
      state: 'refused',
      reason: 'not decodable',
      detections: [],
    }
    const filed: RecordEntry = {
      kind: 'record',
      deviceId: 'register',
      recordId: 'r-1',
      recordType: 'works.filed',
      atMs: ARRIVAL_MS - 7,
      address: '东园路45号',
      body: { storeys: 3 },
    }
    const status = { kind: 'status', deviceId: 'a', online: false, atMs: ARRIVAL_MS } as const
    const { annotatedSha256: _, ...unseen } = refused
    await stack.arrive(frame, ARRIVAL_MS)
    await stack.arrive({ ...frame, frameId: 'f-2' }, ARRIVAL_MS + 1)
    await stack.arrive({ ...frame, frameId: 'f-queued' }, ARRIVAL_MS + 1)
    await stack.arrive(filed, ARRIVAL_MS + 2)
    await stack.arrive(status, ARRIVAL_MS + 2)
    await stack.arrive({ ...status, online: true }, ARRIVAL_MS + 2)
    await stack.arrive(analysis, ARRIVAL_MS + 50)
    await stack.arrive(unseen, ARRIVAL_MS + 60)
    await stack.arrive({ ...status, atMs: ARRIVAL_MS + 99 }, ARRIVAL_MS + 100)
    await stack.drained()

    const span = { by: 'arrival' as const, fromMs: ARRIVAL_MS, toMs: ARRIVAL_MS + 100 }
    const pages = await allPages((cursor) =>
      stack.history.arrivedOthers({ ...span, limit: 2, ...(cursor !== undefined && { cursor }) }),
    )

    expect(pages.flat()).toEqual([
      { ...analysis, atMs: frame.atMs, arrivalMs: ARRIVAL_MS },
      { ...unseen, atMs: frame.atMs, arrivalMs: ARRIVAL_MS + 1 },
      { ...filed, arrivalMs: ARRIVAL_MS + 2 },
      { ...status, arrivalMs: ARRIVAL_MS + 2 },
      { ...status, online: true, arrivalMs: ARRIVAL_MS + 2 },
    ])
    const ofOne = await stack.history.arrivedOthers({ ...span, limit: 50, devices: ['register'] })
    expect(ofOne.items).toEqual([{ ...filed, arrivalMs: ARRIVAL_MS + 2 }])
  })

  it('answers a search for text that no database can hold as a bad request and goes on', async () => {
    const { stack } = await open(engine)

    await expect(stack.history.frame('a\0b')).rejects.toMatchObject({ code: 'bad_request' })
    expect(await stack.history.countReadings({ limit: 1 })).toBe(0)
    expect(stack.history.status()).toMatchObject({ ready: true })
  })

  it('keeps the latest state of an alert and every event of it, whatever the batches', async () => {
    const { stack } = await open(engine)
    const raised = alertEvent('alert.raised', alertAt('al-1', 1))
    const updated = alertEvent('alert.updated', alertAt('al-1', 2), ARRIVAL_MS + 10)
    const cleared = alertEvent('alert.cleared', alertAt('al-1', 3, { state: 'cleared' }), ARRIVAL_MS + 20)
    await stack.decide(raised)
    await stack.decide(updated)
    await stack.drained()
    await stack.decide(cleared)
    await stack.drained()

    expect((await stack.history.alerts({ limit: 10 })).items).toEqual([cleared.alert])
    expect(await stack.history.alertEvents('al-1')).toEqual([raised, updated, cleared])
    expect(await stack.history.alertEvents('al-2')).toEqual([])
  })

  it('lists alerts newest first by state, rule, device and what keeps them quiet, in pages', async () => {
    const { stack } = await open(engine)
    for (let i = 0; i < 10; i++)
      await stack.decide(
        alertEvent(
          'alert.raised',
          alertAt(`al-${i}`, 1, {
            raisedAtMs: ARRIVAL_MS + (i >> 1),
            state: i % 2 === 0 ? 'active' : 'cleared',
            rule: i < 5 ? 'low' : 'high',
            subject: { device: i < 3 ? 'a' : 'b' },
            ...(i < 2 && { quiet: { gate: i === 0 ? 'shelf' : 'silence', by: '王', sinceMs: ARRIVAL_MS } }),
          }),
        ),
      )
    await stack.drained()
    const ids = async (query: Partial<AlertQuery>) =>
      (await allPages((cursor) => stack.history.alerts({ limit: 3, ...query, ...(cursor && { cursor }) })))
        .flat()
        .map(({ id }) => id.slice(3))
        .join('')

    expect(await ids({})).toBe('9876543210')
    expect(await ids({ state: 'active' })).toBe('86420')
    expect(await ids({ rule: 'low' })).toBe('43210')
    expect(await ids({ device: 'a', state: 'cleared' })).toBe('1')
    expect(await ids({ quiet: 'false' })).toBe('98765432')
    expect(await ids({ quiet: 'true' })).toBe('10')
    expect(await ids({ quiet: 'silence' })).toBe('1')
  })

  it('lists records of the ledger newest first, by what they are about, their type, who did it and when, in pages', async () => {
    const { stack } = await open(engine)
    for (let version = 1; version <= 5; version++)
      await stack.decide({ ...alertEvent('alert.commented', alertAt('a-1', version), ARRIVAL_MS + version), by: 'li' })
    await stack.decide(alertEvent('alert.raised', alertAt('a-2', 1)))
    await stack.decide({ type: 'rules.changed', atMs: ARRIVAL_MS, by: 'wu', changes: [] })
    await stack.drained()
    const ledger = stack.ledger.id
    const seqs = async (query: Omit<LedgerQuery, 'ledger' | 'limit'>) =>
      (await stack.history.ledger({ ledger, limit: 100, ...query })).items.map(({ seq }) => seq)

    const pages = await allPages((cursor) =>
      stack.history.ledger({ ledger, subject: 'alert:a-1', limit: 2, ...(cursor !== undefined && { cursor }) }),
    )

    expect(pages.map((page) => page.map(({ seq }) => seq))).toEqual([[5, 4], [3, 2], [1]])
    const [[newest]] = pages as [LedgerRow[]]
    const [stored] = await stack.ledger.read(4, 1)
    expect(newest).toEqual({
      ...{ seq: 5, type: 'alert.commented', atMs: ARRIVAL_MS + 5, by: 'li' },
      leafHash: recordHash(stored?.bytes ?? '').toString('hex'),
      bytes: newest?.bytes,
    })
    expect(Buffer.from(newest?.bytes ?? []).equals(stored?.bytes ?? Buffer.of())).toBe(true)
    expect(await seqs({})).toEqual([7, 6, 5, 4, 3, 2, 1])
    expect(await seqs({ type: 'alert.*' })).toEqual([6, 5, 4, 3, 2, 1])
    expect(await seqs({ type: 'alert.raised' })).toEqual([6])
    expect(await seqs({ by: 'wu' })).toEqual([7])
    expect(await seqs({ subject: 'alert:a-1', beforeSeq: 3 })).toEqual([2, 1])
    expect(await seqs({ subject: 'device:smoke-1', fromMs: ARRIVAL_MS + 2, toMs: ARRIVAL_MS + 4 })).toEqual([3, 2])
    expect(await seqs({ subject: 'alert:a' })).toEqual([])
    expect((await stack.history.ledger({ ledger: 'another', limit: 10 })).items).toEqual([])
  })

  it('shows a frame as queued until it is analysed', async () => {
    const { stack } = await open(engine)
    await stack.arrive(frame)
    await stack.drained()
    const queued = await stack.history.frame('f-1')
    await stack.arrive({ ...analysis, people: [[5, 6, 7, 8]] })
    await stack.arrive({ ...frame, frameId: 'f-2', atMs: ARRIVAL_MS })
    await stack.arrive({ ...analysis, frameId: 'f-2', state: 'refused', reason: 'not decodable', detections: [] })
    await stack.drained()

    const { kind: _, deviceId: device, ...seen } = frame
    expect(queued).toEqual({ ...seen, device, state: 'queued', detections: [] })
    expect(await stack.history.frame('f-1')).toEqual({
      ...seen,
      device,
      state: 'analysed',
      model: 'river@1',
      detections: analysis.detections,
      people: [[5, 6, 7, 8]],
      annotatedSha256: 'cd',
    })
    const frames = await stack.history.frames({ limit: 10 })
    expect(frames.map(({ frameId, state, reason }) => [frameId, state, reason])).toEqual([
      ['f-2', 'refused', 'not decodable'],
      ['f-1', 'analysed', undefined],
    ])
    expect(await stack.history.frames({ device: 'drone-2', limit: 10 })).toEqual([])
    expect(await stack.history.frame('f-3')).toBeNull()
  })

  it('gives back records as they were filed, newest first, by type', async () => {
    const { stack } = await open(engine)
    const lease: RecordEntry = {
      kind: 'record',
      deviceId: 'register',
      recordId: 'r-1',
      recordType: 'lease.signed',
      atMs: ARRIVAL_MS,
      address: '东园路45号',
      position: { lat: 31.2, lon: 121.4 },
      body: { rooms: 3, note: '"引号"' },
    }
    const report: RecordEntry = {
      kind: 'record',
      deviceId: 'qr',
      recordId: 'r-1',
      recordType: 'report.resident',
      atMs: ARRIVAL_MS + 1,
      body: {},
    }
    await stack.arrive(lease)
    await stack.arrive(report)
    await stack.arrive(lease)
    await stack.drained()

    expect(await stack.history.records({ limit: 10 })).toEqual([report, lease])
    expect(await stack.history.records({ type: 'lease.signed', limit: 10 })).toEqual([lease])
  })

  it('keeps births and deaths of connections, and devices without their token; passes by what it does not know', async () => {
    const { stack, settings } = await open(engine)
    await stack.arrive({ kind: 'status', deviceId: 'a', online: true, atMs: ARRIVAL_MS })
    await stack.arrive({ kind: 'status', deviceId: 'a', online: false, atMs: ARRIVAL_MS + 1 })
    const device = { id: 'a', type: 'smoke-detector', registeredAtMs: 1, tokenHash: 'secret' }
    await stack.decide({ type: 'device.registered', atMs: 1, device })
    await stack.decide({ type: 'device.token_replaced', atMs: 2, device: { ...device, name: '烟感' } })
    const newer = { type: 'shift.ended', atMs: 3 } as unknown as Parameters<typeof stack.decide>[0]
    await stack.decide(newer)
    await stack.drained()
    await stack.history.close()

    expect(await look(settings, 'select online from device_status order by at')).toEqual([
      { online: true },
      { online: false },
    ])
    expect(await look(settings, 'select device from device')).toEqual([
      { device: { id: 'a', type: 'smoke-detector', registeredAtMs: 1, name: '烟感' } },
    ])
    expect(await look(settings, 'select * from quarantine')).toEqual([])
  })

  it('sets aside what cannot be stored, with the reason, and stores everything around it', async () => {
    const { stack, settings } = await open(engine)
    const good = (value: number) => readings('a', [{ metric: 'x', atMs: ARRIVAL_MS + value, value }])
    await stack.arrive(good(1))
    await stack.arriveRaw(Buffer.from('not json'))
    await stack.arriveRaw(
      Buffer.from(`{"k":"r","t":${ARRIVAL_MS},"d":"a","q":null,"s":["x",5,1e999,"x",${ARRIVAL_MS + 2},2]}`),
    )
    await stack.arriveRaw(
      Buffer.from(`{"k":"r","t":${ARRIVAL_MS},"d":"nul\\u0000","q":null,"a":${ARRIVAL_MS},"s":["x",0]}`),
    )
    await stack.arrive(readings('a', [{ metric: 'x', atMs: 9e15, value: 0 }]))
    await stack.arrive({ ...frame, pose: { note: 'a\0b' } as object })
    await stack.arrive({ ...frame, frameId: 'f-9', widthPx: 4e10 })
    await stack.arrive({
      kind: 'record',
      deviceId: 'q',
      recordId: 'r',
      recordType: 't',
      atMs: 0,
      body: { half: '\ud800' },
    })
    await stack.arriveRaw(Buffer.from(`{"kind":"later","deviceId":"a","arrivalMs":${ARRIVAL_MS}}`))
    await stack.arrive(good(3))
    await stack.decide({ ...alertEvent('alert.raised', alertAt('al-1', 1)), comment: 'a\0b' })
    await stack.decide(alertEvent('alert.raised', alertAt('al-2', 1)))
    await stack.drained()

    expect((await stack.history.readings({ limit: 10 })).items.map(({ value }) => value)).toEqual([1, 2, 3])
    expect((await stack.history.alerts({ limit: 10 })).items.map(({ id }) => id)).toEqual(['al-2'])
    expect(stack.history.quarantined()).toBe(9)
    await stack.history.close()
    const setAside = await look<{ log: string; seq: number; reason: string }>(
      settings,
      'select log, seq::int as seq, reason from quarantine order by log, seq',
    )
    expect(setAside.map(({ log, seq }) => `${log} ${seq}`)).toEqual([
      'intake 2',
      'intake 3',
      'intake 4',
      'intake 5',
      'intake 6',
      'intake 7',
      'intake 8',
      'intake 9',
      'ledger 1',
    ])
    expect(setAside.slice(0, 4).map(({ reason }) => reason)).toMatchInlineSnapshot(`
      [
        "not decodable: an intake entry is not JSON",
        "sample 0: value is not a finite number",
        "deviceId is not storable text",
        "sample 0: atMs is not a time",
      ]
    `)
  })

  it('keeps readings of any year and finds them all, in partitions of a month and the far ones apart', async () => {
    const { stack, settings } = await open(engine)
    const times = [-3000, 1, 1970, 1995, 1997, 2013, 2026, 2027, 9999, 12_000, 250_000].map((year) =>
      new Date(0).setUTCFullYear(year, 3, 30),
    )
    await stack.arrive(
      readings(
        'a',
        times.map((atMs, value) => ({ metric: 'x', atMs, value })),
      ),
    )
    await stack.drained()

    const { items } = await stack.history.readings({ device: 'a', metric: 'x', limit: 100 })

    expect(items.map(({ atMs }) => atMs)).toEqual(times)
    // TimescaleDB makes its own chunks.
    if (engine.flavour === 'timescale') return
    await stack.history.close()
    const tables = await look<{ name: string; rows: number }>(
      settings,
      'select tableoid::regclass::text as name, count(*)::int as rows from reading group by 1 order by 1',
    )
    expect(tables).toEqual([
      { name: 'reading_1997_04', rows: 1 },
      { name: 'reading_2013_04', rows: 1 },
      { name: 'reading_2026_04', rows: 1 },
      { name: 'reading_far', rows: 8 },
    ])
  })

  it('goes on where it was left after a restart, and lags only by what is not stored', async () => {
    const { stack } = await open(engine)
    await stack.arrive(readings('a', [{ metric: 'x', atMs: ARRIVAL_MS, value: 1 }]))
    await stack.drained()
    await stack.history.close()
    const before = stack.history.status()
    await stack.arrive(readings('a', [{ metric: 'x', atMs: ARRIVAL_MS + 1, value: 2 }]))
    const lagging = stack.history.status()

    await stack.reopen('clean')
    await stack.drained()

    expect([before.intakeLag, lagging.intakeLag]).toEqual([0, 1])
    expect(await stack.history.countReadings({ limit: 1 })).toBe(2)
    expect([stack.history.drainedSeq('intake'), stack.history.status().intakeLag]).toEqual([2, 0])
  })

  it('begins another journal at its start and keeps what came from the first', async () => {
    const { stack, settings } = await open(engine)
    await stack.arrive(readings('a', [{ metric: 'x', atMs: ARRIVAL_MS, value: 1 }]))
    await stack.arrive(readings('a', [{ metric: 'x', atMs: ARRIVAL_MS + 1, value: 2 }]))
    await stack.decide(alertEvent('alert.raised', alertAt('al-1', 1)))
    await stack.drained()
    await stack.history.close()

    const other = await openJournaledHistory(join(await temporaryFolder(), 'other'), { engine: settings })
    onTestFinished(() => other.close())
    await other.arrive(readings('a', [{ metric: 'x', atMs: ARRIVAL_MS + 2, value: 3 }]))
    await other.decide(alertEvent('alert.raised', alertAt('al-2', 1)))
    await other.drained()

    expect(other.history.drainedSeq('intake')).toBe(1)
    expect(await other.history.countReadings({ limit: 1 })).toBe(3)
    expect((await other.history.alerts({ limit: 9 })).items.map(({ id }) => id)).toEqual(['al-2', 'al-1'])
  })

  it('rejects those who wait for a position when it is closed, and questions afterwards', async () => {
    const { stack } = await open(engine)

    const waiting = expect(stack.history.whenDrained('intake', 1)).rejects.toMatchObject({ code: 'stopped' })
    await stack.history.close()

    await waiting
    await expect(stack.history.countReadings({ limit: 1 })).rejects.toMatchObject({ code: 'stopped' })
  })

  it('turns questions away rather than pile them up', async () => {
    const { stack } = await open(engine)
    await stack.arrive(readings('a', [{ metric: 'x', atMs: ARRIVAL_MS, value: 1 }]))

    const asked = Array.from({ length: 200 }, () => stack.history.countReadings({ limit: 1 }))
    const codes = (await Promise.allSettled(asked)).map((outcome) =>
      outcome.status === 'fulfilled' ? 'answered' : (outcome.reason as { code: string }).code,
    )

    expect(new Set(codes)).toEqual(new Set(['answered', 'overloaded']))
    expect(codes.filter((code) => code === 'answered').length).toBeGreaterThanOrEqual(64)
  })
})
