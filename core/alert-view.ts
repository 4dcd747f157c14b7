import { type Alert, deviceOf } from './alert.ts'
import type { Assignment, FalseAlarm, HandOver } from './alert-hands.ts'
import type { Area } from './area.ts'
import type { AlertFinding, ReviewState } from './finding.ts'
import type { AlertEvent, AlertEventType } from './ledger-entry.ts'
import type { Position } from './place.ts'
import type { AlertGroup, OutOfService, Quiet, Shelf, Silence } from './quiet.ts'
import { chainageMark } from './river-line.ts'
import { type Severity, severityLevel } from './severity.ts'
import type { Reason, Subject } from './signal.ts'
import { type SuspicionView, toSuspicionView } from './suspicion-view.ts'

/** An alert as it leaves huying (HTTP, dispatch, dashboards): times as ISO 8601 in UTC, nothing internal. */
export interface AlertView {
  id: string
  rule: string
  ruleTitle: { zh: string; en: string }
  category: string
  severity: Severity
  /** 1 (critical) to 4 (warning). */
  level: 1 | 2 | 3 | 4
  state: 'active' | 'cleared'
  acknowledged: boolean
  acknowledgedBy?: string
  acknowledgedAt?: string
  subject: Subject
  deviceName?: string
  place?: string
  /** WGS-84 degrees. */
  position?: Position
  /** The number that the rule judged, its limit and their unit, for rules that compare one; copied from `reason`. */
  value?: number
  limit?: number
  unit?: string
  reason: Reason
  raisedAt: string
  lastAt: string
  clearedAt?: string
  occurrences: number
  /** SHA-256 of pictures that show it. */
  evidence: string[]
  frameId?: string
  /** The finding of a river patrol that it is about. */
  finding?: AlertFindingView
  /** What is thought of works in the house that it is about. */
  suspicion?: SuspicionView
  /** Name it in a command as `expectedVersion` to act only on what was seen. */
  version: number
  lifeSafety?: true
  ruleVersion?: string
  /** Why it is not pushed. */
  quiet?: QuietView
  /** Nobody has been told of it since it was opened. */
  announced?: false
  shelf?: ShelfView
  /** Held open: it came and went too often. */
  flapping?: true
  /** It speaks for these. */
  group?: Omit<AlertGroup, 'atMs'>
  /** An episode of the past, found in data that came late. */
  historical?: true
  /** Where it lies by the sub-district's own division. */
  area?: Area
  /** Whose duty it is by its category. */
  department?: string
  assigned?: Said<Assignment>
  /** A person found that it is none. Nothing more of it is pushed until it clears. */
  falseAlarm?: Said<FalseAlarm>
  /** The case of another system that goes on with it. */
  handedOver?: Said<HandOver>
  /** Raised by huying itself to try the whole path: it asks nothing of anybody. */
  test?: true
}

/** What a person said, with when as ISO 8601. */
export type Said<T extends { atMs: number }> = Omit<T, 'atMs'> & { at: string }

/** A finding in an alert: where it is, how far its review is, and pictures of it. */
export interface AlertFindingView {
  id: string
  label: string
  river?: string
  reach?: string
  reachName?: string
  /** As written on maps, K1+240. */
  chainage?: string
  bank?: 'left' | 'right' | 'middle'
  areaM2?: number
  review: ReviewState
  reviewedBy?: string
  frameId: string
  /** Paths of its part of its best picture and of that picture, people covered. */
  crop: string
  picture: string
}

export type QuietView = Pick<Quiet, 'gate' | 'by' | 'cause'> & { since: string; until?: string }
export type ShelfView = Pick<Shelf, 'by' | 'once' | 'reason'> & { at: string; until: string }
export type SilenceView = Pick<Silence, 'id' | 'match' | 'reason' | 'by'> & { from: string; to: string; at: string }
export type OutOfServiceView = Pick<OutOfService, 'device' | 'reason' | 'by'> & { until: string; at: string }

/** One change of an alert as subscribers get it. */
export interface AlertEventView {
  /** Unique and stable: the same change always carries the same id, however often it is delivered. */
  id: string
  type: AlertEventType
  at: string
  alert: AlertView
  by?: string
  comment?: string
  /** Only those get it who ask for what is quiet. */
  push?: false
}

/** Times outside what ISO 8601 can say (±8.64e15 ms) are held at the nearest one, so that no alert is unprintable. */
function toIso(atMs: number): string {
  return new Date(Math.max(-8.64e15, Math.min(8.64e15, Number.isFinite(atMs) ? atMs : 0))).toISOString()
}

/** Names the device also where the subject is a place on the ground. */
function toSubjectView(alert: Alert): Subject {
  const device = deviceOf(alert)
  return device === undefined ? alert.subject : { ...alert.subject, device }
}

export function toAlertView(alert: Alert): AlertView {
  const { reason } = alert
  return {
    id: alert.id,
    rule: alert.rule,
    ruleTitle: alert.ruleTitle,
    category: alert.category,
    severity: alert.severity,
    level: severityLevel(alert.severity),
    state: alert.state,
    acknowledged: alert.acknowledged,
    ...(alert.acknowledgedBy !== undefined && { acknowledgedBy: alert.acknowledgedBy }),
    ...(alert.acknowledgedAtMs !== undefined && { acknowledgedAt: toIso(alert.acknowledgedAtMs) }),
    subject: toSubjectView(alert),
    ...(alert.deviceName !== undefined && { deviceName: alert.deviceName }),
    ...(alert.place !== undefined && { place: alert.place }),
    ...(alert.position !== undefined && { position: alert.position }),
    ...(reason.value !== undefined && { value: reason.value }),
    ...(reason.limit !== undefined && { limit: reason.limit }),
    ...(reason.unit !== undefined && { unit: reason.unit }),
    reason,
    raisedAt: toIso(alert.raisedAtMs),
    lastAt: toIso(alert.lastAtMs),
    ...(alert.clearedAtMs !== undefined && { clearedAt: toIso(alert.clearedAtMs) }),
    occurrences: alert.occurrences,
    evidence: alert.evidence,
    ...(alert.frameId !== undefined && { frameId: alert.frameId }),
    ...(alert.finding && { finding: toAlertFindingView(alert.finding) }),
    ...(alert.suspicion && { suspicion: toSuspicionView(alert.suspicion) }),
    version: alert.version,
    ...toNoiseView(alert),
    ...toHandsView(alert),
  }
}

function toAlertFindingView({ place, ...finding }: AlertFinding): AlertFindingView {
  const { id, frameId } = finding
  return {
    ...finding,
    ...(place && { river: place.river, chainage: chainageMark(place.alongM), bank: place.bank }),
    ...(place?.reach !== undefined && { reach: place.reach }),
    ...(place?.reachName !== undefined && { reachName: place.reachName }),
    crop: findingCropPath(id),
    picture: findingPicturePath(id, frameId),
  }
}

/** Where the API gives a finding's part of its best picture. */
export function findingCropPath(findingId: string): string {
  return `/api/v1/findings/${findingId}/crop`
}

/** Where it gives a frame as it is shown for a finding. */
export function findingPicturePath(findingId: string, frameId: string): string {
  return `/api/v1/frames/${encodeURIComponent(frameId)}/image?finding=${findingId}`
}

function toNoiseView(alert: Alert): Partial<AlertView> {
  const { lifeSafety, ruleVersion, quiet, announced, shelf, flapping, group, historical } = alert
  return {
    ...(lifeSafety && { lifeSafety }),
    ...(ruleVersion !== undefined && { ruleVersion }),
    ...(quiet && { quiet: toQuietView(quiet) }),
    ...(announced === false && { announced }),
    ...(shelf && { shelf: toShelfView(shelf) }),
    ...(flapping && { flapping: true }),
    ...(group && { group: toGroupView(group) }),
    ...(historical && { historical }),
  }
}

function toHandsView(alert: Alert): Partial<AlertView> {
  const { area, department, assigned, falseAlarm, handedOver, test } = alert
  return {
    ...(area && { area }),
    ...(department !== undefined && { department }),
    ...(assigned && { assigned: toSaid(assigned) }),
    ...(falseAlarm && { falseAlarm: toSaid(falseAlarm) }),
    ...(handedOver && { handedOver: toSaid(handedOver) }),
    ...(test && { test }),
  }
}

function toSaid<T extends { atMs: number }>({ atMs, ...said }: T): Said<T> {
  return { ...said, at: toIso(atMs) }
}

function toQuietView({ gate, by, cause, sinceMs, untilMs }: Quiet): QuietView {
  return {
    gate,
    by,
    ...(cause !== undefined && { cause }),
    since: toIso(sinceMs),
    ...(untilMs !== undefined && { until: toIso(untilMs) }),
  }
}

function toShelfView({ atMs, untilMs, ...shelf }: Shelf): ShelfView {
  return { ...shelf, at: toIso(atMs), until: toIso(untilMs) }
}

function toGroupView({ atMs: _, ...group }: AlertGroup): Omit<AlertGroup, 'atMs'> {
  return group
}

export function toSilenceView({ fromMs, toMs, atMs, ...silence }: Silence): SilenceView {
  return { ...silence, from: toIso(fromMs), to: toIso(toMs), at: toIso(atMs) }
}

export function toOutOfServiceView({ untilMs, atMs, ...one }: OutOfService): OutOfServiceView {
  return { ...one, until: toIso(untilMs), at: toIso(atMs) }
}

/** `id` is the ledger's id and the entry's position in it, see `alertEventId`. */
export function toAlertEventView(event: AlertEvent, id: string): AlertEventView {
  return {
    id,
    type: event.type,
    at: toIso(event.atMs),
    alert: toAlertView(event.alert),
    ...(event.by !== undefined && { by: event.by }),
    ...(event.comment !== undefined && { comment: event.comment }),
    ...(event.push === false && { push: false }),
  }
}

/** The same for one ledger entry for ever; differs between ledgers. */
export function alertEventId(ledgerId: string, seq: number): string {
  return `${ledgerId}-${seq}`
}
