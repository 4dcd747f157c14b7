import type { AlertFinding } from './finding.ts'
import type { Position } from './place.ts'
import type { Severity } from './severity.ts'
import type { AlertSuspicion } from './suspicion.ts'

/** What an alert is about. Two signals with equal rule and equal subject belong to one alert. */
export interface Subject {
  device?: string
  metric?: string
  place?: string
  /** Class of a detection, for example `debris`. */
  label?: string
  /** Ground cell of a detection, so that the same spot seen again is the same subject. */
  cell?: string
  /** Id of a finding: one object over many pictures. */
  finding?: string
  /** Id of a house, for what is thought of it. */
  building?: string
}

/** One stable text for a subject, to key maps with. */
export function subjectKey(subject: Subject): string {
  const key = [subject.device, subject.metric, subject.place, subject.label, subject.cell]
    .map((part) => part ?? '')
    .join('|')
  // Keys of other subjects are as they were before there were findings: snapshots hold them.
  const withFinding = subject.finding === undefined ? key : `${key}|${subject.finding}`
  return subject.building === undefined ? withFinding : `${withFinding}|building:${subject.building}`
}

/** Why a rule holds, as code and numbers; people's words are made of it where it is shown. */
export interface Reason {
  /** For example `above`, `below`, `rising`, `silent`, `seen`. */
  code: string
  metric?: string
  value?: number
  limit?: number
  unit?: string
  /** Seconds the condition had to hold, or the device was silent. */
  durationS?: number
  /** Further numbers of the rule kind. */
  params?: Record<string, number | string>
  /** Standard, edition and clause that the limit comes from. */
  clause?: string
  /** With `clause`: whether the limit was read in a text that quotes the standard (false: from memory, to be confirmed). */
  verified?: boolean
}

/**
 * Where a signal stands in the order of judging: the journal position of the observation that caused it and, for what
 * time alone caused (a delay running out), the moment it was due. Replaying the journal gives the same orders again,
 * which is how nothing is raised twice.
 */
export interface SignalOrder {
  seq: number
  clockMs: number
}

/** A judge's word: this rule holds, or no longer holds, for this subject. Given once per observation that confirms it. */
export interface Signal {
  rule: string
  ruleTitle: { zh: string; en: string }
  category: string
  subject: Subject
  /** Who saw it, where the subject is not a device: the drone behind a detection. */
  seenBy?: string
  state: 'active' | 'cleared'
  severity: Severity
  order: SignalOrder
  /** Device time of the cause, ms. */
  atMs: number
  reason: Reason
  position?: Position
  frameId?: string
  finding?: AlertFinding
  suspicion?: AlertSuspicion
  /** SHA-256 of pictures that show it. */
  evidence?: string[]
  /** Hash of the rule's content as it judged. */
  ruleVersion?: string
  /** Lives depend on it: never grouped, silenced by matcher or rate-limited. */
  lifeSafety?: true
  /** It tries the path: nobody is asked to do anything. */
  test?: true
  /** Judged from data that came long after its time: told as history, never as live. */
  historical?: true
}

/** Negative when `a` was judged before `b`. */
export function compareOrder(a: SignalOrder, b: SignalOrder): number {
  return a.seq - b.seq || a.clockMs - b.clockMs
}
