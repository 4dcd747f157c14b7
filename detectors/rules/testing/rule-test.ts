import type { Device } from '../../../core/device.ts'
import type { FindingNews } from '../../../core/finding.ts'
import type { Observation } from '../../../core/observation.ts'
import type { Severity } from '../../../core/severity.ts'
import type { Signal, Subject } from '../../../core/signal.ts'
import type { RuleFile } from '../files/parse-rules.ts'
import type { Spot } from '../files/yaml-places.ts'

/** An alert that a test expects: what it names must be so, the rest may be anything. */
export interface ExpectedAlert {
  rule: string
  /** Where the test names its rule. */
  spot: Spot
  severity?: Severity
  subject: Subject
  reason: Record<string, unknown>
}

/** What must fire at a moment: exactly `alerts`, at least `has`, nothing of `not`; null where it is not said. */
export interface Expectation {
  atMs: number
  spot: Spot
  alerts: ExpectedAlert[] | null
  has: ExpectedAlert[]
  not: ExpectedAlert[]
}

export interface ExpectedEvent {
  type: 'raised' | 'cleared'
  /** Null: at any time. */
  atMs: number | null
  alert: ExpectedAlert
}

/** One test, ready to run. */
export interface RuleTest {
  name: string
  spot: Spot
  startMs: number
  /** Time passes to here at least. */
  untilMs: number
  devices: Device[]
  /** In order of arrival. */
  observations: Observation[]
  /** What became of findings without a picture, in order of time. */
  findings: FindingNews[]
  /** In order of time. */
  expect: Expectation[]
  /** All that is raised and cleared, in order; null when the test does not say. */
  events: ExpectedEvent[] | null
}

/** One file of tests and the rules that it is about. */
export interface RuleTests {
  path: string
  /** `shipped`, or paths relative to the file. */
  rulePaths: { path: string; spot: Spot }[]
  /** Rules written in the test file itself. */
  ruleset: RuleFile | null
  tests: RuleTest[]
}

/** One way in which a test did not come out as it says. */
export interface Mismatch {
  /** `firing`: what fires at a moment; `events`: what was raised and cleared. */
  what: 'firing' | 'events'
  spot: Spot
  /** Milliseconds since the test's start. */
  offsetMs: number
  /** `=` is there and may be, `-` was expected and is not there, `+` is there and was not expected. */
  lines: { mark: '=' | '-' | '+'; text: string }[]
}

export interface Verdict {
  test: RuleTest
  passed: boolean
  mismatches: Mismatch[]
}

/** A signal that raised or cleared something, and when. */
export interface SeenEvent {
  type: 'raised' | 'cleared'
  /** Clock of the judging, ms. */
  atMs: number
  signal: Signal
}
