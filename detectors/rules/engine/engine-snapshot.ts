import { AppError } from '../../../core/errors.ts'
import type { Position } from '../../../core/place.ts'
import type { Severity } from '../../../core/severity.ts'
import { type Subject, subjectKey } from '../../../core/signal.ts'
import type { Rule, RuleSet } from '../rule.ts'
import type { Composites } from './composites.ts'
import type { DeviceBook, RememberedDevice } from './device-book.ts'
import { trustedClock } from './device-clock.ts'
import { type Findings, type RememberedFinding, rememberFindings } from './findings.ts'
import { silencesOf } from './gateway-family.ts'
import type { Spots } from './judge-sight.ts'
import { copyState } from './late-samples.ts'
import type { Records } from './records.ts'
import { type Firing, type RememberedComposite, rememberComposites } from './remember-composites.ts'
import { type RememberedRecord, type RememberedSources, rememberRecords, rememberSources } from './remember-records.ts'
import { type SampleSlot, type SampleState, type SilenceSlot, type SpotSlot, subjectOf } from './slots.ts'
import { type RememberedSuspicion, rememberSuspicions, type Suspicions } from './suspicions.ts'

/** Written into every snapshot; one of another version is not read. */
export const SNAPSHOT_VERSION = 2

/** A rule as far as a later process needs it: to know whether it is still the same, and to end what it had begun. */
export interface RememberedRule {
  title: { zh: string; en: string }
  category: string
  hash: string
  /** It is an input of composites only. */
  isHidden?: true
}

/** The state of one rule over one track, when it is not idle. */
export interface RememberedSample {
  rule: string
  device: string
  metric: string
  raw: number
  shown: number
  sinceMs: number[]
  measured: number
  indicated: number
  memory: number[]
  repeats: number[]
  told: SampleSlot['told']
  older: SampleState | null
  newer: SampleState | null
  /** It is the state of the history beside the track. */
  isHistory: boolean
  /** Of the level shown; the mildest when none is. */
  severity: Severity
}

export interface RememberedSpot {
  rule: string
  subject: Subject
  severity: Severity
  position: Position | null
  dueMs: number
  /** It was not seen often enough yet. */
  pending?: Pick<SpotSlot, 'camera' | 'firstMs' | 'repeats'>
}

/** What has fallen silent, or is counted from another moment than the last word. */
export interface RememberedSilence {
  rule: string
  subject: Subject
  severity: Severity
  /** `gateway`: told because of its devices. Absent: `silent`. */
  state?: 'silent' | 'unknown' | 'waiting' | 'gateway'
  /** The gateway that makes it unknown. */
  gateway?: string
  sinceMs?: number
}

/** Something that fires although no rule in force says so any more: it is waiting to be told as cleared. */
export interface Orphan {
  rule: string
  title: { zh: string; en: string }
  category: string
  subject: Subject
  severity: Severity
  /** Code of the reason it will be cleared for. */
  cause: 'rule_changed' | 'rule_removed' | 'device_changed'
  historical?: true
  /** It was an input of composites only, so nobody was told of it. */
  isHidden?: true
  /** It is one now, and fires again: people are told that it is over, composites go on. */
  goesOn?: true
}

/** What fires and what only fired once stand apart. */
export function orphanKey({ rule, subject, historical }: Pick<Orphan, 'rule' | 'subject' | 'historical'>): string {
  return `${rule}|${subjectKey(subject)}${historical ? '|history' : ''}`
}

/** All state of the engine as JSON-safe data. */
export interface EngineSnapshot {
  version: typeof SNAPSHOT_VERSION
  seq: number
  clockMs: number
  rules: Record<string, RememberedRule>
  devices: ({ id: string } & RememberedDevice)[]
  samples: RememberedSample[]
  silences: RememberedSilence[]
  spots: RememberedSpot[]
  /** Absent where no rule is about records. */
  records?: RememberedRecord[]
  recordSources?: RememberedSources
  /** Absent where no rule is about findings. */
  findings?: RememberedFinding[]
  /** Absent where no rule is about suspicions. */
  suspicions?: RememberedSuspicion[]
  /** Absent where no rule is a composite. */
  composites?: RememberedComposite[]
  orphans: Orphan[]
}

/**
 * Takes a snapshot of this version, or of the one before it with what was not kept then filled in. Throws
 * `config_invalid` for any other.
 */
export function parseSnapshot(snapshot: unknown): EngineSnapshot {
  const version = (snapshot as { version?: unknown } | null)?.version
  if (version === SNAPSHOT_VERSION) return snapshot as EngineSnapshot
  if (version === 1) return fromVersion1(snapshot as EngineSnapshot)
  throw new AppError('config_invalid', 'the rule snapshot is of another version', { version })
}

function fromVersion1(old: EngineSnapshot): EngineSnapshot {
  return {
    ...old,
    version: SNAPSHOT_VERSION,
    devices: old.devices.map((device) => ({
      ...device,
      clock: trustedClock(),
      messageSeq: null,
      tracks: device.tracks.map((track) => ({
        ...track,
        ...{ lastValue: 0, recent: [], olderMs: track.lastAtMs, newerMs: track.lastAtMs, history: null },
      })),
    })),
    samples: old.samples.map((sample) => ({
      ...sample,
      ...{ indicated: sample.raw, repeats: [], older: null, newer: null, isHistory: false },
      told: sample.shown > 0 ? 'live' : 'nothing',
    })),
  }
}

interface EngineParts {
  seq: number
  clockMs: number
  rules: RuleSet
  book: DeviceBook
  spots: Spots
  records: Records
  findings: Findings
  suspicions: Suspicions
  composites: Composites
  orphans: Map<string, Orphan>
}

/** All of it, copied: the engine may go on while this is being written. */
export function toSnapshot({
  seq,
  clockMs,
  rules,
  book,
  spots,
  records,
  findings,
  suspicions,
  composites,
  orphans,
}: EngineParts): EngineSnapshot {
  const snapshot: EngineSnapshot = {
    version: SNAPSHOT_VERSION,
    seq,
    clockMs,
    rules: Object.fromEntries(rules.rules.map((rule) => [rule.id, rememberRule(rule)])),
    devices: [],
    samples: [],
    silences: [],
    spots: [...spots.slots.values()].map(rememberSpot),
    ...(records.rules.length > 0 && {
      records: rememberRecords(records),
      recordSources: rememberSources(records),
    }),
    ...(findings.rules.length > 0 && { findings: rememberFindings(findings) }),
    ...(suspicions.rules.length > 0 && { suspicions: rememberSuspicions(suspicions) }),
    ...(composites.list.length > 0 && { composites: rememberComposites(composites) }),
    orphans: [...orphans.values()],
  }
  for (const entry of book.entries.values()) {
    const tracks: RememberedDevice['tracks'] = []
    for (const track of entry.tracks.values()) {
      const { metric, lastValue, skewMs, heardMs, history } = track
      // Field by field: there may be a hundred thousand of them, and the service stands still meanwhile.
      tracks.push({
        metric,
        lastValue,
        skewMs,
        heardMs,
        lastAtMs: finite(track.lastAtMs),
        recent: [...track.recent],
        olderMs: finite(track.olderMs),
        newerMs: finite(track.newerMs),
        history: history && { lastAtMs: finite(history.lastAtMs), lastValue: history.lastValue, dueMs: history.dueMs },
      })
      for (const slot of [...track.slots, ...(history?.slots ?? [])]) {
        const remembered = toRemembered(slot)
        if (remembered !== null) snapshot.samples.push(remembered)
      }
    }
    for (const slot of silencesOf(entry)) {
      const remembered = toRememberedSilence(slot)
      if (remembered !== null) snapshot.silences.push(remembered)
    }
    const { id, heardMs, clock, messageSeq } = entry
    snapshot.devices.push({ id, heardMs, recent: entry.recent.toList(), clock: { ...clock }, messageSeq, tracks })
  }
  for (const { gateway, alert } of book.families.values()) {
    if (alert === null) continue
    const { id, judge } = alert
    snapshot.silences.push({ rule: id, subject: { device: gateway }, severity: judge.severity, state: 'gateway' })
  }
  return snapshot
}

/** Null for one that is counted from the last word and not told. */
function toRememberedSilence(slot: SilenceSlot): RememberedSilence | null {
  const { rule, judge, entry, track, sinceMs, unknownBy } = slot
  const state: RememberedSilence['state'] = slot.silent ? 'silent' : unknownBy !== null ? 'unknown' : 'waiting'
  const lastMs = (track ?? entry).heardMs ?? entry.device?.registeredAtMs
  if (state === 'waiting' && sinceMs === lastMs) return null
  const told: RememberedSilence = { rule: rule.id, subject: subjectOf(slot), severity: judge.severity, state, sinceMs }
  return unknownBy === null ? told : { ...told, gateway: unknownBy.gateway }
}

/** Those that people were told of. */
export function firingSilences({ silences }: EngineSnapshot): RememberedSilence[] {
  return silences.filter(({ state = 'silent' }) => state === 'silent' || state === 'gateway')
}

function finite(ms: number): number | null {
  return Number.isFinite(ms) ? ms : null
}

/** Null for a slot that is as new. */
function toRemembered(slot: SampleSlot): RememberedSample | null {
  const { rule, judge, entry, track, hold, told, older, newer } = slot
  const state = copyState(slot)
  if (state === null && told === 'nothing' && older === null && newer === null) return null
  const { raw, shown, sinceMs } = hold
  return {
    rule: rule.id,
    device: entry.id,
    metric: track.metric,
    raw,
    shown,
    sinceMs: [...sinceMs],
    measured: slot.measured,
    indicated: slot.indicated,
    memory: [...slot.memory],
    repeats: [...slot.repeats],
    severity: judge.severities[Math.max(shown, 1) - 1]!,
    told,
    older: older && copyState(older),
    newer: newer && copyState(newer),
    isHistory: track.isHistory,
  }
}

function rememberRule({ title, category, hash, raises }: Rule): RememberedRule {
  return { title, category, hash, ...(!raises && { isHidden: true as const }) }
}

function rememberSpot(slot: SpotSlot): RememberedSpot {
  const { rule, subject, severity, position, dueMs, isShown, camera, firstMs, repeats } = slot
  const seen = { rule: rule.id, subject, severity, position, dueMs }
  return isShown ? seen : { ...seen, pending: { camera, firstMs, repeats: [...repeats] } }
}

/** All that a snapshot says is firing now, hidden or not. */
export function firingIn(snapshot: EngineSnapshot): Firing[] {
  const { samples, spots, records = [], findings = [], suspicions = [], composites = [] } = snapshot
  const located = (position: Position | null) => (position === null ? {} : { position })
  return [
    ...samples
      .filter(({ told }) => told === 'live')
      .map(({ rule, device, metric, severity }) => ({ rule, subject: { device, metric }, severity })),
    ...firingSilences(snapshot).map(({ rule, subject, severity }) => ({ rule, subject, severity })),
    ...spots
      .filter(({ pending }) => pending === undefined)
      .map(({ rule, subject, severity, position }) => ({ rule, subject, severity, ...located(position) })),
    ...records
      .filter(({ isActive }) => isActive)
      .map(({ rule, subject, severity, position }) => ({ rule, subject, severity, ...located(position) })),
    ...[...findings, ...suspicions].map(({ rule, subject, severity, position }) => ({
      rule,
      subject,
      severity,
      ...located(position),
    })),
    ...composites.flatMap(({ rule, areas }) =>
      areas
        .filter(({ shown }) => shown > 0)
        .map(({ subject, severity, position }) => ({ rule, subject, severity, ...located(position) })),
    ),
  ]
}

/** The part of a snapshot that rules in force have no place for, though it was firing. */
export function toOrphans(snapshot: EngineSnapshot, rules: RuleSet): Orphan[] {
  const hashes = new Map(rules.rules.map(({ id, hash }) => [id, hash]))
  const histories = snapshot.samples
    .filter(({ told }) => told === 'history')
    .map(({ rule, device, metric, severity }) => ({
      rule,
      subject: { device, metric },
      severity,
      historical: true as const,
    }))
  const orphans = [...snapshot.orphans]
  for (const { rule, subject, severity, ...how } of [...firingIn(snapshot), ...histories]) {
    const remembered = snapshot.rules[rule]
    if (remembered === undefined || hashes.get(rule) === remembered.hash) continue
    const { title, category, isHidden } = remembered
    const cause = hashes.has(rule) ? 'rule_changed' : 'rule_removed'
    const historical = 'historical' in how && { historical: how.historical }
    orphans.push({ rule, title, category, subject, severity, cause, ...historical, ...(isHidden && { isHidden }) })
  }
  return orphans
}
