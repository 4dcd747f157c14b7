import { describe, expect, it } from 'vitest'
import type { DeviceFacts } from '../../../simulators/conformance/clause.ts'
import { judgeDevice } from '../../../simulators/conformance/judge-device.ts'
import { loadProfile, type Profile } from '../../../simulators/conformance/profile.ts'
import type { DjiFacts, MediaFacts, RequestFacts, Step, TraceEvent } from '../../../simulators/conformance/trace.ts'
import { DEVICE, PROFILE, traceOf } from './a-trace.ts'

/** What of some clauses does not pass. */
function faults(trace: TraceEvent[], profile: Profile, device: DeviceFacts, group: RegExp): string[] {
  const { clauses } = judgeDevice(trace, profile, device)
  return clauses.filter(({ id, outcome }) => outcome !== 'pass' && group.test(id)).map(({ id }) => id)
}

function stepped(step: Step, fromMs: number, toMs: number): TraceEvent[] {
  return [
    { kind: 'step', atMs: fromMs, step, is: 'begun' },
    { kind: 'step', atMs: toMs, step, is: 'over' },
  ]
}

describe('over TLS, a device', () => {
  const device = { ...DEVICE, way: 'tls' as const }
  const shown = (...accepted: boolean[]): TraceEvent[] => [
    ...traceOf(),
    ...accepted.map((is, i): TraceEvent => ({ kind: 'foreign_certificate', atMs: i, accepted: is })),
  ]

  it.each([
    ['refuses somebody else’s certificate', shown(false, false), []],
    ['trusts whoever comes', shown(false, true), ['link.certificate']],
    ['did not try, so nobody knows', shown(), ['link.certificate']],
  ])('%s', (_what, trace, clauses) => {
    expect(faults(trace, PROFILE, device, /./)).toEqual(clauses)
  })
})

describe('over WebSocket, a device', () => {
  const speaking = (subprotocol: string) =>
    traceOf().map((event) => (event.kind === 'opened' ? { ...event, subprotocol } : event))

  it.each([
    ['asks for the subprotocol', 'mqtt', []],
    ['forgets to', '', ['link.subprotocol']],
  ])('%s', (_what, subprotocol, clauses) => {
    expect(faults(speaking(subprotocol), PROFILE, { ...DEVICE, way: 'ws' }, /./)).toEqual(clauses)
  })
})

describe('a camera that posts over HTTP', () => {
  const camera = loadProfile('camera')
  const profile = { ...camera, reports: { ...camera.reports, everyS: 10 } }
  const device = { id: 'camera-1', topics: 'huying/v1/camera-1/' }

  /** Five pictures, the third turned away twice; `changed` says what differs. */
  function visits(changed: (request: RequestFacts & { atMs: number }) => object = () => ({})): TraceEvent[] {
    const plan: [number, string, number][] = [
      [1_000, 'a', 202],
      [11_000, 'b', 202],
      [21_000, 'c', 503],
      [24_000, 'c', 503],
      [27_000, 'c', 202],
      [31_000, 'd', 202],
    ]
    const requests = plan.map(([atMs, digest, status]): TraceEvent => {
      const path = '/api/v1/frames?device=camera-1'
      const usual = { method: 'POST', path, user: 'camera-1', status, bytes: 9, digest, frame: { missing: ['GPS'] } }
      const { atMs: moved = atMs, ...request } = { ...usual, ...changed({ ...usual, atMs }) } as RequestFacts & {
        atMs?: number
      }
      return { kind: 'request', atMs: moved, request }
    })
    return [...stepped('watch', 0, 20_000), ...requests]
  }

  it.each<[string, TraceEvent[], string[]]>([
    ['behaves', visits(), []],
    ['signs in as somebody else', visits(() => ({ user: 'admin' })), ['http.accepted']],
    [
      'has the wrong token',
      visits(({ digest }) => (digest === 'b' ? { status: 401 } : {})),
      ['http.accepted', 'http.valid'],
    ],
    ['sends no JPEG', visits(({ digest }) => (digest === 'd' ? { status: 415 } : {})), ['http.valid']],
    ['pauses', visits(({ digest }) => (digest === 'b' ? { atMs: 2_000 } : {})), ['http.interval']],
    ['loses what was turned away', visits(({ digest }) => (digest === 'c' ? { status: 503 } : {})), ['http.again']],
    ['does not wait', visits(({ atMs }) => (atMs === 24_000 ? { atMs: 21_100 } : {})), ['http.retry-after']],
    ['sends twice', visits(({ digest }) => (digest === 'd' ? { digest: 'a' } : {})), ['http.once']],
    ['does not say when', visits(() => ({ frame: { missing: ['DateTimeOriginal'] } })), ['frames.placed']],
    [
      'sends nothing',
      stepped('watch', 0, 20_000),
      [
        'http.accepted',
        'http.valid',
        'http.interval',
        'http.again',
        'http.retry-after',
        'http.once',
        'frames.come',
        'frames.placed',
      ],
    ],
  ])('%s', (_what, trace, clauses) => {
    expect(faults(trace, profile, device, /./)).toEqual(clauses)
  })
})

describe('a dock that speaks the DJI Cloud API', () => {
  const profile = loadProfile('dji-dock')
  const device = { id: 'DOCK1', topics: 'thing/product/DOCK1/', also: ['sys/product/DOCK1/'] }

  interface Changes {
    /** Of every message. */
    dji?: Partial<DjiFacts>
    drones?: string[]
    /** Of the answer to an unknown service; null for none. */
    answer?: Partial<DjiFacts> | null
    flight?: string | null
    media?: Partial<MediaFacts> | null
    stored?: string[]
    frame?: { missing: string[] }
    subscribes?: boolean
  }

  function flown(changes: Changes = {}): TraceEvent[] {
    const { answer = {}, flight = 'f1', media = {}, stored = ['DOCK1/f1/1.jpg'], frame = { missing: [] } } = changes
    const at = { atMs: 1_000, connection: 1 }
    const said = (topic: string, facts: Partial<DjiFacts>, more: object = {}): TraceEvent => ({
      ...{ kind: 'message', ...at },
      message: {
        ...{ topic, channel: null, qos: 1, dup: false, retain: false, bytes: 90, digest: topic },
        dji: { method: '', tid: 't', missing: [], ...facts, ...changes.dji },
        ...more,
      },
    })
    const service = { tid: 'kit-1', method: 'no_such_method' }
    const progress = flight === null ? [] : [said('thing/product/DOCK1/events', { flight })]
    const announced = { object: 'DOCK1/f1/1.jpg', flight: 'f1', missing: [], ...media }
    return [
      {
        kind: 'packet',
        atMs: 0,
        connection: 1,
        from: 'device',
        packet: { cmd: 'connect', clientId: 'DOCK1' } as never,
      },
      said('sys/product/DOCK1/status', { drones: changes.drones ?? ['DRONE1'] }),
      ...stepped('unknown_command', 500, 3_000),
      ...(changes.subscribes === false ? [] : [{ kind: 'command' as const, ...at, payload: JSON.stringify(service) }]),
      ...(answer === null ? [] : [said('thing/product/DOCK1/services_reply', { ...service, result: 1, ...answer })]),
      ...progress,
      ...stored.map((object): TraceEvent => ({ kind: 'stored', atMs: 1_000, object, frame })),
      ...(media === null ? [] : [said('thing/product/DOCK1/events', {}, { media: announced })]),
      ...stepped('after_return', 30_000, 60_000),
    ]
  }

  it.each<[string, Changes, string[]]>([
    ['behaves', {}, []],
    ['leaves out its tid', { dji: { missing: ['tid'] } }, ['dji.envelope']],
    ['does not name its drone', { drones: [] }, ['dji.topology']],
    ['does not answer a service', { answer: null }, ['dji.answers']],
    ['answers with another tid', { answer: { tid: 'x' } }, ['dji.answers']],
    ['says that it did what it does not know', { answer: { result: 0 } }, ['dji.answers']],
    ['does not listen for services', { subscribes: false, answer: null }, ['dji.answers']],
    ['does not report its flight', { flight: null }, ['dji.flight']],
    ['uploads pictures of another flight', { media: { flight: 'f2' } }, ['dji.flight']],
    [
      'uploads nothing',
      { stored: [], media: null },
      ['media.come', 'media.announced', 'media.there', 'media.complete', 'frames.come', 'frames.placed'],
    ],
    ['keeps an upload to itself', { stored: ['DOCK1/f1/1.jpg', 'DOCK1/f1/2.jpg'] }, ['media.announced']],
    [
      'announces what is not there',
      { stored: ['DOCK1/f1/1.jpg'], media: { object: 'DOCK1/f1/2.jpg' } },
      ['media.announced', 'media.there'],
    ],
    ['leaves out where a picture was taken', { media: { missing: ['shoot_position'] } }, ['media.complete']],
    ['strips EXIF and XMP', { frame: { missing: ['GPS', 'GimbalPitchDegree'] } }, ['frames.placed']],
  ])('%s', (_what, changes, clauses) => {
    expect(faults(flown(changes), profile, device, /^(dji|media|frames)\./)).toEqual(clauses)
  })

  it('may announce after the end what it uploaded shortly before', () => {
    const late: TraceEvent = { kind: 'stored', atMs: 59_000, object: 'DOCK1/f1/2.jpg', frame: { missing: [] } }
    expect(faults([...flown(), late], profile, device, /^media\./)).toEqual([])
  })
})
