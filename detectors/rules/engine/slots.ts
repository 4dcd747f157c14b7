import type { Attributes, Device } from '../../../core/device.ts'
import type { Due } from '../../../core/due-queue.ts'
import type { Position } from '../../../core/place.ts'
import type { Severity } from '../../../core/severity.ts'
import type { Signal, SignalOrder, Subject } from '../../../core/signal.ts'
import type { Memory, Rule, RuleOf, SampleContext, SampleJudge, SightJudge, SilenceJudge } from '../rule.ts'
import type { CompositeSlot } from './composites.ts'
import type { DeviceClock } from './device-clock.ts'
import { type Hold, idleHold } from './hold.ts'
import type { RecentMessages } from './recent-messages.ts'
import type { RecordSlot } from './records.ts'

/** What the engine knows of one device. */
export interface DeviceEntry {
  id: string
  /** Undefined while the registry does not know it. */
  device: Device | undefined
  /** Its own attributes and those of its place. */
  attributes: Attributes
  /** Clock of its last reading, null before the first. */
  heardMs: number | null
  recent: RecentMessages
  clock: DeviceClock
  /** Number of its last message, null while it gives none. */
  messageSeq: number | null
  tracks: Map<string, Track>
  /** Rules that await any reading of the device. */
  silences: SilenceSlot[]
  /** Of the gateway that it speaks through, and of the devices that speak through it; null where there is none. */
  family: Family | null
  headOf: Family | null
  /** Rules that look at what this camera's frames show. */
  sights: RuleOf<SightJudge>[]
}

/** A gateway with the devices that speak through it: what all of them stop saying at once is its silence, not theirs. */
export interface Family {
  gateway: string
  children: Set<DeviceEntry>
  /** The gateway itself, when it is known as a device. */
  head: DeviceEntry | null
  /** Clock of the last reading of any of them, -Infinity before the first. */
  heardMs: number
  /** By which rule the gateway is said to be silent because its devices are; null while it is not. */
  alert: RuleOf<SilenceJudge> | null
  /** Silences of which nothing can be said while the gateway is silent. */
  unknown: Set<SilenceSlot>
}

/** One metric of one device. */
export interface Track {
  metric: string
  /** Device time of the newest judged sample, -Infinity before the first. */
  lastAtMs: number
  /** Arrival minus device time of that sample: how the device's clock translates to ours. */
  skewMs: number
  /** Value of that sample. */
  lastValue: number
  heardMs: number | null
  slots: SampleSlot[]
  silences: SilenceSlot[]
  context: SampleContext
  /** Samples since `olderMs`, `[atMs, value, …]` in order of time: what late ones are judged among. */
  recent: number[]
  /** Device times whose states the slots keep in `older` and `newer`; -Infinity stands for before everything. */
  olderMs: number
  newerMs: number
  /** Where samples are judged that came too late to be judged in their place; null while none come. */
  history: HistoryTrack | null
  isHistory: boolean
}

/** A track beside the live one. Its signals are history; it ends when nothing old has come for a while. */
export interface HistoryTrack extends Track, Due {
  sort: 'history'
  entry: DeviceEntry
  live: Track
}

/** Where one rule over one track stands; what late samples go back to. */
export interface SampleState {
  hold: Hold
  memory: Memory
  /** The last number that limits were compared with. */
  measured: number
  /** The level that it indicated, before repeats, open times and delays. */
  indicated: number
  /** Samples that a `repeat` still counts: `[atMs, level, …]`, oldest first. */
  repeats: number[]
}

/** One rule over one track. A class, because there are very many: what can be derived is not kept. */
export class SampleSlot implements Due, SampleState {
  readonly sort = 'sample'
  readonly rule: Rule
  readonly entry: DeviceEntry
  readonly track: Track
  judge: SampleJudge
  hold: Hold
  memory: Memory = []
  measured = 0
  indicated = 0
  repeats: number[] = NO_REPEATS
  /** What was last said of it: nothing (or that it is over), that it was so once, or that it is so now. */
  told: 'nothing' | 'history' | 'live' = 'nothing'
  /** States at the track's `olderMs` and `newerMs`; null stands for idle. */
  older: SampleState | null = null
  newer: SampleState | null = null
  /** Device time at which something changes although no sample comes, or Infinity. */
  changesMs = Number.POSITIVE_INFINITY
  dueMs = Number.POSITIVE_INFINITY
  queuedMs = Number.POSITIVE_INFINITY
  /** Where its last signal of an observation stands, to tell several apart; null before the first. */
  said: Said | null = null

  constructor(rule: Rule, judge: SampleJudge, entry: DeviceEntry, track: Track) {
    this.rule = rule
    this.judge = judge
    this.entry = entry
    this.track = track
    this.hold = idleHold(judge.severities.length)
    if (judge.repeat !== undefined) this.repeats = []
  }

  get key(): string {
    return `${this.rule.id}|${this.entry.id}|${this.track.metric}`
  }
}

const NO_REPEATS: number[] = []

export interface Said {
  seq: number
  clockMs: number
  count: number
  index: number
}

/** One rule that awaits readings of a device, or of one metric of it. */
export interface SilenceSlot extends Due {
  sort: 'silence'
  rule: Rule
  judge: SilenceJudge
  entry: DeviceEntry
  track: Track | null
  limitMs: number
  /** From when the silence is counted. */
  sinceMs: number
  /** It was told. */
  silent: boolean
  /** It lasts too long, but this gateway is silent, so nothing is known of the device; else null. */
  unknownBy: Family | null
}

/** Something seen at a place; it exists from the first sight until it clears. */
export interface SpotSlot extends Due {
  sort: 'spot'
  rule: Rule
  judge: SightJudge
  subject: Subject
  severity: Severity
  position: Position | null
  /** It was seen often enough to count. What follows matters only until then. */
  isShown: boolean
  /** The camera that saw it last. */
  camera: string
  /** Time of the first frame that shows it, ms. */
  firstMs: number
  /** Frames that a `repeat` still counts: `[atMs, seen or not, …]`, oldest first. */
  repeats: number[]
}

export type Slot = SampleSlot | SilenceSlot | SpotSlot | HistoryTrack | RecordSlot | CompositeSlot

/** The moment of judging: where signals stand in the order, and where they go. */
export interface Occasion {
  order: SignalOrder
  /** What happened before is history: nobody is to be woken for it. */
  liveFromMs: number
  /** Null while a past is gone through again silently. */
  out: Signal[] | null
}

export function subjectOf(slot: SampleSlot | SilenceSlot | SpotSlot): Subject {
  if (slot.sort === 'spot') return slot.subject
  if (slot.track === null) return { device: slot.entry.id }
  return { device: slot.entry.id, metric: slot.track.metric }
}
