import type { DeviceStatus, FrameAnalysis, Readings, Sample } from '../../core/observation.ts'
import type { Signal, SignalOrder } from '../../core/signal.ts'
import { aheadS } from './device-clock.ts'
import type { Orphan } from './engine-snapshot.ts'
import { awaitAnew, type Family, hearFamily, silencesOf } from './gateway-family.ts'
import { endHistory, judgeAsHistory } from './judge-history.ts'
import { expire, judgeSample } from './judge-sample.ts'
import { judgeSights, spotKey, vanish } from './judge-sight.ts'
import { fallSilent, hear } from './judge-silence.ts'
import { judgeLate, keepForLate } from './late-samples.ts'
import { isOvertaken, missingBefore, OWN_METRICS } from './own-metrics.ts'
import { digestAnalysis, digestReadings } from './recent-messages.ts'
import type { EngineState } from './restore-engine.ts'
import { newestOf, toJudgedTimes } from './sample-times.ts'
import {
  type DeviceEntry,
  type Occasion,
  type SampleSlot,
  type SilenceSlot,
  type Slot,
  subjectOf,
  type Track,
} from './slots.ts'
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
      expire(slot, toOccasion(state, order, out))
      return
    case 'history':
      slot.dueMs = Number.POSITIVE_INFINITY
      slot.live.history = null
      endHistory(slot, toOccasion(state, order, out))
      return
    case 'silence':
      fallSilent(slot, order, out)
      return
    case 'spot':
      state.spots.delete(slot.key)
      out.push(vanish(slot, order))
  }
}

type LoudOccasion = Occasion & { out: Signal[] }

function toOccasion({ times }: EngineState, order: SignalOrder, out: Signal[]): LoudOccasion {
  return { order, liveFromMs: order.clockMs - times.liveWithinMs, out }
}

/** Judges one message of readings that arrived now, at `state.clockMs`. */
export function judgeReadings(state: EngineState, readings: Readings, out: Signal[]): void {
  const { book, seq, clockMs } = state
  const entry = book.entryOf(readings.deviceId)
  if (entry.recent.isRepeated(digestReadings(readings))) return
  const order = { seq, clockMs }
  const occasion = toOccasion(state, order, out)
  const newestMs = newestOf(readings.samples)
  const samples = toJudgedTimes(readings.samples, newestMs, entry.clock, clockMs)
  judgeMessage(state, entry, readings.messageSeq, newestMs, occasion)
  entry.heardMs = clockMs
  hearAll(state, entry.silences, order, out)
  if (entry.family !== null) hearThrough(state, entry.family, order, out)
  if (entry.headOf !== null) hearThrough(state, entry.headOf, order, out)
  for (let from = 0; from < samples.length; ) {
    let until = from + 1
    while (until < samples.length && samples[until]!.atMs === samples[from]!.atMs) until++
    takeMoment(state, entry, samples, from, until, occasion)
    from = until
  }
}

/**
 * Takes the samples of one moment, `from` to before `until`. All are known before any is judged: a rule that looks at
 * several metrics sees them as they were measured together, in whatever order the message names them.
 */
function takeMoment(
  state: EngineState,
  entry: DeviceEntry,
  samples: Sample[],
  from: number,
  until: number,
  occasion: LoudOccasion,
): void {
  const { book, clockMs } = state
  const news: Track[] = []
  for (let i = from; i < until; i++) {
    const { metric, atMs, value } = samples[i]!
    const track = book.trackOf(entry, metric)
    if (track === undefined) continue
    track.heardMs = clockMs
    hearAll(state, track.silences, occasion.order, occasion.out)
    if (atMs > track.lastAtMs) {
      note(state, track, atMs, value)
      news.push(track)
    } else if (atMs < track.lastAtMs) takeLate(state, entry, track, atMs, value, occasion)
  }
  for (const track of news) judgeNews(state, track, occasion)
}

/** Remembers a sample that is newer than all before it, to be judged. */
function note({ clockMs, times }: EngineState, track: Track, atMs: number, value: number): void {
  keepForLate(track, atMs, value, times.lateToleranceMs)
  track.lastAtMs = atMs
  track.lastValue = value
  track.skewMs = clockMs - atMs
}

/** Judges the newest sample of a track. */
function judgeNews({ queue }: EngineState, track: Track, occasion: Occasion): void {
  for (const slot of track.slots) {
    judgeSample(slot, track.lastAtMs, track.lastValue, occasion)
    queue.schedule(slot)
  }
}

/** Judges a sample in its place among the last, or as history. */
function takeLate(
  { book, queue, times }: EngineState,
  entry: DeviceEntry,
  track: Track,
  atMs: number,
  value: number,
  occasion: Occasion,
): void {
  if (!judgeLate(track, atMs, value, times.lateToleranceMs, occasion))
    queue.schedule(judgeAsHistory(book, entry, track, atMs, value, occasion))
  else for (const slot of track.slots) queue.schedule(slot)
}

/** Judges what the engine itself observes of a message: the device's clock, and messages that are missing. */
function judgeMessage(
  state: EngineState,
  entry: DeviceEntry,
  messageSeq: number | null,
  newestMs: number,
  occasion: Occasion,
): void {
  const { book, clockMs } = state
  if (book.asksFor(OWN_METRICS.clock)) {
    const value = aheadS(entry.clock, newestMs, clockMs)
    if (value !== null) takeOwn(state, entry, OWN_METRICS.clock, value, occasion)
  }
  if (book.asksFor(OWN_METRICS.missing)) {
    const value = missingBefore(entry.messageSeq, messageSeq)
    if (value !== null) takeOwn(state, entry, OWN_METRICS.missing, value, occasion)
  }
  if (messageSeq !== null && !isOvertaken(entry.messageSeq, messageSeq)) entry.messageSeq = messageSeq
}

/** By our clock, and never at the same moment twice: several messages may come within a millisecond. */
function takeOwn(state: EngineState, entry: DeviceEntry, metric: string, value: number, occasion: Occasion): void {
  const track = state.book.trackOf(entry, metric)
  if (track === undefined) return
  note(state, track, Math.max(state.clockMs, track.lastAtMs + 1), value)
  judgeNews(state, track, occasion)
}

/** Judges that a device came or went. */
export function judgeStatus(state: EngineState, status: DeviceStatus, out: Signal[]): void {
  if (!state.book.asksFor(OWN_METRICS.online)) return
  const occasion = toOccasion(state, { seq: state.seq, clockMs: state.clockMs }, out)
  takeOwn(state, state.book.entryOf(status.deviceId), OWN_METRICS.online, status.online ? 1 : 0, occasion)
}

function hearAll({ queue }: EngineState, silences: SilenceSlot[], order: SignalOrder, out: Signal[]): void {
  for (const slot of silences) {
    hear(slot, order, out)
    queue.schedule(slot)
  }
}

function hearThrough({ queue }: EngineState, family: Family, order: SignalOrder, out: Signal[]): void {
  for (const slot of hearFamily(family, order, out)) queue.schedule(slot)
}

/** The registry says another gateway of a device than before. */
export function leaveGateway({ clockMs, queue, orphans, book }: EngineState, id: string, before: Family): void {
  for (const slot of silencesOf(book.entryOf(id))) {
    if (slot.unknownBy !== before) continue
    awaitAnew(slot, clockMs)
    queue.schedule(slot)
  }
  if (before.children.size > 0) return
  book.families.delete(before.gateway)
  if (before.head !== null) before.head.headOf = null
  if (before.alert === null) return
  const { id: rule, title, category, judge } = before.alert
  const subject = { device: before.gateway }
  const { severity } = judge
  orphans.set(spotKey(rule, subject), { rule, title, category, subject, severity, cause: 'device_changed' })
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
  if (slot.told === 'nothing') return
  const { id, title, category } = slot.rule
  const severity = slot.judge.severities[Math.max(slot.hold.shown, 1) - 1]!
  const subject = subjectOf(slot)
  const historical = slot.told === 'history'
  const orphan: Orphan = { rule: id, title, category, subject, severity, cause: 'device_changed' }
  state.orphans.set(
    `${spotKey(id, subject)}${historical ? '|history' : ''}`,
    historical ? { ...orphan, historical } : orphan,
  )
}

/** What fires again under new rules needs no clearing. */
export function adoptOrphans({ orphans }: EngineState, signals: Signal[]): void {
  if (orphans.size === 0) return
  for (const { rule, subject, historical } of signals) if (!historical) orphans.delete(spotKey(rule, subject))
}

/** Clears that a change of rules causes come after all that was said up to the same clock. */
const AFTER_ALL_MS = 0.5

export function clearOrphans({ orphans, seq, clockMs }: EngineState, out: Signal[]): void {
  const order = { seq, clockMs: clockMs + AFTER_ALL_MS }
  for (const orphan of orphans.values()) out.push(toClear(orphan, order))
  orphans.clear()
}

function toClear({ rule, title, category, subject, severity, cause, historical }: Orphan, order: SignalOrder): Signal {
  return toSignal({
    rule: { id: rule, title, category },
    subject,
    state: 'cleared',
    severity,
    order,
    atMs: Math.floor(order.clockMs),
    reason: { code: cause },
    historical,
  })
}

/** Moves the moments since which nothing was heard or seen: the time from the engine's clock to `nowMs` does not count. */
export function skipSilence({ book, spots, queue, clockMs }: EngineState, nowMs: number): void {
  const gapMs = nowMs - clockMs
  for (const entry of book.entries.values())
    for (const holder of [entry, ...entry.tracks.values()]) {
      if (holder.heardMs !== null) holder.heardMs = Math.min(holder.heardMs + gapMs, nowMs)
      for (const slot of holder.silences) {
        slot.sinceMs = Math.min(slot.sinceMs + gapMs, nowMs)
        if (!slot.silent && slot.unknownBy === null) slot.dueMs = slot.sinceMs + slot.limitMs
        queue.schedule(slot)
      }
    }
  for (const family of book.families.values()) family.heardMs = Math.min(family.heardMs + gapMs, nowMs)
  for (const slot of spots.values()) slot.dueMs += gapMs
}
