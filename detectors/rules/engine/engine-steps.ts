import type { Device } from '../../../core/device.ts'
import type {
  DeviceStatus,
  FrameAnalysis,
  Readings,
  RecordEntry,
  Sample,
  VibrationAnalysis,
} from '../../../core/observation.ts'
import type { Signal, SignalOrder } from '../../../core/signal.ts'
import { type CompositeSlot, rehome, setAreaDue } from './composites.ts'
import { aheadS } from './device-clock.ts'
import { type Orphan, orphanKey } from './engine-snapshot.ts'
import { awaitAnew, hearFamily, silencesOf } from './gateway-family.ts'
import { combine } from './judge-composite.ts'
import { endHistory, judgeAsHistory } from './judge-history.ts'
import { expire, judgeSample } from './judge-sample.ts'
import { judgeSights, vanish } from './judge-sight.ts'
import { fallSilent, hear } from './judge-silence.ts'
import { judgeLate, keepForLate } from './late-samples.ts'
import { isOvertaken, missingBefore, OWN_METRICS } from './own-metrics.ts'
import { digestAnalysis, digestReadings } from './recent-messages.ts'
import { judgeRecord, lapse } from './records.ts'
import type { EngineState } from './restore-engine.ts'
import { newestOf, toJudgedTimes } from './sample-times.ts'
import type { Family } from './slots.ts'
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

/**
 * Lets time pass to `untilMs`, inclusive: everything due by then is decided, in order of its due. All that is due at
 * one moment is decided first, then what composites make of it.
 */
export function passTo(state: EngineState, untilMs: number, out: Signal[]): void {
  const { queue } = state
  for (let next = queue.dueBy(untilMs); next !== undefined; next = queue.dueBy(untilMs)) {
    const order = { seq: state.seq, clockMs: next.dueMs }
    const from = out.length
    const areas: CompositeSlot[] = []
    for (let slot: Slot | undefined = next; slot !== undefined; slot = queue.dueBy(order.clockMs)) {
      queue.take()
      if (slot.sort === 'composite') areas.push(slot)
      else decide(state, slot, order, out)
      if (slot.sort !== 'composite') queue.schedule(slot)
    }
    judgeComposites(state, areas, from, order, out)
  }
  state.clockMs = Math.max(state.clockMs, untilMs)
}

function decide(state: EngineState, slot: Exclude<Slot, CompositeSlot>, order: SignalOrder, out: Signal[]): void {
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
    case 'record':
      if (!lapse(slot, order, out)) state.records.slots.delete(slot.key)
      return
    case 'spot':
      state.spots.slots.delete(slot.key)
      if (slot.isShown) out.push(vanish(slot, order))
      slot.dueMs = Number.POSITIVE_INFINITY
  }
}

type LoudOccasion = Occasion & { out: Signal[] }

function toOccasion({ times }: EngineState, order: SignalOrder, out: Signal[]): LoudOccasion {
  return { order, liveFromMs: order.clockMs - times.liveWithinMs, out }
}

/** Lets composites hear what was said from `from` on at one moment, and look at the areas due at it. */
export function judgeComposites(
  { composites, book, queue }: EngineState,
  due: CompositeSlot[],
  from: number,
  order: SignalOrder,
  out: Signal[],
): void {
  if (composites.list.length === 0 || (due.length === 0 && from === out.length)) return
  const find = (id: string) => book.entries.get(id)?.device
  for (const slot of combine(composites, find, due, from, order, out)) queue.schedule(slot)
}

/** What a waveform told, as the device would have said it itself. */
export function toReadings({ deviceId, samples }: VibrationAnalysis): Readings {
  return { kind: 'readings', deviceId, messageSeq: null, samples }
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
  let news = 0
  for (let i = from; i < until; i++) {
    const { metric, atMs, value } = samples[i]!
    const track = book.trackOf(entry, metric)
    if (track === undefined) continue
    track.heardMs = clockMs
    hearAll(state, track.silences, occasion.order, occasion.out)
    if (atMs > track.lastAtMs) {
      keepForLate(track, atMs, value, state.times.lateToleranceMs)
      note(state, track, atMs, value)
      NEWS[news++] = track
    } else if (atMs < track.lastAtMs) takeLate(state, entry, track, atMs, value, occasion)
  }
  for (let i = 0; i < news; i++) judgeNewest(state, NEWS[i]!, occasion)
}

/** Tracks of the moment that is being judged; one list for all, as there is one with every message. */
const NEWS: Track[] = []

/** Remembers a sample that is newer than all before it, to be judged. */
function note({ clockMs }: EngineState, track: Track, atMs: number, value: number): void {
  track.lastAtMs = atMs
  track.lastValue = value
  track.skewMs = clockMs - atMs
}

/** Judges the newest sample of a track. */
function judgeNewest({ queue }: EngineState, track: Track, occasion: Occasion): void {
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
  judgeNewest(state, track, occasion)
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
  const isEmpty = before.children.size === 0
  const left = silencesOf(book.entryOf(id)).filter(({ unknownBy }) => unknownBy === before)
  for (const slot of isEmpty ? [...left, ...before.unknown] : left) {
    awaitAnew(slot, clockMs)
    queue.schedule(slot)
  }
  if (!isEmpty) return
  book.families.delete(before.gateway)
  if (before.head !== null) before.head.headOf = null
  if (before.alert === null) return
  const { id: rule, title, category, judge, raises } = before.alert
  const subject = { device: before.gateway }
  const { severity } = judge
  const orphan: Orphan = { rule, title, category, subject, severity, cause: 'device_changed' }
  orphans.set(orphanKey(orphan), raises ? orphan : { ...orphan, isHidden: true })
}

/** Judges what a model saw in one frame. */
export function judgeAnalysis(state: EngineState, analysis: FrameAnalysis, out: Signal[]): void {
  if (analysis.state !== 'analysed') return
  const entry = state.book.entryOf(analysis.deviceId)
  if (entry.recent.isRepeated(digestAnalysis(analysis))) return
  const order = { seq: state.seq, clockMs: state.clockMs }
  for (const rule of entry.sights)
    for (const slot of judgeSights(state.spots, rule, { analysis, camera: entry }, order, out))
      state.queue.schedule(slot)
}

/** Judges something filed or reported. */
export function judgeFiled(state: EngineState, record: RecordEntry, out: Signal[]): void {
  const { book, queue, records, seq, clockMs } = state
  if (records.rules.length === 0) return
  const source = book.entryOf(record.deviceId)
  for (const slot of judgeRecord(records, record, source, { seq, clockMs }, out)) queue.schedule(slot)
}

/** The registry knows other things of a device: composites look at what that changes when time next passes. */
export function moveMembers({ composites, book, queue, clockMs }: EngineState, device: Device): void {
  const checkMs = Math.floor(clockMs) + 1
  const find = (id: string) => book.entries.get(id)?.device
  rehome(composites, device, clockMs, find, (slot) => {
    slot.checkMs = checkMs
    setAreaDue(slot)
    queue.schedule(slot)
  })
}

/** A rule no longer concerns a device: what it had firing is cleared when time next passes. */
export function abandon(state: EngineState, slot: SampleSlot): void {
  slot.dueMs = Number.POSITIVE_INFINITY
  if (slot.told === 'nothing') return
  const { id, title, category, raises } = slot.rule
  const severity = slot.judge.severities[Math.max(slot.hold.shown, 1) - 1]!
  const subject = subjectOf(slot)
  const historical = slot.told === 'history'
  const orphan: Orphan = {
    ...{ rule: id, title, category, subject, severity, cause: 'device_changed' },
    ...(historical && { historical }),
    ...(!raises && { isHidden: true }),
  }
  state.orphans.set(orphanKey(orphan), orphan)
}

/** What fires again under new rules needs no clearing; if it is not told any more, only composites hear that it goes on. */
export function adoptOrphans({ orphans, hidden }: EngineState, said: Signal[]): void {
  if (orphans.size === 0) return
  for (const { rule, subject, historical } of said) {
    const key = orphanKey({ rule, subject })
    const orphan = historical ? undefined : orphans.get(key)
    if (orphan === undefined) continue
    if (hidden.has(rule) && !orphan.isHidden) orphans.set(key, { ...orphan, goesOn: true })
    else orphans.delete(key)
  }
}

/** Clears that a change of rules causes come after all that was said up to the same clock. */
const AFTER_ALL_MS = 0.5

/** Ends what no rule in force says any more, and what composites made of it. What is hidden was never told. */
export function clearOrphans(state: EngineState): Signal[] {
  const { orphans, seq, clockMs } = state
  const order = { seq, clockMs: clockMs + AFTER_ALL_MS }
  const ended = [...orphans.values()]
  orphans.clear()
  const heard = ended.filter(({ goesOn }) => !goesOn).map((orphan) => toClear(orphan, order))
  const said = [...heard]
  judgeComposites(state, [], 0, order, said)
  const told = ended.filter(({ isHidden }) => !isHidden).map((orphan) => toClear(orphan, order))
  return [...told, ...toTold(state, said.slice(heard.length))]
}

/** What is to be told: rules that are inputs only say nothing to the outside. */
export function toTold({ hidden }: EngineState, said: Signal[]): Signal[] {
  return said.length === 0 || hidden.size === 0 ? said : said.filter(({ rule }) => !hidden.has(rule))
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
  for (const slot of spots.slots.values()) slot.dueMs += gapMs
}
