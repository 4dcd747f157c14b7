import type { Device } from '../../../core/device.ts'
import type { Due } from '../../../core/due-queue.ts'
import type { Position } from '../../../core/place.ts'
import type { Severity } from '../../../core/severity.ts'
import { type Signal, type Subject, subjectKey } from '../../../core/signal.ts'
import type { CompositeJudge, RuleOf, RuleSet } from '../rule.ts'
import { distanceM } from './distance.ts'
import { type Hold, holdDueMs, idleHold } from './hold.ts'

/** What a rule said of one subject, as a composite keeps it. */
export interface Member {
  key: string
  rule: string
  subject: Subject
  severity: Severity
  isActive: boolean
  /** Clock of its last word. */
  lastMs: number
  value?: number
  unit?: string
  position?: Position
  frameId?: string
  evidence: string[]
  areas: CompositeSlot[]
}

/** One composite over what its members have in common: a device, a place, a gateway, a neighbourhood. */
export interface CompositeSlot extends Due {
  sort: 'composite'
  composite: Composite
  /** Text of the subject, unique for the composite. */
  name: string
  subject: Subject
  position: Position | null
  hold: Hold
  /** In the order in which they came. */
  members: Map<string, Member>
  /** Clock at which it is to be looked at although nobody says anything, or Infinity. */
  checkMs: number
  /** A wanted member has spoken since it was last looked at. */
  isConfirmed: boolean
}

/** All state of one composite rule. */
export interface Composite {
  rule: RuleOf<CompositeJudge>
  /** Members come before those that use them. */
  rank: number
  areas: Map<string, CompositeSlot>
  members: Map<string, Member>
}

export interface Composites {
  list: Composite[]
  /** Composites by the rules that they listen to. */
  byMember: Map<string, Composite[]>
  /** How rules are called, for reasons. */
  titles: Map<string, { zh: string; en: string }>
  /** Words that found no room. */
  unheard: number
}

/** What a composite takes in at most; what comes beyond is not taken and counted. Members that end make room. */
export const MAX_MEMBERS = 20_000
/** With `near`, where each word is compared with all others. */
export const MAX_MEMBERS_NEAR = 2_000
export const MAX_MEMBERS_PER_AREA = 1_000
const MAX_EVIDENCE = 4

export function createComposites({ rules }: RuleSet): Composites {
  const list: Composite[] = []
  const byMember = new Map<string, Composite[]>()
  for (const rule of rules) {
    const { judge } = rule
    if (judge.input !== 'signals') continue
    const composite = { rule: { ...rule, judge }, rank: list.length, areas: new Map(), members: new Map() }
    list.push(composite)
    for (const id of new Set(judge.references.map((reference) => reference.rule))) {
      const listeners = byMember.get(id)
      if (listeners === undefined) byMember.set(id, [composite])
      else listeners.push(composite)
    }
  }
  return { list, byMember, titles: new Map(rules.map(({ id, title }) => [id, title])), unheard: 0 }
}

/** How the registry is asked. */
export type FindDevice = (id: string) => Device | undefined

/** Says of an area that something about it changed. */
export type Touch = (slot: CompositeSlot) => void

/** Takes in what one rule says; `touch` is told of each area that has to be looked at again. */
export function hearSignal(
  composites: Composites,
  signal: Signal,
  nowMs: number,
  find: FindDevice,
  touch: Touch,
): void {
  if (signal.historical) return
  for (const composite of composites.byMember.get(signal.rule) ?? []) {
    if (signal.state === 'cleared') endMember(composite, signal, nowMs, touch)
    else if (!confirmMember(composite, signal, nowMs, find, touch)) composites.unheard++
  }
}

/** A member whose rule or device was changed never counts on: what it said is no longer meant. */
const TAKEN_BACK = new Set(['rule_changed', 'rule_removed', 'device_changed'])

function endMember(composite: Composite, signal: Signal, nowMs: number, touch: Touch): void {
  const member = composite.members.get(memberKey(signal))
  if (member === undefined) return
  member.isActive = false
  member.lastMs = nowMs
  for (const slot of [...member.areas]) touch(slot)
  if (TAKEN_BACK.has(signal.reason.code) || hasExpired(composite, member, nowMs)) forgetMember(composite, member)
}

/** False when there was no room. */
function confirmMember(composite: Composite, signal: Signal, nowMs: number, find: FindDevice, touch: Touch): boolean {
  const key = memberKey(signal)
  const known = composite.members.get(key)
  if (known === undefined && !hasRoom(composite, nowMs)) return false
  const member = known ?? toMember(key, signal)
  member.severity = signal.severity
  member.isActive = true
  member.lastMs = nowMs
  const { value, unit } = signal.reason
  if (value !== undefined) member.value = value
  if (unit !== undefined) member.unit = unit
  if (signal.position !== undefined) member.position = signal.position
  if (signal.frameId !== undefined) member.frameId = signal.frameId
  if (signal.evidence !== undefined && signal.evidence.length > 0)
    member.evidence = signal.evidence.slice(0, MAX_EVIDENCE)
  composite.members.set(key, member)
  const isHoused = settleMember(composite, member, nowMs, find, touch)
  if (isWanted(composite, member)) for (const slot of member.areas) slot.isConfirmed = true
  if (isLost(composite, member)) composite.members.delete(key)
  return isHoused
}

/** In no area and with nothing to wait for: a member that is shut out may wait near where others will come. */
function isLost(composite: Composite, { areas, position }: Member): boolean {
  return areas.length === 0 && (!isNear(composite) || position === undefined)
}

function hasRoom(composite: Composite, nowMs: number): boolean {
  const room = isNear(composite) ? MAX_MEMBERS_NEAR : MAX_MEMBERS
  if (composite.members.size >= room) forgetWaiting(composite, nowMs)
  return composite.members.size < room
}

/** Forgets members that waited in no area and count no longer. */
function forgetWaiting(composite: Composite, nowMs: number): void {
  for (const member of [...composite.members.values()])
    if (member.areas.length === 0 && hasExpired(composite, member, nowMs)) composite.members.delete(member.key)
}

function toMember(key: string, { rule, subject, severity }: Signal): Member {
  return { key, rule, subject, severity, isActive: true, lastMs: 0, evidence: [], areas: [] }
}

/** Finds the areas that a member belongs to now, makes one where it is the first. False when one had no room for it. */
export function settleMember(
  composite: Composite,
  member: Member,
  nowMs: number,
  find: FindDevice,
  touch: Touch,
): boolean {
  const { by } = composite.rule.judge
  const areas =
    typeof by === 'string' ? ownArea(composite, member, find) : areasNear(composite, member, by.nearM, nowMs)
  for (const slot of member.areas.filter((one) => !areas.includes(one))) {
    leave(slot, member)
    touch(slot)
  }
  let isHoused = true
  for (const slot of areas) {
    isHoused = join(slot, member) && isHoused
    touch(slot)
  }
  return isHoused
}

function ownArea(composite: Composite, member: Member, find: FindDevice): CompositeSlot[] {
  const subject = commonOf(composite, member, find)
  if (subject === null) return []
  const name = subjectKey(subject)
  return [composite.areas.get(name) ?? addArea(composite, name, subject, null)]
}

/** The subject of the area that a member belongs to, or null when it has none of what is asked for. */
function commonOf({ rule }: Composite, { subject }: Member, find: FindDevice): Subject | null {
  const { device: id, place } = subject
  switch (rule.judge.by) {
    case 'everything':
      return {}
    case 'device':
      return id === undefined ? null : { device: id }
    case 'gateway':
      return id === undefined ? null : { device: find(id)?.gateway ?? id }
    default: {
      const where = place ?? (id === undefined ? undefined : find(id)?.place)
      if (where !== undefined) return { place: where }
      return id === undefined ? null : { device: id }
    }
  }
}

/** Areas whose first member is in reach. A wanted member that is in none makes its own, with all who are in reach. */
function areasNear(composite: Composite, member: Member, nearM: number, nowMs: number): CompositeSlot[] {
  const { position } = member
  if (position === undefined) return []
  const name = subjectKey(member.subject)
  const areas = [...composite.areas.values()].filter(
    (slot) => slot.name === name || distanceM(slot.position!, position) <= nearM,
  )
  if (areas.length > 0 || !isWanted(composite, member)) return areas
  forgetWaiting(composite, nowMs)
  const slot = addArea(composite, name, member.subject, position)
  join(slot, member)
  for (const other of composite.members.values())
    if (other.position !== undefined && distanceM(other.position, position) <= nearM) join(slot, other)
  return [slot]
}

export function addArea(
  composite: Composite,
  name: string,
  subject: Subject,
  position: Position | null,
): CompositeSlot {
  const slot: CompositeSlot = {
    sort: 'composite',
    key: `${composite.rule.id}|${name}`,
    composite,
    name,
    subject,
    position,
    hold: idleHold(composite.rule.judge.severities.length),
    members: new Map(),
    checkMs: Number.POSITIVE_INFINITY,
    isConfirmed: false,
    dueMs: Number.POSITIVE_INFINITY,
    queuedMs: Number.POSITIVE_INFINITY,
  }
  composite.areas.set(name, slot)
  return slot
}

/** False when the area is full. */
export function join(slot: CompositeSlot, member: Member): boolean {
  if (slot.members.has(member.key)) return true
  if (slot.members.size >= MAX_MEMBERS_PER_AREA) return false
  slot.members.set(member.key, member)
  member.areas.push(slot)
  return true
}

function leave(slot: CompositeSlot, member: Member): void {
  slot.members.delete(member.key)
  member.areas = member.areas.filter((one) => one !== slot)
}

/** Takes a member out of all areas and forgets it. */
export function forgetMember(composite: Composite, member: Member): void {
  for (const slot of [...member.areas]) leave(slot, member)
  composite.members.delete(member.key)
}

/** Takes out whoever counts no longer. */
export function forgetExpired(slot: CompositeSlot, nowMs: number): void {
  const { composite } = slot
  for (const member of [...slot.members.values()])
    if (hasExpired(composite, member, nowMs)) forgetMember(composite, member)
}

function hasExpired({ rule }: Composite, { isActive, lastMs }: Member, nowMs: number): boolean {
  return !isActive && lastMs + rule.judge.withinMs <= nowMs
}

/** When the area next changes by itself: a delay runs out, a member counts no longer, somebody asked to look again. */
export function setAreaDue(slot: CompositeSlot): void {
  const { judge } = slot.composite.rule
  let dueMs = Math.min(slot.checkMs, holdDueMs(slot.hold, judge))
  for (const { isActive, lastMs } of slot.members.values())
    if (!isActive) dueMs = Math.min(dueMs, lastMs + judge.withinMs)
  slot.dueMs = dueMs
}

/** The registry knows other things of a device: its members go to where they belong now. */
export function rehome(composites: Composites, device: Device, nowMs: number, find: FindDevice, touch: Touch): void {
  for (const composite of composites.list)
    for (const member of [...composite.members.values()]) {
      if (member.subject.device !== device.id) continue
      if (device.position !== undefined) member.position = device.position
      if (!settleMember(composite, member, nowMs, find, touch)) composites.unheard++
      if (isLost(composite, member)) composite.members.delete(member.key)
    }
}

export function memberKey({ rule, subject }: { rule: string; subject: Subject }): string {
  return `${rule}|${subjectKey(subject)}`
}

function isWanted({ rule }: Composite, member: Member): boolean {
  return rule.judge.wanted.some((test) => test.rule === member.rule)
}

function isNear({ rule }: Composite): boolean {
  return typeof rule.judge.by !== 'string'
}
