import { isRefusal, refuse } from '../../core/refusal.ts'
import { isObject } from '../../ingest/codecs/decoded.ts'
import { type DjiEnvelope, decodeDjiEnvelope, toNumber } from '../../ingest/dji/dji-envelope.ts'
import type { DjiTopic } from '../../ingest/dji/dji-topics.ts'
import { readFlightProgress } from '../../ingest/dji/flight-progress.ts'
import { type MediaCallback, readDockCallback } from '../../ingest/dji/media-callback.ts'
import { NO_OSD, type OsdState, takeOsd } from '../../ingest/dji/osd.ts'
import { DEFAULT_LIMITS } from '../../ingest/limits.ts'
import type { MediaFacts, MessageFacts } from '../../simulators/conformance/trace.ts'

type Facts = Partial<MessageFacts>

/** Zone of clocks that write none. */
export const ZONE = 'Asia/Shanghai'
/** The Cloud API writes ms; a number below this is one of seconds. */
const LEAST_MS = 1e12

/** What the service would make of a message on a topic of the DJI Cloud API. Partial properties are merged as there. */
export function createDjiInspection() {
  const osd = new Map<string, OsdState>()

  function properties(sn: string, { data, atMs }: DjiEnvelope, arrivalMs: number): Facts {
    const { state, samples, faults } = takeOsd(osd.get(sn) ?? NO_OSD, data, atMs ?? arrivalMs)
    osd.set(sn, state)
    if (faults.length > 0) return { refusal: refuse('bad_payload', `data.${faults.join('; data.')}`) }
    return samples.length === 0
      ? {}
      : { channel: 'readings', readings: [{ seq: null, samples }], saysTime: atMs !== null }
  }

  function event({ method, bid, data }: DjiEnvelope, arrivalMs: number): Facts & { flight?: string } {
    if (method === 'flighttask_progress') {
      const progress = readFlightProgress(data, bid)
      return isRefusal(progress) ? { refusal: progress } : { flight: progress.flightId }
    }
    if (method !== 'file_upload_callback') return {}
    const callback = readDockCallback(data, { zone: ZONE, arrivalMs, futureMs: DEFAULT_LIMITS.futureMs })
    return isRefusal(callback) ? { refusal: callback } : { media: mediaFacts(callback) }
  }

  return (topic: DjiTopic, payload: Buffer, arrivalMs: number): Facts => {
    const envelope = decodeDjiEnvelope(payload, arrivalMs, DEFAULT_LIMITS.futureMs)
    if (isRefusal(envelope)) return { refusal: envelope }
    const { flight, ...facts } =
      topic.kind === 'events'
        ? event(envelope, arrivalMs)
        : { ...(topic.kind === 'osd' && properties(topic.sn, envelope, arrivalMs)), flight: undefined }
    const result = toNumber(envelope.data.result)
    const drones = namedDrones(envelope.data)
    return {
      ...facts,
      dji: {
        ...{ method: envelope.method, tid: envelope.tid, missing: missingOf(topic, payload) },
        ...(flight !== undefined && { flight }),
        ...(result !== undefined && { result }),
        ...(topic.kind === 'status' && { drones }),
      },
    }
  }
}

/** What a callback lacks to be a picture with a place, a time and a flight. */
export function mediaFacts({ promise, flightId }: MediaCallback): MediaFacts {
  const { takenMs, pose = {} } = promise
  const known: [string, unknown][] = [
    ['create_time', takenMs],
    ['shoot_position', pose.position],
    ['relative_altitude', pose.relativeAltitudeM],
    ['gimbal_yaw_degree', pose.gimbalYawDeg],
    ['flight_id', flightId],
  ]
  return {
    object: promise.object,
    ...(flightId !== undefined && { flight: flightId }),
    missing: known.filter(([, value]) => value === undefined).map(([name]) => name),
  }
}

function namedDrones(data: Record<string, unknown>): string[] {
  const { sub_devices: devices } = data
  return Array.isArray(devices)
    ? devices.flatMap((one) => (isObject(one) && typeof one.sn === 'string' ? one.sn : []))
    : []
}

/** The service makes do without; a cloud of somebody else's may not. */
function missingOf({ kind }: DjiTopic, payload: Buffer): string[] {
  const message = JSON.parse(payload.toString('utf8')) as Record<string, unknown>
  const isText = (value: unknown) => typeof value === 'string' && value !== ''
  const known: [string, boolean][] = [
    ['tid', isText(message.tid)],
    ['bid', isText(message.bid)],
    ['timestamp (ms)', (toNumber(message.timestamp) ?? 0) >= LEAST_MS],
    ['data', isObject(message.data)],
    ['method', isText(message.method) || !['events', 'requests', 'status'].includes(kind)],
  ]
  return known.filter(([, holds]) => !holds).map(([name]) => name)
}
