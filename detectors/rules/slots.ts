import type { Attributes, Device } from '../../core/device.ts'
import type { Position } from '../../core/place.ts'
import type { Severity } from '../../core/severity.ts'
import type { Subject } from '../../core/signal.ts'
import type { Due } from './due-queue.ts'
import type { Hold } from './hold.ts'
import type { RecentMessages } from './recent-messages.ts'
import type { Memory, Rule, RuleOf, SampleContext, SampleJudge, SightJudge, SilenceJudge } from './rule.ts'

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
  tracks: Map<string, Track>
  /** Rules that await any reading of the device. */
  silences: SilenceSlot[]
  /** Rules that look at what this camera's frames show. */
  sights: RuleOf<SightJudge>[]
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

/** One rule over one track. */
export interface SampleSlot extends Due, SampleState {
  sort: 'sample'
  rule: Rule
  judge: SampleJudge
  entry: DeviceEntry
  track: Track
  context: SampleContext
  /** Device time at which something changes although no sample comes, or Infinity. */
  changesMs: number
  /** Where the slot's last signal of an observation stands, to tell several apart. */
  saidSeq: number
  saidClockMs: number
  saidCount: number
  saidIndex: number
}

/** One rule that awaits readings of a device, or of one metric of it. */
export interface SilenceSlot extends Due {
  sort: 'silence'
  rule: Rule
  judge: SilenceJudge
  entry: DeviceEntry
  track: Track | null
  limitMs: number
  silent: boolean
}

/** Something seen at a place; it exists from the first sight until it clears. */
export interface SpotSlot extends Due {
  sort: 'spot'
  rule: Rule
  judge: SightJudge
  subject: Subject
  severity: Severity
  position: Position | null
}

export type Slot = SampleSlot | SilenceSlot | SpotSlot

export function subjectOf(slot: Slot): Subject {
  if (slot.sort === 'spot') return slot.subject
  if (slot.track === null) return { device: slot.entry.id }
  return { device: slot.entry.id, metric: slot.track.metric }
}
