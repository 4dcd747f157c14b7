import type { Category } from '../../core/category.ts'
import type { Device } from '../../core/device.ts'
import type { Severity } from '../../core/severity.ts'
import type { Reason } from '../../core/signal.ts'
import type { TextMatch } from './glob.ts'
import type { Delays } from './hold.ts'
import type { DeviceMatch } from './where.ts'

/** What a judge of samples keeps of one metric's past: flat and JSON-safe, never mutated. Empty for kinds that need none. */
export type Memory = readonly number[]

/** Judges single values of a metric; severities are in rising order, level i being `severities[i - 1]`. */
export interface SampleJudge extends Delays {
  input: 'samples'
  metric: TextMatch
  /** The metrics when they are named without wildcards, so that rules can be found by them. */
  metricNames: string[] | null
  severities: Severity[]
  /** The memory after one more sample. Samples come in order of device time. */
  remember(memory: Memory, atMs: number, value: number): Memory
  /** The number that limits are compared with, or undefined while the past does not suffice (nothing changes then). */
  measure(memory: Memory, atMs: number, value: number): number | undefined
  levelOf(measured: number, before: number): number
  /** Why the given level (1 or more) holds. */
  reasonOf(measured: number, level: number): Reason
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
  minScore: number
  clearAfterMs: number
}

export type RuleJudge = SampleJudge | SilenceJudge | SightJudge

/** One rule, checked and ready to judge. */
export interface Rule {
  id: string
  title: { zh: string; en: string }
  category: Category
  kind: string
  /** People may be harmed: its alerts are never grouped, silenced by matcher or rate-limited. */
  lifeSafety: boolean
  /** False: it only feeds composite rules and raises nothing itself. */
  raises: boolean
  /** Hash of all that the file says of what it does: equal hashes judge alike, so state can be carried over. */
  hash: string
  where: DeviceMatch
  judge: RuleJudge
}

/** A rule whose judge is known to be of one sort. */
export type RuleOf<J extends RuleJudge> = Rule & { judge: J }

/** The rules in force. */
export interface RuleSet {
  /** Hash over all rules, whatever their order and files. */
  version: string
  rules: Rule[]
}
