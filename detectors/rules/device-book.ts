import type { Device } from '../../core/device.ts'
import { idleHold } from './hold.ts'
import { createRecentMessages } from './recent-messages.ts'
import type { Rule, RuleOf, RuleSet, SampleJudge, SightJudge, SilenceJudge } from './rule.ts'
import type { DeviceEntry, SampleSlot, SilenceSlot, Track } from './slots.ts'

/** What a restart remembers of a device. */
export interface RememberedDevice {
  heardMs: number | null
  recent: number[]
  tracks: { metric: string; lastAtMs: number | null; skewMs: number; heardMs: number | null }[]
}

/** All devices with the rules that concern each, found once and kept. */
export interface DeviceBook {
  entries: Map<string, DeviceEntry>
  /** The entry of a device, made when it is new. */
  entryOf(id: string, remembered?: RememberedDevice): DeviceEntry
  /** The track of a metric, or undefined when no rule can be about it. */
  trackOf(entry: DeviceEntry, metric: string): Track | undefined
}

export interface BookOptions {
  rules: RuleSet
  device(id: string): Device | undefined
  /** Told of each new rule that awaits readings. */
  onAwaited(slot: SilenceSlot): void
}

export function createDeviceBook({ rules, device, onAwaited }: BookOptions): DeviceBook {
  const entries = new Map<string, DeviceEntry>()
  const { byMetric, byPattern, silences, sights } = sortRules(rules)
  const noRules: Rule[] = []

  function entryOf(id: string, remembered?: RememberedDevice): DeviceEntry {
    const known = entries.get(id)
    if (known !== undefined) {
      if (known.device === undefined) adopt(known, device(id))
      return known
    }
    const entry: DeviceEntry = {
      id,
      device: undefined,
      heardMs: remembered?.heardMs ?? null,
      recent: createRecentMessages(remembered?.recent),
      tracks: new Map(),
      silences: [],
      sights: sights.filter((rule) => rule.where(id, undefined)),
    }
    entries.set(id, entry)
    for (const track of remembered?.tracks ?? [])
      entry.tracks.set(track.metric, { ...idleTrack(track.metric), ...track, lastAtMs: track.lastAtMs ?? -Infinity })
    for (const track of entry.tracks.values()) addSlots(entry, track)
    adopt(entry, device(id))
    return entry
  }

  /** With a registry entry, rules by type and place apply too; those that applied before go on. */
  function adopt(entry: DeviceEntry, found: Device | undefined): void {
    if (found === undefined) return
    entry.device = found
    entry.sights = sights.filter((rule) => rule.where(entry.id, found))
    for (const track of entry.tracks.values()) addSlots(entry, track)
    for (const rule of silences) if (rule.where(entry.id, found)) addSilence(entry, found, rule, rule.judge)
  }

  function trackOf(entry: DeviceEntry, metric: string): Track | undefined {
    const known = entry.tracks.get(metric)
    if (known !== undefined) return known
    if (!byMetric.has(metric) && !byPattern.some(({ judge }) => judge.metric(metric))) return undefined
    const track = idleTrack(metric)
    entry.tracks.set(metric, track)
    addSlots(entry, track)
    return track
  }

  function addSlots(entry: DeviceEntry, track: Track): void {
    const matching = byPattern.filter(({ judge }) => judge.metric(track.metric))
    for (const rule of [...(byMetric.get(track.metric) ?? noRules), ...matching]) {
      const isNew = !track.slots.some((slot) => slot.rule === rule)
      if (isNew && rule.where(entry.id, entry.device))
        track.slots.push(idleSampleSlot(rule, rule.judge as SampleJudge, entry, track))
    }
    // The order of signals must not depend on when the registry learnt of the device.
    track.slots.sort((a, b) => (a.rule.id < b.rule.id ? -1 : 1))
  }

  function addSilence(entry: DeviceEntry, found: Device, rule: Rule, judge: SilenceJudge): void {
    const limitMs = judge.limitMs(found)
    if (limitMs === null) return
    const track = judge.metric === null ? null : (entry.tracks.get(judge.metric) ?? idleTrack(judge.metric))
    if (track !== null && !entry.tracks.has(track.metric)) {
      entry.tracks.set(track.metric, track)
      addSlots(entry, track)
    }
    const heardMs = (track ?? entry).heardMs ?? found.registeredAtMs
    const slot: SilenceSlot = {
      sort: 'silence',
      key: `${rule.id}|${entry.id}|${track?.metric ?? ''}`,
      rule,
      judge,
      entry,
      track,
      limitMs,
      silent: false,
      dueMs: heardMs + limitMs,
      queuedMs: Number.POSITIVE_INFINITY,
    }
    const list = (track ?? entry).silences
    list.push(slot)
    onAwaited(slot)
  }

  return { entries, entryOf, trackOf }
}

function sortRules({ rules }: RuleSet) {
  const byMetric = new Map<string, Rule[]>()
  const byPattern: RuleOf<SampleJudge>[] = []
  const silences: RuleOf<SilenceJudge>[] = []
  const sights: RuleOf<SightJudge>[] = []
  for (const rule of rules) {
    const { judge } = rule
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
  return { byMetric, byPattern, silences, sights }
}

function idleTrack(metric: string): Track {
  return { metric, lastAtMs: Number.NEGATIVE_INFINITY, skewMs: 0, heardMs: null, slots: [], silences: [] }
}

function idleSampleSlot(rule: Rule, judge: SampleJudge, entry: DeviceEntry, track: Track): SampleSlot {
  return {
    sort: 'sample',
    key: `${rule.id}|${entry.id}|${track.metric}`,
    rule,
    judge,
    entry,
    track,
    hold: idleHold(judge.severities.length),
    memory: [],
    measured: 0,
    saidSeq: -1,
    saidCount: 0,
    saidIndex: 0,
    dueMs: Number.POSITIVE_INFINITY,
    queuedMs: Number.POSITIVE_INFINITY,
  }
}
