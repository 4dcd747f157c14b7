import type { AlertView } from '../../../core/alert-view.ts'
import { RESPONSE_TIMES, type ResponseTimes } from '../../../core/response-times.ts'
import type { FindingUpdate, LiveStats } from '../../contract.ts'
import type { AlertFilter } from './alert-filter.ts'
import type { Cause } from './queue-lines.ts'

/** How the page stands with the server. */
export type Link =
  | { state: 'connecting' }
  | { state: 'live'; latencyMs: number | null }
  | { state: 'lost'; sinceMs: number; attempt: number }

/** All that the live feed told, and what the person did with it. */
export interface LiveState {
  link: Link
  /** False until the first snapshot: before it, nothing is known, not even that there are no alerts. */
  loaded: boolean
  /** Open alerts, and closed ones that a held list or the selection still shows. Never those of a path test. */
  alerts: ReadonlyMap<string, AlertView>
  /** The newest change of each finding that changed since the page came, oldest first; of at most `MOST_FINDINGS`. */
  findings: ReadonlyMap<string, FindingUpdate>
  /** Counts snapshots: after each one, what was asked of the service before may be old. */
  snapshots: number
  stats: LiveStats | null
  /** Server time minus the browser's. */
  clockOffsetMs: number
  filter: AlertFilter
  respondWithinS: ResponseTimes
  /** An alert, or a group of a flood. */
  selectedId: string | null
  /** Alerts that the next act is for, when it is for more than the selected one. */
  picked: ReadonlySet<string>
  /** Where a range begins. */
  anchorId: string | null
  /** Ids as they stood when the list was held; null while it moves. */
  held: readonly string[] | null
  /** In a flood: what caused which alert, which groups are open, and whether somebody wants the alerts one by one. */
  causes: ReadonlyMap<string, Cause>
  openGroups: ReadonlySet<string>
  isUngrouped: boolean
}

export function initialLiveState(filter: AlertFilter, respondWithinS = RESPONSE_TIMES): LiveState {
  return {
    link: { state: 'connecting' },
    loaded: false,
    alerts: new Map(),
    findings: new Map(),
    snapshots: 0,
    stats: null,
    clockOffsetMs: 0,
    filter,
    respondWithinS,
    selectedId: null,
    picked: new Set(),
    anchorId: null,
    held: null,
    causes: new Map(),
    openGroups: new Set(),
    isUngrouped: false,
  }
}
