import type { AlertStatistics, ChatteringSource, StaleAlert } from '../core/alert-statistics.ts'
import type { AlertView, OutOfServiceView, SilenceView } from '../core/alert-view.ts'
import type { DiffReport, Episode, RuleTally, RunReport } from '../core/backtest-report.ts'
import type { Attributes } from '../core/device.ts'
import type { ErrorCode } from '../core/errors.ts'
import type { GateName, Predicate } from '../core/explanation.ts'
import type { ReviewState } from '../core/finding.ts'
import type { FrameRow } from '../core/history.ts'
import type { AlertEventType } from '../core/ledger-entry.ts'
import type { Position } from '../core/place.ts'
import type { RefusalReason } from '../core/refusal.ts'
import type { ResponseTimes } from '../core/response-times.ts'
import type { Severity } from '../core/severity.ts'
import type { Subject } from '../core/signal.ts'
import type { SubscriberState } from '../core/subscriber-desk.ts'
import type { ModelInForce, ShadowComparison } from '../core/vision-models.ts'

/** Everything that crosses between the HTTP API and the browser app. Times are ISO 8601 in UTC. */

export type { AlertView, OutOfServiceView, SilenceView }

/** The body of every answer that is not 2xx. `code` is stable, `message` is for the person reading the log. */
export interface ErrorBody {
  error: { code: ErrorCode; message: string; details?: Record<string, unknown> }
}

/** One page of a list; without `nextCursor` it is the last. */
export interface PageOf<T> {
  items: T[]
  nextCursor?: string
}

/**
 * What a caller may do: `view` reads, `operate` also acknowledges, comments, reviews and sends frames and records, `admin`
 * all. Pictures as the camera took them, people and all, are a right of their own, which `admin` has too.
 */
export type Rights = 'view' | 'operate' | 'admin'

/** Who the caller is and what the page should be called. */
export interface SessionView {
  name: string
  rights: Rights
  /** May see pictures as the camera took them. */
  originals: boolean
  title: { zh: string; en: string }
  /** IANA name of the zone that all times are shown in. */
  timeZone: string
  serverTime: string
  /** Names of the departments that alerts are given to. */
  departments: string[]
  /** Within what time an alert has to be acknowledged. */
  respondWithinS: ResponseTimes
}

export interface DeviceView {
  id: string
  type: string
  name?: string
  place?: string
  position?: Position
  reportEveryS?: number
  /** Ids of the gateway that it speaks through, and of the house that it stands in. */
  gateway?: string
  building?: string
  attributes?: Attributes
  registeredAt: string
  /** Absent while nothing is known of it. */
  online?: boolean
  /** `silent`: disconnected, or it says nothing for too long. `unknown`: its gateway is silent. Likewise. */
  presence?: 'online' | 'silent' | 'unknown'
  lastSeenAt?: string
}

/** One device with its newest value of each metric, as far as they are known. */
export interface DeviceDetailView extends DeviceView {
  latest: { metric: string; at: string; value: number }[]
}

export interface ReadingView {
  device: string
  metric: string
  at: string
  value: number
  arrivedAt: string
}

/** One change of an alert, without the alert itself. */
export interface AlertStepView {
  type: AlertEventType
  at: string
  version: number
  /** How often it had been told of by then. */
  occurrences: number
  by?: string
  comment?: string
  /** It was written down and nobody was told. */
  push?: false
  /** Where a reviewer's word put the finding that it is about. */
  review?: ReviewState
}

/** An alert with its history. `complete` is false while the database has not stored the newest steps, or is away. */
export interface AlertDetailView {
  alert: AlertView
  events: AlertStepView[]
  complete: boolean
}

export interface FrameView extends Omit<FrameRow, 'atMs' | 'people'> {
  at: string
}

/** A model that looks at frames. */
export interface ModelView extends Omit<ModelInForce, 'sinceMs'> {
  since: string
}

/** How often a second model, which only looks on, saw the same as the one that judges. */
export interface ShadowComparisonView extends Omit<ShadowComparison, 'sinceMs'> {
  since: string
}

export interface ModelsView {
  active: ModelView
  shadow: ModelView | null
  comparison: ShadowComparisonView | null
  /** Why the manifest as it lies there is not in force. */
  fault: string | null
}

export interface RecordView {
  recordId: string
  recordType: string
  source: string
  at: string
  address?: string
  position?: Position
  body: Record<string, unknown>
}

/** One record of the ledger. */
export interface LedgerEntryView {
  seq: number
  type: string
  at?: string
  by?: string
  leafHash: string
  entry?: Record<string, unknown>
}

export interface RefusalView {
  device: string
  reason: RefusalReason
  count: number
  lastAt: string
  lastDetail: string
}

/** A name under which dispatch events are taken. */
export interface SubscriberView extends Omit<SubscriberState, 'acknowledged' | 'filters' | 'seenMs'> {
  filters: Record<string, unknown>[]
  /** Cursor. */
  acknowledged: string
  seenAt?: string
}

/** The figures of alarm management over the last 24 clock hours. */
export interface AlertStatisticsView extends Omit<AlertStatistics, 'fromMs' | 'toMs' | 'chattering' | 'stale'> {
  from: string
  to: string
  chattering: { count: number; items: (Omit<ChatteringSource, 'lastAtMs'> & { lastAt: string })[] }
  stale: { count: number; items: (Omit<StaleAlert, 'activeSinceMs'> & { activeSince: string })[] }
}

/** One alert of a back-test; `clearedAt` is null where it fires still at the end. */
export type EpisodeView = Omit<Episode, 'raisedAtMs' | 'clearedAtMs'> & { raisedAt: string; clearedAt: string | null }

/** What one set of rules made of history. */
export type RunView = Omit<RunReport, 'activeMs' | 'perRule' | 'longest'> & {
  activeS: number
  perRule: (Omit<RuleTally, 'activeMs' | 'longestMs'> & { activeS: number; longestS: number })[]
  longest: EpisodeView | null
}

/** `before` and `diff` are null when nothing was compared. */
export interface BacktestReportView {
  from: string
  to: string
  /** From here on was judged, so that delays and windows were under way at `from`. */
  judgedFrom: string
  observations: number
  readings: number
  devices: number
  after: RunView
  before: RunView | null
  diff:
    | (Omit<DiffReport, 'addedFirst' | 'vanishedFirst' | 'changedFirst'> & {
        addedFirst: EpisodeView[]
        vanishedFirst: EpisodeView[]
        changedFirst: { before: EpisodeView; after: EpisodeView }[]
      })
    | null
}

/** A back-test that runs or ran. */
export interface BacktestView {
  id: string
  state: 'running' | 'done' | 'failed' | 'cancelled'
  by: 'arrival' | 'measured'
  startedBy: string
  from: string
  to: string
  startedAt: string
  endedAt?: string
  readings: number
  /** 0 to 1. */
  done: number
  report?: BacktestReportView
  error?: { code: ErrorCode; message: string }
}

/** Why a rule fired or did not, for one subject at one moment. */
export interface WhyView {
  rule: { id: string; title: { zh: string; en: string }; kind: string; version: string; number?: number }
  subject: Subject
  at: string
  /** `live`: asked of the judge itself; `recomputed`: from the stored past. */
  source: 'live' | 'recomputed'
  state: 'active' | 'inactive' | 'unknown'
  severity?: Severity
  /** The first gate that does not let it through. */
  stoppedBy?: GateName
  unjudged?: 'unknown_device' | 'not_meant' | 'no_data'
  inputs: { metric: string; device?: string; value: number; at: string }[]
  predicates: Predicate[]
  gates: {
    gate: GateName
    passed: boolean
    facts: Record<string, number | string | boolean>
    since?: string
    until?: string
  }[]
  readings: ReadingView[]
  recomputed?: { from: string; observations: number; complete: boolean }
  alert?: {
    id: string
    state: 'active' | 'cleared'
    severity: Severity
    version: number
    raisedAt: string
    quiet?: string
    ruleVersion?: string
  }
}

/** Something wrong in a text of rules. Line and column count from 1. */
export interface RuleFaultView {
  file: string
  line: number
  column: number
  pointer?: string
  message: string
}

/** One rule in the list. `faulty`: made over the API and put aside, since it can no longer be used. */
export interface RuleView {
  id: string
  title: { zh: string; en: string }
  category: string
  kind: string
  lifeSafety: boolean
  raises: boolean
  state: 'active' | 'off' | 'faulty'
  /** Where what holds comes from; `own`: made over the API. */
  source: 'shipped' | 'file' | 'own'
  /** The rule file, where there is one. */
  path?: string
  /** Made over the API, and stands over one in a file. */
  overrides: boolean
  /** 0 while its first version is on its way to the disk. */
  version: number
  changedAt?: string
  changedBy?: string
}

/** One rule with all that is known of it. */
export interface RuleDetailView extends RuleView {
  spec: Record<string, unknown>
  /** The same as the text of a rule file. */
  yaml: string
  /** What the file says, where there is one. */
  fileSpec?: Record<string, unknown>
  faults: RuleFaultView[]
}

/** A rule as it stood after one change. */
export interface RuleVersionView {
  version: number
  at: string
  by: string
  source: 'shipped' | 'file' | 'api' | 'import' | 'template' | 'rollback'
  /** For a rollback: the version that it went back to. */
  restored?: number
  path?: string
  /** Absent: it had been removed. */
  spec?: Record<string, unknown>
}

/** Where two rules differ: JSON pointer, and what stood and stands there. Lists are compared as a whole. */
export interface RuleDifferenceView {
  path: string
  before?: unknown
  after?: unknown
}

/** What was changed, or, when `applied` is false, would be. */
export interface RuleChangesView {
  applied: boolean
  changes: {
    rule: string
    change: 'new' | 'changed' | 'removed'
    version: number
    differences: RuleDifferenceView[]
  }[]
  unchanged: string[]
}
export * from './flood-contract.ts'
export * from './live-contract.ts'
export * from './operations-contract.ts'
export * from './output-contract.ts'
export * from './river-contract.ts'
