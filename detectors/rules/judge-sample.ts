import type { Severity } from '../../core/severity.ts'
import type { Reason, Signal, SignalOrder } from '../../core/signal.ts'
import { type Hold, holdDueMs, indicate, passTime } from './hold.ts'
import { type SampleSlot, subjectOf } from './slots.ts'
import { toSignal } from './to-signal.ts'

/** Signals of one slot in one observation differ in their order by this many ms each, so that none looks repeated. */
const STEP_MS = 1 / 1024
const MAX_STEPS = 1023

/** Judges one sample that is newer than all before it, adds its signals to `out` and sets the slot's next due. */
export function judgeSample(slot: SampleSlot, atMs: number, value: number, order: SignalOrder, out: Signal[]): void {
  const { judge, hold: before, measured: measuredBefore } = slot
  slot.memory = judge.remember(slot.memory, atMs, value)
  const measured = judge.measure(slot.memory, atMs, value)
  if (measured !== undefined) slot.measured = measured
  if (before.raw === 0 && before.shown === 0 && (measured === undefined || judge.levelOf(measured, 0) === 0)) return

  const held = passTime(before, judge, atMs)
  const now = measured === undefined ? held : indicate(held, judge, judge.levelOf(measured, held.raw), atMs)
  slot.hold = now
  slot.dueMs = Math.ceil(holdDueMs(now, judge) + slot.track.skewMs)

  // A delay that ran out between two samples and is undone by this one was still true for a while.
  if (held.shown !== before.shown && held.shown !== now.shown)
    say(slot, out, toWord(slot, before, held, measuredBefore, holdDueMs(before, judge), order))
  const isConfirmed = now.shown > 0 && measured !== undefined && now.raw > 0
  const isChanged = now.shown !== before.shown || now.shown !== held.shown
  if (isConfirmed || isChanged) {
    const from = now.shown === held.shown ? before : held
    say(slot, out, toWord(slot, from, now, slot.measured, atMs, order))
  }
}

/** Lets the delay that is due run out: the state persisted and no sample came. */
export function expireDelay(slot: SampleSlot, order: SignalOrder): Signal {
  const { judge, hold: before } = slot
  const atMs = holdDueMs(before, judge)
  const now = passTime(before, judge, Math.max(atMs, slot.dueMs - slot.track.skewMs))
  slot.hold = now
  slot.dueMs = Math.ceil(holdDueMs(now, judge) + slot.track.skewMs)
  return toWord(slot, before, now, slot.measured, atMs, order)
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
    reason: isActive ? activeReason(slot, to, measured) : clearedReason(slot, measured),
    position: slot.entry.device?.position,
  })
}

function severityOf(slot: SampleSlot, level: number): Severity {
  return slot.judge.severities[Math.max(level, 1) - 1]!
}

/** The limit named is the one that the value broke, even while a worse level is still held by its off-delay. */
function activeReason({ judge, track }: SampleSlot, hold: Hold, measured: number): Reason {
  const level = hold.raw > 0 ? Math.min(hold.raw, hold.shown) : hold.shown
  const reason = { ...judge.reasonOf(measured, level), metric: track.metric }
  return judge.onDelayMs > 0 ? { ...reason, durationS: judge.onDelayMs / 1000 } : reason
}

function clearedReason({ judge, track }: SampleSlot, measured: number): Reason {
  const reason = { ...judge.reasonOf(measured, 1), code: 'normal', metric: track.metric }
  return judge.offDelayMs > 0 ? { ...reason, durationS: judge.offDelayMs / 1000 } : reason
}

/** One observation confirms a subject once per severity: a later sample of the same message replaces the word before. */
function say(slot: SampleSlot, out: Signal[], signal: Signal): void {
  const { order } = signal
  if (slot.saidSeq !== order.seq) {
    slot.saidSeq = order.seq
    slot.saidCount = 0
  } else {
    const last = out[slot.saidIndex]!
    if (last.state === 'active' && signal.state === 'active' && last.severity === signal.severity) {
      out[slot.saidIndex] = { ...signal, order: last.order }
      return
    }
    slot.saidCount = Math.min(slot.saidCount + 1, MAX_STEPS)
  }
  slot.saidIndex = out.length
  const clockMs = order.clockMs + slot.saidCount * STEP_MS
  out.push(slot.saidCount === 0 ? signal : { ...signal, order: { seq: order.seq, clockMs } })
}
