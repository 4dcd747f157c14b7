import type { Category } from '../../core/category.ts'
import type { Attributes, Device } from '../../core/device.ts'
import type { FindingChange } from '../../core/finding.ts'
import type { TextMatch } from '../../core/glob.ts'
import type { RecordEntry } from '../../core/observation.ts'
import type { Severity } from '../../core/severity.ts'
import type { Reason } from '../../core/signal.ts'
import type { SuspicionState } from '../../core/suspicion.ts'
import type { Delays } from './engine/hold.ts'
import type { Condition as CompositeCondition, MemberReference, MemberTest } from './parts/composite-condition.ts'
import type { Condition } from './parts/condition.ts'
import type { OpenTimes } from './parts/schedule.ts'
import type { DeviceMatch } from './parts/where.ts'

/**
 * What a judge of samples keeps of one metric's past: a flat list of numbers that belongs to one slot. `remember` and
 * `elapse` may change it in place. Empty for kinds that need none.
 */
export type Memory = number[]

/** The newest judged value of a metric. */
export interface Latest {
  value: number
  /** Device time at which it is judged, ms. */
  atMs: number
}

/** What a judge may look at beside its own metric. Everything is as of the observation being judged. */
export interface SampleContext {
  readonly deviceId: string
  readonly metric: string
  /** Undefined while the registry does not know the device. */
  readonly device: Device | undefined
  /** Of the device and, where it has none of that name, of its place. */
  readonly attributes: Attributes
  /** Newest value of a metric of this device (or another). Only metrics that some rule is about or names in `alsoMetrics`. */
  latest(metric: string, deviceId?: string): Latest | undefined
  /** Newest values of a metric of the other devices at the same place; empty where the place is unknown. */
  around(metric: string): Latest[]
}

/** A condition counts when it was met often enough: by `count` of the last `of` samples, or of all within `withinMs`. */
export type Repeat = { count: number; of: number } | { count: number; withinMs: number }

/** Judges single values of a metric; severities are in rising order, level i being `severities[i - 1]`. */
export interface SampleJudge extends Delays {
  input: 'samples'
  metric: TextMatch
  /** The metrics when they are named without wildcards, so that rules can be found by them. */
  metricNames: string[] | null
  /** Metrics that `context.latest` and `context.around` are asked for, beside the rule's own. */
  alsoMetrics?: string[]
  severities: Severity[]
  repeat?: Repeat
  /** The memory after one more sample. Samples come in order of device time. */
  remember(memory: Memory, atMs: number, value: number, context: SampleContext): Memory
  /** The number that limits are compared with, or undefined while the past does not suffice (nothing changes then). */
  measure(memory: Memory, atMs: number, value: number, context: SampleContext): number | undefined
  /**
   * Device time at which the number changes although no sample comes (a window ends), or Infinity. `elapse` is then
   * called with that moment and gives the number as `measure` does; afterwards `changesMs` must be later.
   */
  changesMs?(memory: Memory): number
  elapse?(memory: Memory, atMs: number): number | undefined
  levelOf(measured: number, before: number, memory: Memory): number
  /** Why the given level (1 or more) holds, or, for a level that does not, what it would take. */
  reasonOf(measured: number, level: number, memory: Memory): Reason
  /**
   * The judge for one device, where limits come from its attributes or those of its place; null when they do not say
   * them and there is no default: the rule then does not judge this device. Severities and delays are the same for all.
   */
  forDevice?(attributes: Attributes, device: Device | undefined): SampleJudge | null
}

/** Judges that nothing comes. */
export interface SilenceJudge {
  input: 'silence'
  /** The one metric that is awaited, or null when any reading of the device will do. */
  metric: string | null
  severity: Severity
  /** Silence that is too long for this device, ms, or null when nobody knows how often it should speak. */
  limitMs(device: Device): number | null
}

/** Judges what a model saw in frames. */
export interface SightJudge {
  input: 'sights'
  labels: ReadonlyMap<string, Severity>
  /** What the model's score of a label must reach. */
  minScoreOf(label: string): number
  /** Least width and height of a box in pixels of the picture as it was sent. */
  minBoxPx: number
  /** Of the camera's frames (`of`), or of all sightings within a time, before it counts. */
  repeat?: Repeat
  /** From the first sighting to the first that counts, by the time of the frames. */
  onDelayMs: number
  clearAfterMs: number
  /** What else must be true of a detection. */
  condition: Condition
}

/** Judges what is filed or reported. */
export interface RecordJudge {
  input: 'records'
  types: TextMatch
  /** Records that end what others began; null: only time does. */
  endedBy: TextMatch | null
  address: TextMatch
  /** What else must be true of a record that begins it. */
  condition: Condition
  /** How long one holds from its own time, ms. */
  holdForMs: number
  severity: Severity
  /** So many within this time, ms, before it holds; 1 for the first. */
  count: number
  withinMs: number
  /** Text that must differ for two to count as two, or null when it is not there. */
  distinctOf(record: RecordEntry): string | null
}

/** Judges findings of patrols. */
export interface FindingJudge {
  input: 'findings'
  labels: ReadonlyMap<string, Severity>
  /** Only what is known to be at least so large; 0: whatever its size. */
  minAreaM2: number
  /** Only what is known to be so many times as large as on the flight before; 0: whether it grows or not. */
  grownBy: number
  /** Only one of these changes begins it; null: whichever. */
  changes: ReadonlySet<FindingChange> | null
  /** What the reach that it lies in must say of itself. */
  reach: [string, string | number | boolean][]
  /** What else must be true of it. */
  condition: Condition
}

/** Judges what is thought of works in houses. */
export interface SuspicionJudge {
  input: 'suspicions'
  states: ReadonlySet<SuspicionState>
  /** From which probability on it is how severe, mildest first; a state that is not likely holds whatever its probability. */
  severities: { severity: Severity; from: number }[]
  /** At least so severe once nobody went to look in time. */
  overdue: Severity | null
  /** Only where something was measured, seen or reported, whatever explains it. */
  isSensed: boolean
}

/** Judges what other rules say. */
export interface CompositeJudge extends Delays {
  input: 'signals'
  condition: CompositeCondition
  /** Tests whose members are wanted, not shut out. */
  wanted: MemberTest[]
  /** Where the file names its members. */
  references: MemberReference[]
  /** What members must have in common, or how near to the first they must be. */
  by: 'device' | 'place' | 'gateway' | 'everything' | { nearM: number }
  /** How long a member counts after it ended, ms. */
  withinMs: number
  severities: Severity[]
  /** The level when the condition holds with so many devices. */
  levelOf(devices: number): number
}

export type RuleJudge =
  | SampleJudge
  | SilenceJudge
  | SightJudge
  | RecordJudge
  | FindingJudge
  | SuspicionJudge
  | CompositeJudge

/** One rule, checked and ready to judge. */
export interface Rule {
  id: string
  title: { zh: string; en: string }
  category: Category
  kind: string
  /** People may be harmed: its alerts are never grouped, silenced by matcher or rate-limited. */
  lifeSafety: boolean
  /** Its alerts only try the path. */
  test?: true
  /** False: it only feeds composite rules and raises nothing itself. */
  raises: boolean
  /** Hash of all that the file says of what it does: equal hashes judge alike, so state can be carried over. */
  hash: string
  where: DeviceMatch
  judge: RuleJudge
  /** When it is in force; always when absent. */
  openTimes?: OpenTimes
}

/** A rule whose judge is known to be of one sort. */
export type RuleOf<J extends RuleJudge> = Rule & { judge: J }

/** The rules in force. */
export interface RuleSet {
  /** Hash over all rules, whatever their order and files. */
  version: string
  rules: Rule[]
  /** What rules may ask about a device: its own attributes over those of its place. Absent: its own. */
  attributesOf?(device: Device): Attributes
  /** The places that a place is part of, nearest first. Absent: nobody said. */
  placesAbove?(place: string): string[]
}
