import type { Alert } from './alert.ts'
import type { Assignee } from './alert-hands.ts'
import type { BundleSubject } from './bundle-desk.ts'
import type { Device } from './device.ts'
import type { FindingEvent, PatrolPlanEvent, ReviewEvent } from './finding-events.ts'
import type { FloodRecord, FloodStart } from './flood.ts'
import type { HouseWord } from './house-events.ts'
import type { OutOfService, Silence } from './quiet.ts'
import type { RulesEvent } from './rule-change.ts'
import type { Severity } from './severity.ts'

export const ALERT_EVENT_TYPES = [
  'alert.raised',
  'alert.updated',
  'alert.cleared',
  'alert.acknowledged',
  'alert.commented',
  'alert.shelved',
  'alert.unshelved',
  /** Still active and still nobody's. */
  'alert.repeated',
  /** A gate keeps it from being pushed, or another gate than before. */
  'alert.quieted',
  /** No gate any more; who saw it raised has nothing to learn from that. */
  'alert.unquieted',
  /** An episode of the past. */
  'alert.recorded',
  'alert.false_alarm',
  'alert.assigned',
  'alert.handed_over',
  'alert.reopened',
] as const
export type AlertEventType = (typeof ALERT_EVENT_TYPES)[number]

/** One change of an alert, with the alert as it stood after it. */
export interface AlertEvent {
  type: AlertEventType
  atMs: number
  alert: Alert
  /** Severity before this event, when it changed: whoever watches the old one must hear that it is over. */
  severityBefore?: Severity
  /** Whose it was before this event gave it to somebody else: they must hear that it no longer is. */
  assignedBefore?: Assignee
  /** Who, for events that a person caused. */
  by?: string
  comment?: string
  /** Key of the command that caused it: the same key again changes nothing. */
  idempotencyKey?: string
  /** Written down and shown, not pushed to subscribers. */
  push?: false
}

/** A planned silence was made or changed, or ended before its time. */
export interface SilenceEvent {
  type: 'silence.set' | 'silence.ended'
  atMs: number
  silence: Silence
  by: string
}

/** A device was taken out of service, or put back before its time. */
export interface ServiceEvent {
  type: 'service.out' | 'service.back'
  atMs: number
  outOfService: OutOfService
  by: string
}

export interface DeviceEvent {
  type: 'device.registered' | 'device.changed' | 'device.token_replaced'
  atMs: number
  device: Device
  by?: string
}

/** More alerts came than a person can follow, or that is over: what the shift report tells. */
export type FloodEvent =
  | { type: 'flood.began'; atMs: number; flood: FloodStart }
  | { type: 'flood.ended'; atMs: number; flood: FloodRecord }

/** Somebody looked at a picture as the camera took it, people and all. */
export interface OriginalViewedEvent {
  type: 'original.viewed'
  atMs: number
  by: string
  frameId: string
  sha256: string
  /** Why, in their words. */
  reason: string
}

/** Somebody took an evidence bundle. */
export interface BundleEvent {
  type: 'bundle.taken'
  atMs: number
  by: string
  about: BundleSubject
  /** What for, in their words. */
  reason: string
  /** With pictures as the camera took them. */
  originals?: true
  /** SHA-256 of the bundle's `manifest.json`, which has that of each file, hex. */
  manifestSha256: string
}

/** Somebody's rights as they stand after a change; the token only as its digest. */
export interface Access {
  name: string
  rights: 'view' | 'operate' | 'admin'
  originals?: boolean
  /** SHA-256 of the token, hex. Absent: who comes from the service's own machine needs none. */
  tokenSha256?: string
}

/** Who may do what, as the configuration says since this start. */
export interface AccessEvent {
  type: 'access.changed'
  atMs: number
  /** All who have rights now. */
  access: Access[]
}

/** A subscriber's name was forgotten, with how far it had acknowledged. */
export interface SubscriberEvent {
  type: 'subscriber.removed'
  atMs: number
  name: string
  acknowledged: number
  by: string
}

/** A way out gave up on an event, or was told to try it again. */
export interface DeliveryEvent {
  type: 'delivery.given_up' | 'delivery.replayed'
  atMs: number
  /** Name of the output. */
  output: string
  /** Position of the event in this ledger. */
  eventSeq: number
  alertId: string
  reason?: string
  by?: string
}

/**
 * Everything that was decided, in one append-only log. Its position in the log is the cursor that subscribers hold.
 * More types may come: a reader passes over those that it does not know.
 */
export type LedgerEntry =
  | AlertEvent
  | SilenceEvent
  | ServiceEvent
  | DeviceEvent
  | RulesEvent
  | FloodEvent
  | FindingEvent
  | ReviewEvent
  | PatrolPlanEvent
  | HouseWord
  | OriginalViewedEvent
  | BundleEvent
  | AccessEvent
  | SubscriberEvent
  | DeliveryEvent

export function isAlertEvent(entry: LedgerEntry): entry is AlertEvent {
  return entry.type.startsWith('alert.')
}

export function isDeviceEvent(entry: LedgerEntry): entry is DeviceEvent {
  return entry.type.startsWith('device.')
}

export function isFloodEvent(entry: LedgerEntry): entry is FloodEvent {
  return entry.type.startsWith('flood.')
}
