import type { FrameAnalysis, Readings } from '../../core/observation.ts'
import type { Signal, SignalOrder } from '../../core/signal.ts'
import type { Orphan } from './engine-snapshot.ts'
import { expire, judgeSample } from './judge-sample.ts'
import { judgeSights, spotKey, vanish } from './judge-sight.ts'
import { fallSilent, hear } from './judge-silence.ts'
import { digestAnalysis, digestReadings } from './recent-messages.ts'
import type { EngineState } from './restore-engine.ts'
import { toJudgedTimes } from './sample-times.ts'
import { type SampleSlot, type SilenceSlot, type Slot, subjectOf } from './slots.ts'
import { toSignal } from './to-signal.ts'

/** Lets time pass to `untilMs`, inclusive: everything due by then is decided, in order of its due. */
export function passTo(state: EngineState, untilMs: number, out: Signal[]): void {
  const { queue } = state
  for (let slot = queue.dueBy(untilMs); slot !== undefined; slot = queue.dueBy(untilMs)) {
    queue.take()
    decide(state, slot, { seq: state.seq, clockMs: slot.dueMs }, out)
    queue.schedule(slot)
  }
  state.clockMs = Math.max(state.clockMs, untilMs)
}

function decide(state: EngineState, slot: Slot, order: SignalOrder, out: Signal[]): void {
  switch (slot.sort) {
    case 'sample':
      expire(slot, order, out)
      return
    case 'silence':
      out.push(fallSilent(slot, order))
      return
    case 'spot':
      state.spots.delete(slot.key)
      out.push(vanish(slot, order))
  }
}

/** Judges one message of readings that arrived now, at `state.clockMs`. */
export function judgeReadings(state: EngineState, readings: Readings, out: Signal[]): void {
  const { book, queue, seq, clockMs } = state
  const entry = book.entryOf(readings.deviceId)
  if (entry.recent.isRepeated(digestReadings(readings))) return
  const order = { seq, clockMs }
  entry.heardMs = clockMs
  hearAll(state, entry.silences, order, out)
  for (const { metric, atMs, value } of toJudgedTimes(readings.samples, clockMs)) {
    const track = book.trackOf(entry, metric)
    if (track === undefined) continue
    track.heardMs = clockMs
    hearAll(state, track.silences, order, out)
    if (atMs <= track.lastAtMs) continue
    track.lastAtMs = atMs
    track.lastValue = value
    track.skewMs = clockMs - atMs
    for (const slot of track.slots) {
      judgeSample(slot, atMs, value, order, out)
      queue.schedule(slot)
    }
  }
}

function hearAll({ queue }: EngineState, silences: SilenceSlot[], order: SignalOrder, out: Signal[]): void {
  for (const slot of silences) {
    hear(slot, order, out)
    queue.schedule(slot)
  }
}

/** Judges what a model saw in one frame. */
export function judgeAnalysis(state: EngineState, analysis: FrameAnalysis, out: Signal[]): void {
  if (analysis.state !== 'analysed') return
  const entry = state.book.entryOf(analysis.deviceId)
  if (entry.recent.isRepeated(digestAnalysis(analysis))) return
  const order = { seq: state.seq, clockMs: state.clockMs }
  for (const rule of entry.sights)
    for (const slot of judgeSights(state.spots, rule, analysis, order, out)) state.queue.schedule(slot)
}

/** A rule no longer concerns a device: what it had firing is cleared when time next passes. */
export function abandon(state: EngineState, slot: SampleSlot): void {
  slot.dueMs = Number.POSITIVE_INFINITY
  if (slot.hold.shown === 0) return
  const { id, title, category } = slot.rule
  const severity = slot.judge.severities[slot.hold.shown - 1]!
  const subject = subjectOf(slot)
  state.orphans.set(spotKey(id, subject), { rule: id, title, category, subject, severity, cause: 'device_changed' })
}

/** What fires again under new rules needs no clearing. */
export function adoptOrphans({ orphans }: EngineState, signals: Signal[]): void {
  if (orphans.size === 0) return
  for (const { rule, subject } of signals) orphans.delete(spotKey(rule, subject))
}

/** Clears that a change of rules causes come after all that was said up to the same clock. */
const AFTER_ALL_MS = 0.5

export function clearOrphans({ orphans, seq, clockMs }: EngineState, out: Signal[]): void {
  const order = { seq, clockMs: clockMs + AFTER_ALL_MS }
  for (const orphan of orphans.values()) out.push(toClear(orphan, order))
  orphans.clear()
}

function toClear({ rule, title, category, subject, severity, cause }: Orphan, order: SignalOrder): Signal {
  return toSignal({
    rule: { id: rule, title, category },
    subject,
    state: 'cleared',
    severity,
    order,
    atMs: Math.floor(order.clockMs),
    reason: { code: cause },
  })
}

/** Moves the moments since which nothing was heard or seen: the time from the engine's clock to `nowMs` does not count. */
export function skipSilence({ book, spots, queue, clockMs }: EngineState, nowMs: number): void {
  const gapMs = nowMs - clockMs
  for (const entry of book.entries.values())
    for (const holder of [entry, ...entry.tracks.values()]) {
      const sinceMs = holder.heardMs ?? entry.device?.registeredAtMs ?? clockMs
      holder.heardMs = Math.min(sinceMs + gapMs, nowMs)
      for (const slot of holder.silences) {
        if (!slot.silent) slot.dueMs = holder.heardMs + slot.limitMs
        queue.schedule(slot)
      }
    }
  for (const slot of spots.values()) slot.dueMs += gapMs
}
