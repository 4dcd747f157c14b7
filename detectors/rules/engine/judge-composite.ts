import type { Severity } from '../../../core/severity.ts'
import { type Reason, type Signal, type SignalOrder, subjectKey } from '../../../core/signal.ts'
import { holds, isBadEnough, type MemberTest } from '../parts/composite-condition.ts'
import {
  type CompositeSlot,
  type Composites,
  type FindDevice,
  forgetExpired,
  hearSignal,
  type Member,
  setAreaDue,
} from './composites.ts'
import { indicate, passTime } from './hold.ts'
import { toSignal } from './to-signal.ts'

/** Members that a reason names; of the others it says how many they are. */
const NAMED = 5
const MAX_EVIDENCE = 20

/**
 * The second stage of judging: all that was said at one moment (`out` from `from` on) and all areas due at it are taken
 * in at once, then each area that something changed for is judged, members before those that use them. What composites
 * say is added to `out`. Gives the areas that were judged, to be scheduled.
 */
export function combine(
  composites: Composites,
  find: FindDevice,
  due: CompositeSlot[],
  from: number,
  order: SignalOrder,
  out: Signal[],
): CompositeSlot[] {
  const touched = new Set(due)
  const touch = (slot: CompositeSlot) => touched.add(slot)
  const nowMs = Math.floor(order.clockMs)
  for (let i = from; i < out.length; i++) hearSignal(composites, out[i]!, nowMs, find, touch)
  const judged: CompositeSlot[] = []
  for (let slot = firstOf(touched); slot !== undefined; slot = firstOf(touched)) {
    touched.delete(slot)
    const said = judgeArea(composites, slot, nowMs, order)
    judged.push(slot)
    if (said === null) continue
    out.push(said)
    hearSignal(composites, said, nowMs, find, touch)
  }
  return judged
}

/** Members are judged before those that use them; areas of one composite by name, so that the order is always the same. */
function firstOf(touched: Set<CompositeSlot>): CompositeSlot | undefined {
  let first: CompositeSlot | undefined
  for (const slot of touched) if (first === undefined || isBefore(slot, first)) first = slot
  return first
}

function isBefore(a: CompositeSlot, b: CompositeSlot): boolean {
  return a.composite.rank === b.composite.rank ? a.name < b.name : a.composite.rank < b.composite.rank
}

function judgeArea(composites: Composites, slot: CompositeSlot, nowMs: number, order: SignalOrder): Signal | null {
  const { composite, hold: before } = slot
  const { judge, openTimes } = composite.rule
  forgetExpired(slot, nowMs)
  const wanted = [...slot.members.values()].filter((member) => judge.wanted.some((test) => isMetBy(test, member)))
  const isOpen = openTimes?.isOpen(nowMs) ?? true
  const isMetNow = isOpen && holds(judge.condition, (test) => isMet(test, slot))
  const level = isMetNow ? judge.levelOf(countDevices(wanted)) : 0
  const now = indicate(passTime(before, judge, nowMs), judge, level, nowMs)
  const isConfirmed = slot.isConfirmed && now.shown > 0 && now.raw > 0
  slot.hold = now
  slot.isConfirmed = false
  slot.checkMs =
    slot.members.size > 0 ? (openTimes?.nextChangeMs(nowMs) ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
  setAreaDue(slot)
  if (slot.members.size === 0 && now.raw === 0 && now.shown === 0) composite.areas.delete(slot.name)
  if (!isConfirmed && now.shown === before.shown) return null
  if (now.shown === 0)
    return toParted(slot, judge.severities[before.shown - 1]!, isOpen ? 'parted' : 'closed', nowMs, order)
  return toCombined(slot, wanted, composites.titles, nowMs, order)
}

function isMet(test: MemberTest, { members }: CompositeSlot): boolean {
  const met = [...members.values()].filter((member) => isMetBy(test, member))
  return met.length >= test.devices && countDevices(met) >= test.devices
}

function isMetBy(test: MemberTest, { rule, severity }: Member): boolean {
  return test.rule === rule && isBadEnough(test, severity)
}

/** Distinct devices; a subject that is no device counts by itself. */
function countDevices(members: Member[]): number {
  return new Set(members.map(({ subject }) => subject.device ?? subjectKey(subject))).size
}

function toCombined(
  slot: CompositeSlot,
  wanted: Member[],
  titles: Composites['titles'],
  nowMs: number,
  order: SignalOrder,
): Signal {
  const { rule } = slot.composite
  const { onDelayMs, severities } = rule.judge
  const frameId = wanted.findLast((member) => member.frameId !== undefined)?.frameId
  const evidence = [...new Set(wanted.flatMap((member) => member.evidence))].slice(-MAX_EVIDENCE)
  const reason: Reason = { code: 'combined', params: toParams(wanted, titles) }
  return toSignal({
    rule,
    subject: slot.subject,
    state: 'active',
    severity: severities[slot.hold.shown - 1]!,
    order,
    atMs: nowMs,
    reason: onDelayMs > 0 ? { ...reason, durationS: onDelayMs / 1000 } : reason,
    position: positionOf(slot, wanted),
    ...(frameId !== undefined && { frameId }),
    ...(evidence.length > 0 && { evidence }),
  })
}

function toParted(slot: CompositeSlot, severity: Severity, code: string, nowMs: number, order: SignalOrder): Signal {
  const { rule } = slot.composite
  const { offDelayMs } = rule.judge
  return toSignal({
    rule,
    subject: slot.subject,
    state: 'cleared',
    severity,
    order,
    atMs: nowMs,
    reason: { code, ...(offDelayMs > 0 && { durationS: offDelayMs / 1000 }) },
    position: slot.position,
  })
}

function positionOf({ position }: CompositeSlot, members: Member[]) {
  return position ?? members.find((member) => member.position !== undefined)?.position
}

/** The members that hold, first come first: rule ids for programs, names with values for people. */
function toParams(members: Member[], titles: Composites['titles']): Record<string, number | string> {
  const named = members.slice(0, NAMED)
  const more = members.length - named.length
  const list = (language: 'zh' | 'en', comma: string) =>
    named.map((member) => describe(member, titles.get(member.rule)?.[language] ?? member.rule)).join(comma) +
    (more > 0 ? `${comma}+${more}` : '')
  return {
    count: members.length,
    devices: countDevices(members),
    rules: [...new Set(members.map(({ rule }) => rule))].join(','),
    zh: list('zh', '；'),
    en: list('en', '; '),
  }
}

function describe({ subject, value, unit }: Member, title: string): string {
  const who = subject.device ?? subject.place ?? subject.cell
  const number = value === undefined ? '' : ` ${Number(value.toPrecision(4))}${unit ? ` ${unit}` : ''}`
  return `${title}${number}${who === undefined ? '' : ` (${who})`}`
}
