import type { Packet } from 'mqtt-packet'
import type { Sample } from '../../core/observation.ts'
import type { Refusal } from '../../core/refusal.ts'

/** What the kit does to a device, one after the other. */
export const STEPS = [
  'watch',
  'late_puback',
  'malformed_command',
  'unknown_command',
  'set_clock',
  'clock_back',
  'foreign_certificate',
  'broker_gone',
  'after_return',
] as const
export type Step = (typeof STEPS)[number]

/** What a message of the device says, as the service would read it. */
export interface MessageFacts {
  topic: string
  /** Last level of a topic of the device's own; null for any other topic. */
  channel: string | null
  qos: 0 | 1 | 2
  dup: boolean
  retain: boolean
  messageId?: number
  bytes: number
  /** Fingerprint of the payload: the same for the same bytes. */
  digest: string
  /** Why the service would refuse it. */
  refusal?: Refusal
  readings?: { seq: number | null; samples: Sample[] }[]
  /** Whether the message itself says when it was measured. */
  saysTime?: boolean
  /** Units that it names, by metric (SenML). */
  units?: Record<string, string>
  status?: { online: boolean; type?: string; firmware?: string }
  frame?: PictureFacts
  dji?: DjiFacts
  media?: MediaFacts
}

/** What a picture lacks to be placed on a map and in time. */
export interface PictureFacts {
  missing: string[]
}

/** What a message on a topic of the DJI Cloud API says beside its data. */
export interface DjiFacts {
  method: string
  tid: string
  /** Fields of the envelope that it leaves out, or that say nothing. */
  missing: string[]
  /** `data.result` of an answer. */
  result?: number
  /** Drones that it names as connected. */
  drones?: string[]
  /** The flight that it reports on. */
  flight?: string
}

/** What a media callback says of a file that was uploaded. */
export interface MediaFacts {
  object: string
  flight?: string
  missing: string[]
}

/** A request over HTTP, with what was answered. */
export interface RequestFacts {
  method: string
  path: string
  /** Who signed in. */
  user: string | null
  /** 0 until it is answered. */
  status: number
  bytes: number
  digest: string
  frame?: PictureFacts
  media?: MediaFacts
}

type At = { atMs: number }
type On = At & { connection: number }

/** Everything that passed between a device and the service, with what the kit did. Connections count from 1. */
export type TraceEvent =
  | (At & { kind: 'step'; step: Step; is: 'begun' | 'over' })
  /** `subprotocol` is what was agreed on over a WebSocket, or empty. */
  | (On & { kind: 'opened'; subprotocol?: string })
  /** It was shown the certificate of somebody else. */
  | (At & { kind: 'foreign_certificate'; accepted: boolean })
  /** It came while the kit let nobody in. */
  | (At & { kind: 'turned_away' })
  | (On & { kind: 'closed'; by: 'device' | 'service' | 'kit'; goodbye: boolean })
  | (On & { kind: 'garbage'; detail: string })
  | (On & { kind: 'message'; message: MessageFacts })
  | (On & { kind: 'packet'; from: 'device' | 'service'; packet: Exclude<Packet, { cmd: 'publish' }> })
  /** A PUBACK that reached the device. */
  | (On & { kind: 'acknowledged'; messageId: number })
  | (On & { kind: 'command'; payload: string })
  | (At & { kind: 'request'; request: RequestFacts })
  /** A file came into the bucket that docks upload to. */
  | (At & { kind: 'stored'; object: string; frame?: PictureFacts })

export type EventOf<K extends TraceEvent['kind']> = Extract<TraceEvent, { kind: K }>

/** The events of one kind, in order. */
export function only<K extends TraceEvent['kind']>(trace: readonly TraceEvent[], kind: K): EventOf<K>[] {
  return trace.filter((event): event is EventOf<K> => event.kind === kind)
}

/** From when to when a step lasted; null when it never began. What was not ended lasted to the end of the trace. */
export function spanOf(trace: readonly TraceEvent[], step: Step): { fromMs: number; toMs: number } | null {
  const of = (is: 'begun' | 'over') => only(trace, 'step').find((event) => event.step === step && event.is === is)?.atMs
  const fromMs = of('begun')
  return fromMs === undefined ? null : { fromMs, toMs: of('over') ?? trace.at(-1)?.atMs ?? fromMs }
}

/** The end belongs to what comes next. */
export function isWithin({ fromMs, toMs }: { fromMs: number; toMs: number }, atMs: number): boolean {
  return atMs >= fromMs && atMs < toMs
}

/** The CONNECT packets, in order. */
export function logins(trace: readonly TraceEvent[]) {
  return only(trace, 'packet').flatMap(({ packet, from, atMs, connection }) =>
    packet.cmd === 'connect' && from === 'device' ? [{ ...packet, atMs, connection }] : [],
  )
}

/** Messages of readings, in order. */
export function reports(trace: readonly TraceEvent[]): EventOf<'message'>[] {
  return only(trace, 'message').filter(({ message }) => message.channel === 'readings')
}

/** Everything by which a device shows that it works: readings, and pictures over HTTP. */
export function signsOfLife(trace: readonly TraceEvent[]): TraceEvent[] {
  return [...reports(trace), ...only(trace, 'request')]
}

/** Pictures on whatever way they came, in order. */
export function pictures(trace: readonly TraceEvent[]): PictureFacts[] {
  return trace.flatMap((event) => {
    if (event.kind === 'message') return event.message.frame ?? []
    if (event.kind === 'request') return event.request.frame ?? []
    return event.kind === 'stored' ? (event.frame ?? []) : []
  })
}

/** What was said of uploads, over MQTT or HTTP, in order. */
export function announcements(trace: readonly TraceEvent[]): MediaFacts[] {
  return trace.flatMap((event) => {
    if (event.kind === 'message') return event.message.media ?? []
    return event.kind === 'request' ? (event.request.media ?? []) : []
  })
}

/** Messages of readings after a moment, up to another. */
export function reportsBetween(trace: readonly TraceEvent[], fromMs: number, toMs: number): EventOf<'message'>[] {
  return reports(trace).filter(({ atMs }) => atMs > fromMs && atMs <= toMs)
}
