import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal } from '../../../core/refusal.ts'
import { decodeDjiEnvelope } from '../../../ingest/dji/dji-envelope.ts'
import { isDjiDownTopic, parseDjiTopic } from '../../../ingest/dji/dji-topics.ts'
import { readFlightProgress } from '../../../ingest/dji/flight-progress.ts'
import { readHms } from '../../../ingest/dji/hms.ts'
import { readDockCallback, readPilotCallback } from '../../../ingest/dji/media-callback.ts'
import { NO_OSD, type OsdState, takeOsd } from '../../../ingest/dji/osd.ts'
import { parseZonedTime } from '../../../ingest/zoned-time.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 8)
const DAY_MS = 86_400_000
const context = { zone: 'Asia/Shanghai', arrivalMs: NOW_MS, futureMs: DAY_MS }
const decode = (message: unknown) => decodeDjiEnvelope(Buffer.from(JSON.stringify(message)), NOW_MS, DAY_MS)

/** Any JSON, with DJI's own words strewn in, so that it gets past the first check. */
const WORDS = ['data', 'output', 'ext', 'file', 'object_key', 'metadata', 'latitude', 'longitude', 'list', 'code']
const MORE = ['53-0-0', 'gimbal_yaw', 'status', 'progress', 'flight_id', 'level', 'create_time', 'battery', '__proto__']
const VALUES = ['ok', '12.5', '2021-05-10 16:04:20', 'constructor', '', '0x16', 'file_upload_callback']
const djiJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.jsonValue(),
    fc.constantFrom(...VALUES),
    tie('object'),
    fc.array(tie('object'), { maxLength: 3 }),
  ),
  object: fc.dictionary(fc.constantFrom(...WORDS, ...MORE), tie('value'), { maxKeys: 6 }),
}))

describe('decoding never throws', () => {
  it('on any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        (bytes) => void decodeDjiEnvelope(Buffer.from(bytes), NOW_MS, DAY_MS),
      ),
    )
  })

  it('on any JSON, whatever reads it', () => {
    fc.assert(
      fc.property(djiJson.value, (value) => {
        const envelope = decode({ data: value })
        readPilotCallback(value, context)
        if (isRefusal(envelope)) return
        const { data } = envelope
        readDockCallback(data, context)
        readFlightProgress(data, 'b')
        readHms(data)
        const { samples, state } = takeOsd(NO_OSD, data, NOW_MS)
        expect(samples.every((sample) => Number.isFinite(sample.value))).toBe(true)
        expect(() => JSON.stringify(state)).not.toThrow()
      }),
      { numRuns: 1000 },
    )
  })
})

describe('partial messages of properties', () => {
  const field = fc.constantFrom('latitude', 'longitude', 'elevation', 'height', 'attitude_head', 'home_distance')
  const gimbal = fc.record({ gimbal_pitch: fc.integer({ min: -90, max: 30 }) }, { requiredKeys: [] })
  const message = fc.tuple(
    fc.record({
      plain: fc.dictionary(field, fc.integer({ min: 0, max: 80 }), { maxKeys: 3 }),
      payloads: fc.dictionary(fc.constantFrom('53-0-0', '42-0-1', '98-0-2'), gimbal, { maxKeys: 2 }),
    }),
    fc.integer({ min: 0, max: 20 }),
  )
  const merge = (messages: [{ plain: object; payloads: object }, number][]): OsdState =>
    messages.reduce(
      (state, [{ plain, payloads }, s]) => takeOsd(state, { ...plain, ...payloads }, NOW_MS + s * 1000).state,
      NO_OSD,
    )

  it('lead to the same state in whatever order they come', () => {
    const shuffled = fc
      .uniqueArray(message, { maxLength: 8, selector: ([, s]) => s })
      .chain((messages) =>
        fc.tuple(fc.constant(messages), fc.shuffledSubarray(messages, { minLength: messages.length })),
      )
    fc.assert(fc.property(shuffled, ([messages, other]) => void expect(merge(other)).toEqual(merge(messages))))
  })

  it('leave what they do not name as it was', () => {
    const first = takeOsd(NO_OSD, { latitude: 30, longitude: 120, elevation: 50 }, NOW_MS).state
    const { state, samples } = takeOsd(first, { elevation: 51 }, NOW_MS + 500)

    expect(samples).toEqual([{ metric: 'rel_alt_m', atMs: NOW_MS + 500, value: 51 }])
    expect(state.values.lat).toEqual({ value: 30, atMs: NOW_MS })
  })

  it('give a position whole or not at all', () => {
    const half = takeOsd(NO_OSD, { latitude: 30 }, NOW_MS)
    const whole = takeOsd(half.state, { longitude: 120 }, NOW_MS + 500)
    const stale = takeOsd(half.state, { longitude: 120 }, NOW_MS + 60_000)

    expect(half.samples).toEqual([])
    expect(whole.samples.map(({ metric, value }) => [metric, value])).toEqual([
      ['lat', 30],
      ['lon', 120],
    ])
    expect(stale.samples).toEqual([])
    expect(takeOsd(NO_OSD, { latitude: 0, longitude: 0 }, NOW_MS).samples).toEqual([])
  })

  it('of several cameras are of the first gimbal', () => {
    const other = takeOsd(NO_OSD, { '42-0-1': { gimbal_pitch: -10 } }, NOW_MS)
    const main = takeOsd(other.state, { '53-0-0': { gimbal_pitch: -90 } }, NOW_MS + 500)
    const again = takeOsd(main.state, { '42-0-1': { gimbal_pitch: -10 } }, NOW_MS + 1000)

    expect(main.samples).toMatchObject([{ metric: 'gimbal_pitch_deg', value: -90 }])
    expect(again.samples).toEqual([])
  })
})

describe('what Pilot 2 says over HTTPS', () => {
  it('has created_time, a tinny_fingerprint and numbers', () => {
    const body = {
      result: 0,
      ext: { file_group_id: 'g', is_original: true, tinny_fingerprint: 'tf', sn: 'DRONE-1' },
      fingerprint: 'fp',
      metadata: { created_time: '2021-05-10T08:04:20Z', gimbal_yaw_degree: 12, shoot_position: { lat: 0, lng: 0 } },
      ...{ name: 'a.jpeg', object_key: 'k/a.jpeg', path: 'p', sub_file_type: 0 },
    }
    expect(readPilotCallback(body, context)).toEqual({
      promise: {
        ...{ object: 'k/a.jpeg', name: 'a.jpeg', takenMs: Date.UTC(2021, 4, 10, 8, 4, 20), fingerprint: 'fp' },
        pose: { gimbalYawDeg: 12 },
      },
      isPicture: true,
      sn: 'DRONE-1',
    })
    expect(readPilotCallback({ ...body, result: 5 }, context)).toMatchObject({ refused: 'bad_payload' })
  })
})

describe('a time as docks write it', () => {
  it.each([
    ['2021-05-10 16:04:20', Date.UTC(2021, 4, 10, 8, 4, 20)],
    ['2021-05-10T16:04:20.5', Date.UTC(2021, 4, 10, 8, 4, 20, 500)],
    ['2021-05-10T16:04:20+02:00', Date.UTC(2021, 4, 10, 14, 4, 20)],
    ['2021-05-10T16:04:20Z', Date.UTC(2021, 4, 10, 16, 4, 20)],
    ['2021-13-10 16:04:20', null],
    ['yesterday', null],
  ])('%j', (text, ms) => expect(parseZonedTime(text, 'Asia/Shanghai')).toBe(ms))

  it('follows clock changes of a zone that has them', () => {
    expect(parseZonedTime('2021-03-28 03:30:00', 'Europe/Berlin')).toBe(Date.UTC(2021, 2, 28, 1, 30))
    expect(parseZonedTime('2021-03-28 01:30:00', 'Europe/Berlin')).toBe(Date.UTC(2021, 2, 28, 0, 30))
  })
})

describe('topics', () => {
  it.each([
    ['thing/product/SN1/osd', { sn: 'SN1', kind: 'osd' }],
    ['thing/product/SN1/drc/up', { sn: 'SN1', kind: 'drc/up' }],
    ['thing/product/SN1/services_reply', { sn: 'SN1', kind: 'other' }],
    ['thing/product/SN1/property/set_reply', { sn: 'SN1', kind: 'other' }],
    ['sys/product/SN1/status', { sn: 'SN1', kind: 'status' }],
    ['thing/product/SN1/services', null],
    ['thing/product/SN1/property/set', null],
    ['sys/product/SN1/status_reply', null],
    ['thing/product/SN1', null],
    ['thing/product/S N/osd', null],
    ['thing/product//osd', null],
    ['other/product/SN1/osd', null],
  ])('%j', (topic, read) => expect(parseDjiTopic(topic)).toEqual(read))

  it('are read without fault, whatever they are, and never both ways', () => {
    const part = fc.constantFrom('thing/product/', 'sys/product/', 'SN1', '/', 'osd', 'events_reply', 'status', '+', '')
    const topic = fc.oneof(
      fc.string(),
      fc.array(part).map((parts) => parts.join('')),
    )
    fc.assert(fc.property(topic, (one) => !(parseDjiTopic(one) !== null && isDjiDownTopic(one, 'SN1'))))
  })

  it('that lead down belong to one serial number', () => {
    expect(isDjiDownTopic('thing/product/SN1/services', 'SN1')).toBe(true)
    expect(isDjiDownTopic('thing/product/SN10/services', 'SN1')).toBe(false)
    expect(isDjiDownTopic('thing/product/SN1/services/x', 'SN1')).toBe(false)
    expect(isDjiDownTopic('thing/product/SN1/osd', 'SN1')).toBe(false)
  })
})
