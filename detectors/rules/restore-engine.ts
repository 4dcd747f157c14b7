import type { Device } from '../../core/device.ts'
import { subjectKey } from '../../core/signal.ts'
import { createDeviceBook, type DeviceBook } from './device-book.ts'
import { createDueQueue, type DueQueue } from './due-queue.ts'
import { type EngineSnapshot, type Orphan, type RememberedSilence, toOrphans } from './engine-snapshot.ts'
import { awaitAnew, keepUnknown, silencesOf, staysUnknown } from './gateway-family.ts'
import { setChange } from './judge-sample.ts'
import { spotKey } from './judge-sight.ts'
import type { RuleSet } from './rule.ts'
import type { SilenceSlot, Slot, SpotSlot } from './slots.ts'

/** How patient the engine is with time. */
export interface Times {
  /** A sample that is older than the newest of its metric by no more than this is judged in its place. */
  lateToleranceMs: number
  /** What happened longer ago than this is history when it is heard of: nobody is woken for it. */
  liveWithinMs: number
}

/** The mutable state of an engine under one set of rules. */
export interface EngineState {
  times: Times
  /** Position of the last observation judged, 0 before the first. */
  seq: number
  /** How far time has come, ms since the epoch, 0 before the first. */
  clockMs: number
  rules: RuleSet
  book: DeviceBook
  queue: DueQueue<Slot>
  spots: Map<string, SpotSlot>
  /** By rule and subject. */
  orphans: Map<string, Orphan>
}

/** Builds the state for a set of rules, taking over from a snapshot what rules of unchanged content had. */
export function restoreEngine(
  rules: RuleSet,
  device: (id: string) => Device | undefined,
  snapshot: EngineSnapshot | null,
  times: Times,
): EngineState {
  const queue = createDueQueue<Slot>()
  const spots = new Map<string, SpotSlot>()
  const orphans = new Map<string, Orphan>()
  const unchanged = new Set<string>()
  for (const { id, hash } of rules.rules) if (snapshot?.rules[id]?.hash === hash) unchanged.add(id)

  const silences = new Map<string, RememberedSilence>()
  for (const one of snapshot?.silences ?? [])
    if (unchanged.has(one.rule) && one.state !== 'gateway') silences.set(silenceKey(one), one)
  const earliestMs = snapshot === null ? Number.NEGATIVE_INFINITY : snapshot.clockMs + 1

  const book = createDeviceBook({
    rules,
    device,
    onAwaited(slot) {
      restoreSilence(slot, silences.get(slot.key))
      slot.dueMs = Math.max(slot.dueMs, earliestMs)
      queue.schedule(slot)
    },
    onHistory: (track) => queue.schedule(track),
  })
  if (snapshot !== null) {
    for (const remembered of snapshot.devices) book.entryOf(remembered.id, remembered)
    restoreSamples(snapshot, unchanged, book, queue)
    restoreSpots(snapshot, rules, unchanged, spots, queue)
    restoreGateways(snapshot, rules, unchanged, { book, queue, orphans })
    for (const orphan of toOrphans(snapshot, rules))
      orphans.set(`${spotKey(orphan.rule, orphan.subject)}${orphan.historical ? '|history' : ''}`, orphan)
  }
  return { times, seq: snapshot?.seq ?? 0, clockMs: snapshot?.clockMs ?? 0, rules, book, queue, spots, orphans }
}

function silenceKey({ rule, subject }: RememberedSilence): string {
  return `${rule}|${subject.device}|${subject.metric ?? ''}`
}

function restoreSilence(slot: SilenceSlot, remembered: RememberedSilence | undefined): void {
  if (remembered === undefined) return
  const { state = 'silent', sinceMs = slot.sinceMs } = remembered
  slot.silent = state === 'silent'
  slot.sinceMs = sinceMs
  slot.dueMs = state === 'waiting' ? sinceMs + slot.limitMs : Number.POSITIVE_INFINITY
}

/** Gateways that are told as silent, and the devices of which nothing is known meanwhile. */
function restoreGateways(
  snapshot: EngineSnapshot,
  rules: RuleSet,
  unchanged: Set<string>,
  { book, queue, orphans }: Pick<EngineState, 'book' | 'queue' | 'orphans'>,
): void {
  const unknown = new Map<string, string>()
  for (const one of snapshot.silences) {
    if (!unchanged.has(one.rule)) continue
    if (one.state === 'unknown' && one.gateway !== undefined) unknown.set(silenceKey(one), one.gateway)
    if (one.state === 'gateway') restoreGateway(one, rules, book, orphans)
  }
  const slots = [...book.entries.values()].flatMap(silencesOf).filter(({ key }) => unknown.has(key))
  for (const slot of slots) {
    const family = book.families.get(unknown.get(slot.key) ?? '')
    if (family !== undefined) keepUnknown(family, slot)
  }
  for (const slot of slots.filter((one) => !staysUnknown(one))) {
    awaitAnew(slot, snapshot.clockMs)
    queue.schedule(slot)
  }
}

/** Nobody would end the alert of a gateway that no device speaks through any more. */
function restoreGateway(
  { rule: id, subject, severity }: RememberedSilence,
  rules: RuleSet,
  book: DeviceBook,
  orphans: EngineState['orphans'],
): void {
  const rule = rules.rules.find((candidate) => candidate.id === id)
  if (rule?.judge.input !== 'silence') return
  const family = book.families.get(subject.device ?? '')
  if (family !== undefined) family.alert = { ...rule, judge: rule.judge }
  else {
    const { title, category } = rule
    orphans.set(spotKey(id, subject), { rule: id, title, category, subject, severity, cause: 'device_changed' })
  }
}

function restoreSamples(
  snapshot: EngineSnapshot,
  unchanged: Set<string>,
  book: DeviceBook,
  queue: DueQueue<Slot>,
): void {
  for (const remembered of snapshot.samples) {
    const { rule, device, metric, raw, shown, sinceMs, isHistory } = remembered
    if (!unchanged.has(rule)) continue
    const live = book.trackOf(book.entryOf(device), metric)
    const track = isHistory ? live?.history : live
    const slot = track?.slots.find((candidate) => candidate.rule.id === rule)
    if (track === undefined || track === null || slot === undefined) continue
    slot.hold = { raw, shown, sinceMs }
    slot.measured = remembered.measured
    slot.indicated = remembered.indicated
    slot.memory = remembered.memory
    slot.repeats = remembered.repeats
    slot.told = remembered.told
    slot.older = remembered.older
    slot.newer = remembered.newer
    setChange(slot, track.lastAtMs)
    if (!isHistory) queue.schedule(slot)
  }
}

function restoreSpots(
  snapshot: EngineSnapshot,
  rules: RuleSet,
  unchanged: Set<string>,
  spots: Map<string, SpotSlot>,
  queue: DueQueue<Slot>,
): void {
  const byId = new Map(rules.rules.map((rule) => [rule.id, rule]))
  for (const { rule: id, subject, severity, position, dueMs } of snapshot.spots) {
    const rule = byId.get(id)
    if (rule === undefined || rule.judge.input !== 'sights' || !unchanged.has(id)) continue
    const slot: SpotSlot = {
      sort: 'spot',
      key: `${id}|${subjectKey(subject)}`,
      rule,
      judge: rule.judge,
      subject,
      severity,
      position,
      dueMs,
      queuedMs: Number.POSITIVE_INFINITY,
    }
    spots.set(slot.key, slot)
    queue.schedule(slot)
  }
}
