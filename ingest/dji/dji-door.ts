import { createHash } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'
import { type AppError, toAppError } from '../../core/errors.ts'
import type { Submit } from '../../core/front-door.ts'
import type { Log } from '../../core/log.ts'
import { type MediaStorage, toDjiStorage } from '../../core/media-storage.ts'
import type { Arrival } from '../../core/observation.ts'
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts'
import { isObject } from '../codecs/decoded.ts'
import type { IngestLimits } from '../limits.ts'
import type { Refusals } from '../refusals.ts'
import type { Registry } from '../registry.ts'
import type { Telemetry } from '../telemetry.ts'
import { type DjiEnvelope, decodeDjiEnvelope, shortText } from './dji-envelope.ts'
import { type DjiTopic, djiReplyTopic } from './dji-topics.ts'
import { createFleet } from './fleet.ts'
import { createFlightDesk } from './flight-desk.ts'
import { readFlightProgress } from './flight-progress.ts'
import { type HmsMessage, hmsLevel, readHms } from './hms.ts'
import { readDockCallback } from './media-callback.ts'
import { NO_OSD, type OsdState, takeOsd } from './osd.ts'

export interface DjiMessage {
  /** Who signed in and says it; null where another broker decides who may publish. */
  speaker: string | null
  topic: DjiTopic
  payload: Buffer
}

/** Hands an answer to the gateway: by the broker that its message came by. */
export type DjiAnswer = (gateway: string, topic: string, payload: string) => void

/** The way in for docks, remote controllers and drones that speak the DJI Cloud API. */
export interface DjiDoor {
  /**
   * `done` is called once: null when the message is durable, or was refused and counted; an AppError when it could not
   * be stored. What wants an answer is answered before that, and only once it is durable.
   */
  take(message: DjiMessage, answer: DjiAnswer, done: (error: AppError | null) => void): void
}

export interface DjiDoorOptions {
  submit: Submit
  telemetry: Pick<Telemetry, 'note'>
  registry: Registry
  refusals: Refusals
  clock: Clock
  log: Log
  limits: Pick<IngestLimits, 'readingsBytes' | 'futureMs'>
  enrolment: 'open' | 'closed'
  /** IANA zone of clocks that write none. */
  zone: string
  /** False while no more pictures may be awaited. */
  hasRoomForMedia?: () => boolean
  /** Where docks upload to; null when none is configured. */
  storage: MediaStorage | null
}

type Context = DjiMessage & { envelope: DjiEnvelope; arrivalMs: number; atMs: number; answer: DjiAnswer }

/** Results of an answer: 0 is the only one that the Cloud API gives a meaning to everywhere. */
const OK = 0
const NOT_OK = 1
const MAX_DRONES = 1_000

export function createDjiDoor(options: DjiDoorOptions): DjiDoor {
  const { submit, telemetry, registry, refusals, clock, log, limits, storage } = options
  const fleet = createFleet(registry)
  const flights = createFlightDesk()
  const osd = new Map<string, OsdState>()
  const lastHms = new Map<string, string>()

  async function take(message: DjiMessage, answer: DjiAnswer): Promise<void> {
    const { speaker, topic, payload } = message
    if (topic.kind === 'other') return
    const arrivalMs = clock.nowMs()
    const envelope =
      payload.length > limits.readingsBytes
        ? refuse('too_large', `${topic.kind}: more than ${limits.readingsBytes} bytes`)
        : decodeDjiEnvelope(payload, arrivalMs, limits.futureMs)
    if (isRefusal(envelope)) return refusals.count(speaker ?? topic.sn, envelope)
    const stranger = await findStranger(speaker ?? envelope.gateway, topic.sn)
    if (stranger) return refusals.count(topic.sn, stranger)
    const context = { ...message, envelope, arrivalMs, atMs: envelope.atMs ?? arrivalMs, answer }
    const refusal = await handle(context)
    if (refusal) refusals.count(speaker ?? topic.sn, refusal)
  }

  /** Is this device registered, and may the speaker carry it? With open enrolment it is registered under its gateway. */
  async function findStranger(gateway: string | null, sn: string): Promise<Refusal | null> {
    const device = registry.get(sn)
    if (device) {
      const isOwn = gateway === null || gateway === sn || device.gateway === gateway
      return isOwn ? null : refuse('topic_not_allowed', `the device is not registered with the gateway ${gateway}`)
    }
    if (options.enrolment === 'closed' || gateway === null)
      return refuse('unknown_device', 'this device is not registered, and enrolment is closed')
    await registry.enrol(sn, gateway === sn ? 'dock' : 'drone')
    if (gateway !== sn) await registry.change(sn, { gateway }, 'enrolment')
    return null
  }

  function handle(context: Context): Promise<Refusal | null> {
    switch (context.topic.kind) {
      case 'osd':
      case 'state':
        return properties(context)
      case 'drc/up':
        return liveControl(context)
      case 'events':
        return answered(context, 'events', event)
      case 'requests':
        return request(context)
      case 'status':
        return answered(context, 'status', topology)
      default:
        return Promise.resolve(null)
    }
  }

  async function properties(context: Context): Promise<Refusal | null> {
    const { speaker, topic, envelope, atMs } = context
    const gateway = speaker ?? envelope.gateway
    if (gateway !== null && gateway !== topic.sn) fleet.heard(gateway, topic.sn)
    // What a dock says of itself has other meanings under the same names.
    return fleet.isDrone(topic.sn) ? readings(topic.sn, envelope.data, context.arrivalMs, atMs) : null
  }

  async function liveControl({ topic, envelope, arrivalMs, atMs }: Context): Promise<Refusal | null> {
    if (envelope.method !== 'osd_info_push') return null
    const drone = fleet.droneOf(topic.sn)
    if (typeof drone !== 'string') return drone
    // Its gimbal stands beside everything else: it is the first one.
    return readings(drone, { ...envelope.data, '0-0-0': envelope.data }, arrivalMs, atMs)
  }

  async function readings(sn: string, data: Record<string, unknown>, arrivalMs: number, atMs: number) {
    const { state, samples, faults } = takeOsd(osd.get(sn) ?? NO_OSD, data, atMs)
    osd.delete(sn)
    osd.set(sn, state)
    if (osd.size > MAX_DRONES) osd.delete(osd.keys().next().value as string)
    if (samples.length > 0) {
      telemetry.note(sn, samples, arrivalMs)
      const mode = samples.find(({ metric }) => metric === 'flight_mode')?.value
      await Promise.all([
        submitted({ kind: 'readings', deviceId: sn, messageSeq: null, samples }),
        ...(mode === undefined ? [] : flights.mode(sn, mode, atMs).map(submitted)),
      ])
    }
    return faults.length > 0 ? refuse('bad_payload', `data.${faults.join('; data.')}`) : null
  }

  /** Does the work, then answers how it went when the sender wants to know. */
  async function answered(
    context: Context,
    kind: 'events' | 'status',
    work: (context: Context) => Promise<Refusal | null>,
  ): Promise<Refusal | null> {
    const refusal = await work(context)
    if (kind === 'status' || context.envelope.needsReply) reply(context, kind, { result: refusal ? NOT_OK : OK })
    return refusal
  }

  function reply({ topic, envelope, answer }: Context, kind: 'events' | 'requests' | 'status', data: object): void {
    const { tid, bid, method } = envelope
    const message = { tid, bid, timestamp: clock.nowMs(), ...(method !== '' && { method }), data }
    answer(topic.sn, djiReplyTopic(topic.sn, kind), JSON.stringify(message))
  }

  async function event(context: Context): Promise<Refusal | null> {
    const { envelope, topic, atMs, arrivalMs } = context
    if (envelope.method === 'hms') return health(topic.sn, envelope, atMs)
    if (envelope.method !== 'flighttask_progress' && envelope.method !== 'file_upload_callback') return null
    const drone = fleet.droneOf(topic.sn)
    if (typeof drone !== 'string') return drone
    if (envelope.method === 'flighttask_progress') {
      const progress = readFlightProgress(envelope.data, envelope.bid)
      if (isRefusal(progress)) return progress
      await all(flights.progress(drone, progress, atMs))
      return null
    }
    const callback = readDockCallback(envelope.data, { zone: options.zone, arrivalMs, futureMs: limits.futureMs })
    if (isRefusal(callback)) return callback
    if (callback.isPicture && options.hasRoomForMedia?.() === false)
      return refuse('overloaded', 'too many pictures are awaited from the store')
    await all(flights.media(drone, callback, atMs))
    return null
  }

  /** Filed when it differs from what the device said last, and always a metric. */
  async function health(sn: string, envelope: DjiEnvelope, atMs: number): Promise<Refusal | null> {
    const messages = readHms(envelope.data)
    if (isRefusal(messages)) return messages
    const text = JSON.stringify(messages)
    const isNews = lastHms.get(sn) !== text && !(messages.length === 0 && !lastHms.has(sn))
    const sample = { metric: 'hms_level', atMs, value: hmsLevel(messages) }
    await all([
      { kind: 'readings', deviceId: sn, messageSeq: null, samples: [sample] },
      ...(isNews ? [hmsRecord(sn, messages, atMs)] : []),
    ])
    lastHms.set(sn, text)
    return null
  }

  async function request(context: Context): Promise<Refusal | null> {
    const { method, data } = context.envelope
    const isMedia = method === 'storage_config_get' && (data.module === undefined || Number(data.module) === 0)
    if (isMedia && storage !== null) {
      reply(context, 'requests', { result: OK, output: toDjiStorage(storage, context.topic.sn) })
      return null
    }
    if (isMedia) log.warn({ deviceId: context.topic.sn }, 'a dock asks where to upload to, and no store is configured')
    reply(context, 'requests', { result: NOT_OK, output: {} })
    return null
  }

  async function topology({ topic, envelope, atMs }: Context): Promise<Refusal | null> {
    const { sub_devices: devices = [] } = envelope.data
    if (!Array.isArray(devices)) return refuse('bad_payload', 'data.sub_devices: expected a list')
    const named = devices.flatMap((one) => (isObject(one) ? [shortText(one.sn) ?? ''] : []))
    const drones = named.filter((sn) => registry.get(sn)?.gateway === topic.sn)
    for (const drone of drones) fleet.heard(topic.sn, drone)
    const { came, went } = fleet.topology(topic.sn, drones)
    const status = (deviceId: string, online: boolean): Arrival => ({ kind: 'status', deviceId, online, atMs })
    await all([...came.map((sn) => status(sn, true)), ...went.map((sn) => status(sn, false))])
    const stranger = named.find((sn) => !drones.includes(sn))
    if (stranger === undefined) return null
    refusals.count(topic.sn, refuse('unknown_device', `the drone ${stranger} is not registered with this gateway`))
    return null
  }

  function submitted(arrival: Arrival): Promise<void> {
    return new Promise((resolve, reject) => submit(arrival, (error) => (error ? reject(error) : resolve())))
  }

  async function all(arrivals: Arrival[]): Promise<void> {
    await Promise.all(arrivals.map(submitted))
  }

  return {
    take(message, answer, done) {
      take(message, answer).then(
        () => done(null),
        (thrown) => done(toAppError(thrown)),
      )
    },
  }
}

function hmsRecord(sn: string, messages: HmsMessage[], atMs: number): Arrival {
  const body = { messages: messages.map((message) => ({ ...message })) }
  const recordId = createHash('sha256')
    .update(`${sn}:${atMs}:${JSON.stringify(body)}`)
    .digest('hex')
    .slice(0, 32)
  return { kind: 'record', deviceId: sn, recordId, recordType: 'drone.hms', atMs, body }
}
