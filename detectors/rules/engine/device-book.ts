import type { Attributes, Device } from '../../../core/device.ts'
import type { Rule, RuleOf, RuleSet, SampleJudge, SightJudge, SilenceJudge } from '../rule.ts'
import { type DeviceClock, trustedClock } from './device-clock.ts'
import { joinFamily, leadFamily, silencesOf } from './gateway-family.ts'
import { isOwnMetric } from './own-metrics.ts'
import { createRecentMessages } from './recent-messages.ts'
import type { Family } from './slots.ts'
import { type DeviceEntry, type HistoryTrack, SampleSlot, type SilenceSlot, type Track } from './slots.ts'
import { type PlaceIndex, settleAt, TrackContext } from './track-context.ts'

const NO_ATTRIBUTES: Attributes = {}

/** What a restart remembers of a track; null stands for -Infinity. */
export interface RememberedTrack {
  metric: string
  lastAtMs: number | null
  lastValue: number
  skewMs: number
  heardMs: number | null
  recent: number[]
  olderMs: number | null
  newerMs: number | null
  history: { lastAtMs: number | null; lastValue: number; dueMs: number } | null
}

/** What a restart remembers of a device. */
export interface RememberedDevice {
  heardMs: number | null
  recent: number[]
  clock: DeviceClock
  messageSeq: number | null
  tracks: RememberedTrack[]
}

/** All devices with the rules that concern each, found once and kept. */
export interface DeviceBook {
  entries: Map<string, DeviceEntry>
  /** By gateway. */
  families: Map<string, Family>
  /** The entry of a device, made when it is new. */
  entryOf(id: string, remembered?: RememberedDevice): DeviceEntry
  /** The track of a metric, or undefined when no rule can be about it. */
  trackOf(entry: DeviceEntry, metric: string): Track | undefined
  /** An empty track beside a live one, with the same rules. */
  historyOf(entry: DeviceEntry, live: Track): HistoryTrack
  /** Whether some rule asks for this metric that the engine makes itself. */
  asksFor(metric: string): boolean
  /** Takes over what the registry says now of a device; gives the slots that no longer concern it. */
  renew(id: string): SampleSlot[]
}

export interface BookOptions {
  rules: RuleSet
  device(id: string): Device | undefined
  /** Told of each new rule that awaits readings. */
  onAwaited(slot: SilenceSlot): void
  /** Told of each history that a restart remembers. */
  onHistory(track: HistoryTrack): void
}

/** Metrics per device that are followed only because a rule has a pattern: what a device invents must not fill memory. */
const MAX_BY_PATTERN = 256
/** Metrics known to be of no rule, so that most of what devices say is not looked at twice. */
const MAX_UNASKED = 10_000

export function createDeviceBook({ rules, device, onAwaited, onHistory }: BookOptions): DeviceBook {
  const entries = new Map<string, DeviceEntry>()
  const families = new Map<string, Family>()
  const places: PlaceIndex = new Map()
  const { byMetric, byPattern, alsoMetrics, silences, sights } = sortRules(rules)
  const noRules: Rule[] = []
  const unasked = new Set<string>()
  const attributesOf = (found: Device | undefined): Attributes =>
    found === undefined ? NO_ATTRIBUTES : (rules.attributesOf?.(found) ?? found.attributes ?? NO_ATTRIBUTES)

  function entryOf(id: string, remembered?: RememberedDevice): DeviceEntry {
    const known = entries.get(id)
    if (known !== undefined) {
      if (known.device === undefined) adopt(known, device(id))
      return known
    }
    // What is remembered goes on under judges of the device's own attributes.
    const registered = device(id)
    const entry: DeviceEntry = {
      id,
      device: registered,
      attributes: attributesOf(registered),
      heardMs: remembered?.heardMs ?? null,
      recent: createRecentMessages(remembered?.recent),
      clock: { ...(remembered?.clock ?? trustedClock()) },
      messageSeq: remembered?.messageSeq ?? null,
      tracks: new Map(),
      silences: [],
      family: null,
      headOf: null,
      sights: sights.filter((rule) => rule.where(id, undefined)),
    }
    entries.set(id, entry)
    leadFamily(families, entry)
    for (const past of remembered?.tracks ?? []) entry.tracks.set(past.metric, toTrack(entry, past))
    for (const track of entry.tracks.values()) addSlots(entry, track)
    for (const { metric, history } of remembered?.tracks ?? []) {
      const live = entry.tracks.get(metric)!
      if (history === null) continue
      live.history = { ...historyOf(entry, live), ...history, lastAtMs: history.lastAtMs ?? Number.NEGATIVE_INFINITY }
      onHistory(live.history)
    }
    adopt(entry, registered)
    return entry
  }

  /** With a registry entry, rules by type and place apply too; those that applied before go on. */
  function adopt(entry: DeviceEntry, found: Device | undefined): void {
    if (found === undefined) return
    settleAt(places, entry, found.place)
    entry.device = found
    entry.attributes = attributesOf(found)
    entry.sights = sights.filter((rule) => rule.where(entry.id, found))
    for (const track of entry.tracks.values()) {
      addSlots(entry, track)
      if (track.history !== null) addSlots(entry, track.history)
    }
    for (const rule of silences) if (rule.where(entry.id, found)) addSilence(entry, found, rule, rule.judge)
    joinFamily(families, entries, entry)
  }

  function renew(id: string): SampleSlot[] {
    const known = entries.get(id)
    const found = device(id)
    if (known === undefined || found === undefined || known.device === found) {
      entryOf(id)
      return []
    }
    const dropped: SampleSlot[] = []
    const attributes = attributesOf(found)
    for (const track of known.tracks.values()) {
      track.slots = track.slots.filter((slot) => {
        const judge = slot.rule.where(id, found) ? judgeFor(slot.rule, attributes, found) : null
        if (judge === null) dropped.push(slot)
        else slot.judge = judge
        return judge !== null
      })
      if (track.history !== null) dropped.push(...forgetHistory(track.history))
    }
    adopt(known, found)
    return dropped
  }

  function trackOf(entry: DeviceEntry, metric: string): Track | undefined {
    const known = entry.tracks.get(metric)
    if (known !== undefined) return known
    if (unasked.has(metric)) return undefined
    if (!byMetric.has(metric) && !alsoMetrics.has(metric)) {
      if (isOwnMetric(metric) || !byPattern.some(({ judge }) => judge.metric(metric))) {
        if (unasked.size < MAX_UNASKED) unasked.add(metric)
        return undefined
      }
      if (entry.tracks.size >= MAX_BY_PATTERN + byMetric.size + alsoMetrics.size) return undefined
    }
    const track = idleTrack(entry, metric)
    entry.tracks.set(metric, track)
    addSlots(entry, track)
    return track
  }

  function addSlots(entry: DeviceEntry, track: Track): void {
    const matching = isOwnMetric(track.metric) ? [] : byPattern.filter(({ judge }) => judge.metric(track.metric))
    for (const rule of [...(byMetric.get(track.metric) ?? noRules), ...matching]) {
      const isNew = !track.slots.some((slot) => slot.rule === rule)
      if (!isNew || !rule.where(entry.id, entry.device)) continue
      const judge = judgeFor(rule, entry.attributes, entry.device)
      if (judge !== null) track.slots.push(new SampleSlot(rule, judge, entry, track))
    }
    // The order of signals must not depend on when the registry learnt of the device.
    track.slots.sort((a, b) => (a.rule.id < b.rule.id ? -1 : 1))
  }

  function idleTrack(entry: DeviceEntry, metric: string): Track {
    return {
      metric,
      lastAtMs: Number.NEGATIVE_INFINITY,
      lastValue: 0,
      skewMs: 0,
      heardMs: null,
      slots: [],
      silences: [],
      context: new TrackContext(entry, metric, entries, places),
      recent: [],
      olderMs: Number.NEGATIVE_INFINITY,
      newerMs: Number.NEGATIVE_INFINITY,
      history: null,
      isHistory: false,
    }
  }

  function toTrack(entry: DeviceEntry, { lastAtMs, olderMs, newerMs, history: _, ...rest }: RememberedTrack): Track {
    return {
      ...idleTrack(entry, rest.metric),
      ...rest,
      lastAtMs: lastAtMs ?? Number.NEGATIVE_INFINITY,
      olderMs: olderMs ?? Number.NEGATIVE_INFINITY,
      newerMs: newerMs ?? Number.NEGATIVE_INFINITY,
    }
  }

  function historyOf(entry: DeviceEntry, live: Track): HistoryTrack {
    const track: HistoryTrack = {
      ...idleTrack(entry, live.metric),
      isHistory: true,
      sort: 'history',
      key: `${entry.id}|${live.metric}`,
      entry,
      live,
      dueMs: Number.POSITIVE_INFINITY,
      queuedMs: Number.POSITIVE_INFINITY,
    }
    track.slots = live.slots.map(({ rule, judge }) => new SampleSlot(rule, judge, entry, track))
    return track
  }

  function addSilence(entry: DeviceEntry, found: Device, rule: Rule, judge: SilenceJudge): void {
    const limitMs = judge.limitMs(found)
    const known = silencesOf(entry).find((slot) => slot.rule === rule)
    if (known !== undefined && limitMs !== null) known.limitMs = limitMs
    if (known !== undefined || limitMs === null) return
    const track = judge.metric === null ? null : (entry.tracks.get(judge.metric) ?? idleTrack(entry, judge.metric))
    if (track !== null && !entry.tracks.has(track.metric)) {
      entry.tracks.set(track.metric, track)
      addSlots(entry, track)
    }
    const sinceMs = (track ?? entry).heardMs ?? found.registeredAtMs
    const slot: SilenceSlot = {
      sort: 'silence',
      key: `${rule.id}|${entry.id}|${track?.metric ?? ''}`,
      rule,
      judge,
      entry,
      track,
      limitMs,
      sinceMs,
      silent: false,
      unknownBy: null,
      dueMs: sinceMs + limitMs,
      queuedMs: Number.POSITIVE_INFINITY,
    }
    const list = (track ?? entry).silences
    list.push(slot)
    onAwaited(slot)
  }

  const asksFor = (metric: string) => byMetric.has(metric) || alsoMetrics.has(metric)

  return { entries, families, entryOf, trackOf, historyOf, asksFor, renew }
}

function sortRules({ rules }: RuleSet) {
  const byMetric = new Map<string, Rule[]>()
  const byPattern: RuleOf<SampleJudge>[] = []
  const alsoMetrics = new Set<string>()
  const silences: RuleOf<SilenceJudge>[] = []
  const sights: RuleOf<SightJudge>[] = []
  for (const rule of rules) {
    const { judge } = rule
    if (judge.input === 'records' || judge.input === 'signals') continue
    if (judge.input === 'findings' || judge.input === 'suspicions') continue
    if (judge.input === 'samples') for (const name of judge.alsoMetrics ?? []) alsoMetrics.add(name)
    if (judge.input === 'sights') sights.push({ ...rule, judge })
    else if (judge.input === 'silence') silences.push({ ...rule, judge })
    else if (judge.metricNames === null) byPattern.push({ ...rule, judge })
    else
      for (const name of new Set(judge.metricNames)) {
        const list = byMetric.get(name)
        if (list === undefined) byMetric.set(name, [rule])
        else list.push(rule)
      }
  }
  return { byMetric, byPattern, alsoMetrics, silences, sights }
}

/** A change of the device ends its histories: they are begun anew with the rules that now concern it. */
function forgetHistory(history: HistoryTrack): SampleSlot[] {
  history.live.history = null
  history.dueMs = Number.POSITIVE_INFINITY
  return history.slots
}

/** The rule's judge for one device, or null when the device lacks what its limits come from. */
function judgeFor(rule: Rule, attributes: Attributes, device: Device | undefined): SampleJudge | null {
  const judge = rule.judge as SampleJudge
  return judge.forDevice === undefined ? judge : judge.forDevice(attributes, device)
}
