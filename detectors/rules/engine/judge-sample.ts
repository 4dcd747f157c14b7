import type { Severity } from '../../../core/severity.ts'
import type { Reason, Signal, SignalOrder } from '../../../core/signal.ts'
import { type Hold, holdDueMs, idleHold, indicate, passTime } from './hold.ts'
import { noteLevel, repeatedLevel, repeatsChangeMs } from './repeats.ts'
import { type HistoryTrack, type Occasion, type Said, type SampleSlot, subjectOf } from './slots.ts'
import { toSignal } from './to-signal.ts'

/** Signals of one slot in one observation differ in their order by this many ms each, so that none looks repeated. */
const STEP_MS = 1 / 1024
const MAX_STEPS = 1023

/**
 * Judges one sample that is newer than all before it and sets the slot's next due. What time alone changed before it is said first.
 */
export function judgeSample(slot: SampleSlot, atMs: number, value: number, occasion: Occasion): void {
  const { judge } = slot
  const { context } = slot.track
  if (slot.changesMs <= atMs) letTimePass(slot, atMs, occasion)
  slot.memory = judge.remember(slot.memory, atMs, value, context)
  const measured = judge.measure(slot.memory, atMs, value, context)
  if (measured !== undefined) {
    slot.measured = measured
    slot.indicated = judge.levelOf(measured, slot.indicated, slot.memory)
    if (judge.repeat !== undefined) noteLevel(slot.repeats, judge.repeat, atMs, slot.indicated)
  }
  settle(slot, atMs, measured !== undefined, occasion)
}

/** Decides everything that time alone decides for the slot up to `untilMs` of device time, inclusive. */
export function letTimePass(slot: SampleSlot, untilMs: number, occasion: Occasion): void {
  const { judge } = slot
  while (slot.changesMs <= untilMs) {
    const atMs = slot.changesMs
    if (judge.changesMs !== undefined && judge.changesMs(slot.memory) <= atMs) {
      const measured = judge.elapse!(slot.memory, atMs)
      if (measured !== undefined) {
        slot.measured = measured
        slot.indicated = judge.levelOf(measured, slot.indicated, slot.memory)
      }
    }
    settle(slot, atMs, false, occasion)
    // A judge that breaks its promise to move on must not stop the world.
    if (slot.changesMs <= atMs) slot.changesMs = atMs + 1
  }
  setDue(slot)
}

/** Lets the slot's due come: the state persisted and no sample came. */
export function expire(slot: SampleSlot, occasion: Occasion): void {
  letTimePass(slot, Math.max(slot.changesMs, slot.dueMs - slot.track.skewMs), occasion)
}

/** Takes the indicated level through repeats, open times and delays. */
function settle(slot: SampleSlot, atMs: number, isSample: boolean, occasion: Occasion): void {
  const { judge, hold: before } = slot
  const level = countedLevel(slot, atMs)
  if (level === 0 && before.raw === 0 && before.shown === 0) {
    if (slot.changesMs !== Number.POSITIVE_INFINITY || isTimed(slot)) setChange(slot, atMs)
    return
  }
  const held = passTime(before, judge, atMs)
  const now = indicate(held, judge, level, atMs)
  slot.hold = now
  setChange(slot, atMs)
  if (occasion.out === null) return
  const isChanged = now.shown !== before.shown
  const isConfirmed = isSample && now.shown > 0 && now.raw > 0
  if (isConfirmed || isChanged) tell(slot, before, atMs, isChanged, occasion)
}

/** Says where the slot stands, as news or as history. */
export function tell(slot: SampleSlot, from: Hold, atMs: number, isChanged: boolean, occasion: Occasion): void {
  const word = toWord(slot, from, slot.hold, slot.measured, atMs, occasion.order)
  if (word.state === 'cleared') sayOver(slot, word, occasion)
  else if (slot.track.isHistory || atMs < occasion.liveFromMs) sayOnce(slot, word, isChanged, occasion)
  else sayNow(slot, word, occasion)
}

/** A live alert is not told what it was hours ago: its next live sample says how it is. */
function sayOnce(slot: SampleSlot, word: Signal, isChanged: boolean, occasion: Occasion): void {
  if (slot.told === 'live' || !isChanged) return
  slot.told = 'history'
  say(slot, toHistory(word), occasion)
}

function sayNow(slot: SampleSlot, word: Signal, occasion: Occasion): void {
  if (slot.told === 'history')
    sayOver(slot, { ...word, state: 'cleared', reason: { code: 'goes_on', metric: slot.track.metric } }, occasion)
  slot.told = 'live'
  say(slot, word, occasion)
}

/** Ends what the slot holds, for a reason that is not in its samples. The caller sets the state afterwards. */
export function tellEnd(slot: SampleSlot, code: string, atMs: number, occasion: Occasion): void {
  const word = toWord(slot, slot.hold, idleHold(slot.judge.severities.length), slot.measured, atMs, occasion.order)
  sayOver(slot, { ...word, reason: { code, metric: slot.track.metric } }, occasion)
}

/** Whoever was told of it, as news or as history, is told that it is over. */
function sayOver(slot: SampleSlot, word: Signal, occasion: Occasion): void {
  if (slot.told !== 'nothing') say(slot, slot.told === 'live' ? word : toHistory(word), occasion)
  slot.told = 'nothing'
}

function toHistory(word: Signal): Signal {
  return { ...word, historical: true }
}

/** What the indicated level counts for: met often enough, and the rule in force. */
function countedLevel({ judge, rule, repeats, indicated }: SampleSlot, atMs: number): number {
  const level = judge.repeat === undefined ? indicated : repeatedLevel(repeats, judge.repeat, atMs)
  if (level === 0 || rule.openTimes === undefined) return level
  return rule.openTimes.isOpen(atMs) ? level : 0
}

function isTimed({ judge, rule, indicated, repeats }: SampleSlot): boolean {
  return judge.changesMs !== undefined || repeats.length > 0 || (rule.openTimes !== undefined && indicated > 0)
}

/** Finds the next moment at which time alone changes something. */
export function setChange(slot: SampleSlot, atMs: number): void {
  const { judge, rule, hold } = slot
  let nextMs = holdDueMs(hold, judge)
  if (judge.changesMs !== undefined) nextMs = Math.min(nextMs, judge.changesMs(slot.memory))
  if (judge.repeat !== undefined) nextMs = Math.min(nextMs, repeatsChangeMs(slot.repeats, judge.repeat))
  if (rule.openTimes !== undefined && slot.indicated > 0) nextMs = Math.min(nextMs, rule.openTimes.nextChangeMs(atMs))
  slot.changesMs = nextMs
  setDue(slot)
}

function setDue(slot: SampleSlot): void {
  slot.dueMs = Math.ceil(slot.changesMs + slot.track.skewMs)
}

function toWord(slot: SampleSlot, from: Hold, to: Hold, measured: number, atMs: number, order: SignalOrder): Signal {
  const isActive = to.shown > 0
  return toSignal({
    rule: slot.rule,
    subject: subjectOf(slot),
    state: isActive ? 'active' : 'cleared',
    severity: severityOf(slot, isActive ? to.shown : from.shown),
    order,
    atMs,
    reason: isActive ? activeReason(slot, to, measured) : clearedReason(slot, measured, atMs),
    position: slot.entry.device?.position,
  })
}

function severityOf(slot: SampleSlot, level: number): Severity {
  return slot.judge.severities[Math.max(level, 1) - 1]!
}

/** The limit named is the one that the value broke, even while a worse level is still held by its off-delay. */
function activeReason({ judge, track, memory }: SampleSlot, hold: Hold, measured: number): Reason {
  const level = hold.raw > 0 ? Math.min(hold.raw, hold.shown) : hold.shown
  const reason = { ...judge.reasonOf(measured, level, memory), metric: track.metric }
  return judge.onDelayMs > 0 ? { ...reason, durationS: judge.onDelayMs / 1000 } : reason
}

function clearedReason({ judge, rule, track, memory, indicated }: SampleSlot, measured: number, atMs: number): Reason {
  const isClosed = indicated > 0 && rule.openTimes !== undefined && !rule.openTimes.isOpen(atMs)
  const code = isClosed ? 'closed' : 'normal'
  const reason = { ...judge.reasonOf(measured, 1, memory), code, metric: track.metric }
  return judge.offDelayMs > 0 ? { ...reason, durationS: judge.offDelayMs / 1000 } : reason
}

/** One observation confirms a subject once per severity: a later sample of the same message replaces the word before. */
function say(slot: SampleSlot, signal: Signal, { order: { seq, clockMs }, out }: Occasion): void {
  if (out === null) return
  const before = saidAt(slot, seq, clockMs)
  const last = before === null ? undefined : out[before.index]
  if (before !== null && last !== undefined && isSameWord(last, signal)) {
    out[before.index] = { ...signal, order: last.order }
    return
  }
  const count = Math.min(Math.max(before?.count ?? -1, saidAt(twinOf(slot), seq, clockMs)?.count ?? -1) + 1, MAX_STEPS)
  slot.said = { seq, clockMs, count, index: out.length }
  out.push(count === 0 ? signal : { ...signal, order: { seq, clockMs: clockMs + count * STEP_MS } })
}

function saidAt(slot: SampleSlot | undefined, seq: number, clockMs: number): Said | null {
  const said = slot?.said ?? null
  return said !== null && said.seq === seq && said.clockMs === clockMs ? said : null
}

/** The same rule over the other track of the same readings: a live one beside its history, a history beside what is live. */
function twinOf({ track, rule }: SampleSlot): SampleSlot | undefined {
  const other = track.isHistory ? (track as HistoryTrack).live : track.history
  return other?.slots.find((slot) => slot.rule === rule)
}

function isSameWord(last: Signal, next: Signal): boolean {
  const isActive = last.state === 'active' && next.state === 'active'
  return isActive && last.severity === next.severity && last.historical === next.historical
}
