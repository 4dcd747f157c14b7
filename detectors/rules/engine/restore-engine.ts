import type { Device } from '../../../core/device.ts'
import { createDueQueue, type DueQueue } from '../../../core/due-queue.ts'
import { subjectKey } from '../../../core/signal.ts'
import type { RuleSet } from '../rule.ts'
import { type Composites, createComposites } from './composites.ts'
import { createDeviceBook, type DeviceBook } from './device-book.ts'
import {
  type EngineSnapshot,
  firingIn,
  type Orphan,
  orphanKey,
  type RememberedSilence,
  toOrphans,
} from './engine-snapshot.ts'
import { createFindings, type Findings, restoreFindings } from './findings.ts'
import { awaitAnew, keepUnknown, silencesOf, staysUnknown } from './gateway-family.ts'
import { setChange } from './judge-sample.ts'
import type { Spots } from './judge-sight.ts'
import { silentUntilMs } from './judge-silence.ts'
import { createRecords, type Records } from './records.ts'
import { restoreComposites } from './remember-composites.ts'
import { restoreRecords } from './remember-records.ts'
import type { SilenceSlot, Slot, SpotSlot } from './slots.ts'
import { createSuspicions, restoreSuspicions, type Suspicions } from './suspicions.ts'

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
  spots: Spots
  records: Records
  findings: Findings
  suspicions: Suspicions
  /** Rules about findings or suspicions that have not heard of those that are there already. */
  newcomers: Set<string>
  composites: Composites
  /** Rules that are inputs of composites only: what they say is not told. */
  hidden: ReadonlySet<string>
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
  const spots: Spots = { slots: new Map(), unseen: 0 }
  const records = createRecords(rules)
  const findings = createFindings(rules)
  const suspicions = createSuspicions(rules)
  const composites = createComposites(rules)
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
      restoreSilence(slot, silences.get(slot.key), snapshot?.clockMs ?? 0)
      slot.dueMs = Math.max(slot.dueMs, earliestMs)
      queue.schedule(slot)
    },
    onHistory: (track) => queue.schedule(track),
  })
  if (snapshot !== null) {
    for (const remembered of snapshot.devices) book.entryOf(remembered.id, remembered)
    restoreSamples(snapshot, unchanged, book, queue)
    restoreSpots(snapshot, rules, unchanged, spots.slots, queue)
    restoreGateways(snapshot, rules, unchanged, { book, queue, orphans })
    const { recordSources = [] } = snapshot
    for (const slot of restoreRecords(records, snapshot.records ?? [], recordSources, unchanged)) queue.schedule(slot)
    restoreFindings(findings, snapshot.findings ?? [], unchanged)
    restoreSuspicions(suspicions, snapshot.suspicions ?? [], unchanged)
    restoreCombined(snapshot, unchanged, composites, book, queue)
    for (const orphan of toOrphans(snapshot, rules)) orphans.set(orphanKey(orphan), orphan)
  }
  const hidden = new Set(rules.rules.filter(({ raises }) => !raises).map(({ id }) => id))
  const newsRules = [...findings.rules, ...suspicions.rules]
  const newcomers = new Set(newsRules.map(({ id }) => id).filter((id) => !unchanged.has(id)))
  const { seq = 0, clockMs = 0 } = snapshot ?? {}
  const parts = { book, queue, spots, records, findings, suspicions, newcomers, composites, hidden, orphans }
  return { times, seq, clockMs, rules, ...parts }
}

function restoreCombined(
  snapshot: EngineSnapshot,
  unchanged: Set<string>,
  composites: Composites,
  book: DeviceBook,
  queue: DueQueue<Slot>,
): void {
  const find = (id: string) => book.entries.get(id)?.device
  const firing = firingIn(snapshot)
    .filter(({ rule }) => unchanged.has(rule))
    .map((one) => {
      const position = one.position ?? find(one.subject.device ?? '')?.position
      return position === undefined ? one : { ...one, position }
    })
  const past = { clockMs: snapshot.clockMs, remembered: snapshot.composites ?? [], unchanged, firing }
  restoreComposites(composites, past, find)
  for (const { areas } of composites.list) for (const slot of areas.values()) queue.schedule(slot)
}

function silenceKey({ rule, subject }: RememberedSilence): string {
  return `${rule}|${subject.device}|${subject.metric ?? ''}`
}

function restoreSilence(slot: SilenceSlot, remembered: RememberedSilence | undefined, clockMs: number): void {
  if (remembered === undefined) return
  const { state = 'silent', sinceMs = slot.sinceMs } = remembered
  slot.silent = state === 'silent'
  slot.sinceMs = sinceMs
  slot.dueMs = state === 'waiting' ? sinceMs + slot.limitMs : silentUntilMs(slot, clockMs)
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
    const { title, category, raises } = rule
    const orphan: Orphan = { rule: id, title, category, subject, severity, cause: 'device_changed' }
    orphans.set(orphanKey(orphan), raises ? orphan : { ...orphan, isHidden: true })
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
  for (const { rule: id, subject, severity, position, dueMs, pending } of snapshot.spots) {
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
      isShown: pending === undefined,
      camera: pending?.camera ?? '',
      firstMs: pending?.firstMs ?? Number.POSITIVE_INFINITY,
      repeats: pending?.repeats ?? [],
      dueMs,
      queuedMs: Number.POSITIVE_INFINITY,
    }
    spots.set(slot.key, slot)
    queue.schedule(slot)
  }
}
