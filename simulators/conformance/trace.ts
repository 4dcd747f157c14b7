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
  /** What a picture lacks to be placed on a map. */
  frame?: { missing: string[] }
}

type At = { atMs: number }
type On = At & { connection: number }

/** Everything that passed between a device and the service, with what the kit did. Connections count from 1. */
export type TraceEvent =
  | (At & { kind: 'step'; step: Step; is: 'begun' | 'over' })
  | (On & { kind: 'opened' })
  /** It came while the kit let nobody in. */
  | (At & { kind: 'turned_away' })
  | (On & { kind: 'closed'; by: 'device' | 'service' | 'kit'; goodbye: boolean })
  | (On & { kind: 'garbage'; detail: string })
  | (On & { kind: 'message'; message: MessageFacts })
  | (On & { kind: 'packet'; from: 'device' | 'service'; packet: Exclude<Packet, { cmd: 'publish' }> })
  /** A PUBACK that reached the device. */
  | (On & { kind: 'acknowledged'; messageId: number })
  | (On & { kind: 'command'; payload: string })

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

/** Messages of readings after a moment, up to another. */
export function reportsBetween(trace: readonly TraceEvent[], fromMs: number, toMs: number): EventOf<'message'>[] {
  return reports(trace).filter(({ atMs }) => atMs > fromMs && atMs <= toMs)
}
