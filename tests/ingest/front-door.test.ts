import { describe, expect, it } from 'vitest'
import { AppError } from '../../core/errors.ts'
import type { Outcome, Submit } from '../../core/front-door.ts'
import { refuse } from '../../core/refusal.ts'
import { encodeWaveform } from '../../core/waveform-block.ts'
import { headOf } from '../detectors/vibration/a-waveform.ts'
import { createRig, JPEG, type RigOptions } from './rig.ts'

const NOW_MS = Date.parse('2026-03-01T08:00:00Z')

async function openDoor(options: RigOptions = {}) {
  let nowMs = NOW_MS
  const rig = createRig({ clock: { nowMs: () => nowMs }, ...options })
  await rig.registry.register({ id: 'drone-1', type: 'drone' }, 'test')
  const readings = (document: unknown, device = 'drone-1') =>
    new Promise<Outcome>((resolve) => rig.frontDoor.readings(device, Buffer.from(JSON.stringify(document)), resolve))
  return { ...rig, sendReadings: readings, pass: (ms: number) => (nowMs += ms) }
}

describe('readings', () => {
  it('of a batch are done when all of it is durable', async () => {
    const door = await openDoor({ commit: 'by hand' })
    const outcomes: Outcome[] = []
    const batch = [
      { seq: 1, values: { t: 1 } },
      { seq: 2, values: { t: 2 } },
    ]
    door.frontDoor.readings('drone-1', Buffer.from(JSON.stringify(batch)), (outcome) => outcomes.push(outcome))

    door.intake.commit(1)
    expect(outcomes).toEqual([])
    door.intake.commit(1)
    expect(outcomes).toEqual([null])
  })

  it('that could not be stored say so, once', async () => {
    const door = await openDoor({ commit: 'by hand' })
    const outcomes: Outcome[] = []
    const batch = [
      { seq: 1, values: { t: 1 } },
      { seq: 2, values: { t: 2 } },
    ]
    door.frontDoor.readings('drone-1', Buffer.from(JSON.stringify(batch)), (outcome) => outcomes.push(outcome))

    door.intake.fail(new AppError('journal_full', 'no room'))
    expect(outcomes).toMatchObject([{ code: 'journal_full' }])
  })

  it('of an unknown device are refused and counted under the id it claimed', async () => {
    const door = await openDoor()
    expect(await door.sendReadings({ values: { t: 1 } }, 'nobody')).toMatchObject({ refused: 'unknown_device' })
    expect(door.refusals.list()).toMatchObject([{ device: 'nobody', reason: 'unknown_device', count: 1 }])
  })
})

describe('a waveform', () => {
  const still = [new Float64Array(500), new Float64Array(500), new Float64Array(500)]
  const blockAt = (atMs: number) => encodeWaveform(headOf({ samples: 500, startUs: atMs * 1000 }), still)
  const BLOCK = blockAt(NOW_MS - 1000)

  it('is filed before it is submitted, and the same block is the same waveform', async () => {
    const order: string[] = []
    const waveforms = {
      async put() {
        order.push('file')
        return 'abc'
      },
    }
    const submit: Submit = (_arrival, done) => {
      order.push('submit')
      queueMicrotask(() => done(null))
    }
    const door = await openDoor({ frontDoor: { waveforms, submit } })

    const first = await door.frontDoor.waveform('drone-1', BLOCK)

    expect(order).toEqual(['file', 'submit'])
    expect(await door.frontDoor.waveform('drone-1', BLOCK)).toEqual(first)
    expect(first).toMatchObject({
      ...{ kind: 'waveform', deviceId: 'drone-1', sha256: 'abc', atMs: NOW_MS - 1000 },
      ...{ waveformId: expect.stringMatching(/^[0-9a-f]{32}$/), head: { sequence: 1, samples: 500 } },
    })
  })

  it.each([
    ['from an unknown device', 'nobody', BLOCK, 'unknown_device'],
    ['too large', 'drone-1', Buffer.alloc(10_001), 'too_large'],
    ['of other bytes', 'drone-1', Buffer.from('HYWF'), 'bad_payload'],
    ['empty', 'drone-1', Buffer.alloc(0), 'bad_payload'],
    ['of the last century', 'drone-1', blockAt(Date.UTC(1999, 0, 1)), 'time_out_of_range'],
    ['of the day after tomorrow', 'drone-1', blockAt(NOW_MS + 48 * 3_600_000), 'time_out_of_range'],
    ['that ends beyond what is believed', 'drone-1', blockAt(NOW_MS + 24 * 3_600_000 - 500), 'time_out_of_range'],
  ])('%s is refused and counted, and leaves nothing', async (_, device, block, reason) => {
    const put = async () => {
      throw new Error('nothing is to be filed')
    }
    const door = await openDoor({ limits: { waveformBytes: 10_000 }, frontDoor: { waveforms: { put } } })

    expect(await door.frontDoor.waveform(device, block)).toMatchObject({ refused: reason })
    expect(door.refusals.list()).toMatchObject([{ device, reason, count: 1 }])
    expect(door.arrived).toEqual([])
  })

  it('is not taken while too many wait', async () => {
    const door = await openDoor({
      frontDoor: { waveforms: { put: async () => 'abc' }, hasRoomForWaveforms: () => false },
    })

    await expect(door.frontDoor.waveform('drone-1', BLOCK)).rejects.toMatchObject({ code: 'overloaded' })
  })
})

describe('a frame', () => {
  it('is filed before it is submitted, and the same picture is the same frame', async () => {
    const order: string[] = []
    const evidence = {
      async put() {
        order.push('evidence')
        return 'abc'
      },
    }
    const submit: Submit = (_arrival, done) => {
      order.push('submit')
      queueMicrotask(() => done(null))
    }
    const door = await openDoor({ frontDoor: { evidence, submit } })
    const first = await door.frontDoor.frame('drone-1', JPEG)
    const again = await door.frontDoor.frame('drone-1', JPEG)

    expect(order).toEqual(['evidence', 'submit', 'evidence', 'submit'])
    expect(first).toEqual(again)
    expect(first).toEqual({
      ...{ kind: 'frame', deviceId: 'drone-1', frameId: expect.stringMatching(/^[0-9a-f]{32}$/), sha256: 'abc' },
      ...{ atMs: NOW_MS, widthPx: 40, heightPx: 30, pose: {} },
    })
  })

  it('takes from the latest telemetry what it does not say itself', async () => {
    const pose = { relativeAltitudeM: 50 }
    const readFrameHeader = async () => ({ widthPx: 40, heightPx: 30, atMs: null, pose })
    const door = await openDoor({ frontDoor: { readFrameHeader } })
    const values = { lat: 31.2, lon: 121.4, rel_alt_m: 80, gimbal_pitch_deg: -90, battery_pct: 70 }
    await door.sendReadings({ at: NOW_MS - 2000, values })

    expect(await door.frontDoor.frame('drone-1', JPEG)).toMatchObject({
      atMs: NOW_MS - 2000,
      pose: { position: { lat: 31.2, lon: 121.4 }, relativeAltitudeM: 50, gimbalPitchDeg: -90 },
    })
    door.pass(30_001)
    expect(await door.frontDoor.frame('drone-1', JPEG)).toMatchObject({ atMs: NOW_MS + 30_001, pose })
  })

  it.each([
    ['its own time', NOW_MS - 5000, NOW_MS - 5000],
    ['the arrival when its clock was never set', 0, NOW_MS],
    ['the arrival when its clock is days ahead', NOW_MS + 3 * 86_400_000, NOW_MS],
  ])('has %s', async (_, exifMs, atMs) => {
    const readFrameHeader = async () => ({ widthPx: 1, heightPx: 1, atMs: exifMs, pose: {} })
    const door = await openDoor({ frontDoor: { readFrameHeader } })
    expect(await door.frontDoor.frame('drone-1', JPEG)).toMatchObject({ atMs })
  })

  it.each([
    ['from an unknown device', 'nobody', JPEG, 'unknown_device'],
    ['too large', 'drone-1', Buffer.concat([JPEG, Buffer.alloc(3000)]), 'too_large'],
    ['no JPEG', 'drone-1', Buffer.from('GIF89a'), 'not_a_jpeg'],
    ['empty', 'drone-1', Buffer.alloc(0), 'not_a_jpeg'],
  ])('%s is refused and counted, and leaves nothing', async (_, device, jpeg, reason) => {
    const door = await openDoor({ limits: { frameBytes: 3000 } })
    expect(await door.frontDoor.frame(device, jpeg)).toMatchObject({ refused: reason })
    expect(door.refusals.list()).toMatchObject([{ device, reason, count: 1 }])
    expect([door.files.size, door.arrived.length]).toEqual([0, 0])
  })

  it('whose header cannot be read is refused and not filed', async () => {
    const readFrameHeader = async () => refuse('not_a_jpeg', 'broken')
    const door = await openDoor({ frontDoor: { readFrameHeader } })
    expect(await door.frontDoor.frame('drone-1', JPEG)).toEqual({ refused: 'not_a_jpeg', detail: 'broken' })
    expect([door.files.size, door.refusals.total()]).toEqual([0, 1])
  })

  it('that cannot be filed is our fault and is not submitted', async () => {
    const evidence = { put: () => Promise.reject(new Error('EIO')) }
    const door = await openDoor({ frontDoor: { evidence } })
    await expect(door.frontDoor.frame('drone-1', JPEG)).rejects.toMatchObject({ code: 'internal' })
    expect(door.arrived).toEqual([])
  })

  it('beyond those in work and those waiting is turned away to come again', async () => {
    const releases: (() => void)[] = []
    const evidence = { put: () => new Promise<string>((resolve) => releases.push(() => resolve('abc'))) }
    const door = await openDoor({ frontDoor: { evidence }, limits: { framesInFlight: 1, framesWaiting: 1 } })
    const first = door.frontDoor.frame('drone-1', JPEG)
    const second = door.frontDoor.frame('drone-1', JPEG)
    await expect(door.frontDoor.frame('drone-1', JPEG)).rejects.toMatchObject({ code: 'overloaded' })

    while (releases.length === 0) await Promise.resolve()
    releases[0]?.()
    await first
    while (releases.length === 1) await Promise.resolve()
    releases[1]?.()
    expect(await second).toMatchObject({ kind: 'frame' })
  })
})

describe('a frame while too many wait to be analysed', () => {
  it('is turned away to come again, and taken in once there is room', async () => {
    let hasRoom = false
    const door = await openDoor({ frontDoor: { hasRoomForFrames: () => hasRoom } })

    await expect(door.frontDoor.frame('drone-1', JPEG)).rejects.toMatchObject({ code: 'overloaded' })
    hasRoom = true
    expect(await door.frontDoor.frame('drone-1', JPEG)).toMatchObject({ kind: 'frame' })
  })
})

describe('a record', () => {
  const RECORD = {
    type: 'report.resident',
    address: '东园路45号',
    position: { lat: 31.2, lon: 121.4 },
    body: { text: '敲墙', tags: ['noise'] },
  }

  it('without an id has one of its content: sent again, in any order of keys, it is the same', async () => {
    const door = await openDoor()
    const first = await door.frontDoor.record('desk', RECORD)
    const { body, ...rest } = RECORD
    const again = await door.frontDoor.record('desk', { body: { tags: body.tags, text: body.text }, ...rest })
    const other = await door.frontDoor.record('desk', { ...RECORD, body: { text: '别的' } })

    expect(first).toEqual({
      kind: 'record',
      deviceId: 'desk',
      recordId: expect.stringMatching(/^[0-9a-f]{32}$/),
      recordType: 'report.resident',
      atMs: NOW_MS,
      address: RECORD.address,
      position: RECORD.position,
      body: RECORD.body,
    })
    expect(again).toMatchObject({ recordId: (first as { recordId: string }).recordId })
    expect((other as { recordId: string }).recordId).not.toBe((first as { recordId: string }).recordId)
  })

  it.each([
    ['no object', 'text', 'bad_payload', 'expected an object'],
    ['no body', { type: 'a.b' }, 'bad_payload', 'body: expected an object'],
    ['a bad type', { type: 'a b', body: {} }, 'bad_payload', expect.stringMatching(/^type: must match/)],
    ['a bad id', { ...RECORD, recordId: '../x' }, 'bad_payload', expect.stringMatching(/^recordId: must match/)],
    [
      'a bad position',
      { ...RECORD, position: { lat: 100, lon: 0 } },
      'bad_payload',
      'position: expected {lat, lon} in WGS-84 degrees',
    ],
    ['a bad time', { ...RECORD, at: 'yesterday' }, 'bad_payload', expect.stringMatching(/^at: expected/)],
    ['a misspelt field', { ...RECORD, adress: 'x' }, 'bad_payload', '"adress": unknown field'],
    [
      'a body too large',
      { type: 'a.b', body: { text: 'x'.repeat(70_000) } },
      'too_large',
      'body: more than 65536 bytes',
    ],
    [
      'a body too deep',
      { type: 'a.b', body: JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`) as unknown },
      'bad_payload',
      'body: more than 16 levels deep',
    ],
  ])('with %s is refused, naming the field', async (_, body, refused, detail) => {
    const door = await openDoor()
    expect(await door.frontDoor.record('desk', body)).toEqual({ refused, detail })
    expect(door.refusals.list()).toMatchObject([{ device: 'desk', reason: refused, count: 1 }])
  })

  it('that could not be stored is thrown back', async () => {
    const door = await openDoor({ commit: 'by hand' })
    const recording = door.frontDoor.record('desk', RECORD)
    door.intake.fail(new AppError('journal_failed', 'EIO'))
    await expect(recording).rejects.toMatchObject({ code: 'journal_failed' })
  })
})
