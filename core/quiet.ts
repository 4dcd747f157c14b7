/** What may keep an alert from being pushed, in the order in which they are asked. */
export const QUIET_GATES = [
  'out_of_service',
  'shelf',
  'false_alarm',
  'silence',
  'inhibition',
  'recurrence',
  'group',
] as const
export type QuietGate = (typeof QUIET_GATES)[number]

/** Why an alert is not pushed. It stands in the book and in the ledger all the same. */
export interface Quiet {
  gate: QuietGate
  /**
   * Out of service: the device. Shelf, false alarm: who said so. Silence, group: its id. Inhibition: the rule of inhibition.
   * Recurrence: `rule at place`.
   */
  by: string
  /** Inhibition: id of the alert of which this one is a symptom. */
  cause?: string
  sinceMs: number
  /** When it ends at the latest, where that is known. */
  untilMs?: number
  /** The condition began under the gate: nobody was told that it holds, so nobody needs to hear that it ended. */
  untold?: true
}

/** One alert (its rule and subject) put aside by a person. It survives that the condition comes and goes. */
export interface Shelf {
  by: string
  atMs: number
  untilMs: number
  /** Ends with the condition, if that comes first. */
  once?: true
  reason?: string
}

/** Said of the one alert that speaks for its group. */
export interface AlertGroup {
  id: string
  /** What the members have in common, for example `{ place, category }`. */
  key: Record<string, string>
  /** Active alerts in the group, this one included. */
  size: number
  /** Ids of the first of them. */
  members: string[]
  /** When this was told. */
  atMs: number
}

/** An alert that comes and goes too often: it stays active until the condition has been stable for long enough. */
export interface Flapping {
  /** What the condition said last. */
  wanted: 'active' | 'cleared'
  /** Since when it has said so, in the clock of signals. */
  sinceMs: number
  /** Device time of that change. */
  atMs: number
}

/** Which alerts are meant: every given part must fit, of a list one. `*` stands for any characters, `?` for one. */
export interface AlertMatcher {
  rule?: string | string[]
  category?: string | string[]
  severity?: string | string[]
  place?: string | string[]
  device?: string | string[]
  /** Device type; `gateway` also for a device that was found to be one by the silence of those behind it. */
  type?: string | string[]
  /** The gateway that the device speaks through, or is. */
  gateway?: string | string[]
}
export const MATCHER_PARTS = ['rule', 'category', 'severity', 'place', 'device', 'type', 'gateway'] as const

/** Planned silence of all alerts that fit. */
export interface Silence {
  id: string
  match: AlertMatcher
  fromMs: number
  /** Exclusive. */
  toMs: number
  reason: string
  by: string
  /** When it was last changed. */
  atMs: number
}

/** A device under repair or test: what it says is recorded and not pushed. */
export interface OutOfService {
  device: string
  untilMs: number
  reason: string
  by: string
  atMs: number
}
