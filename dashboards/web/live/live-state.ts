import type { AlertView } from '../../../core/alert-view.ts'
import type { FindingUpdate, LiveMessage, LiveStats } from '../../contract.ts'
import { isOpenView } from './is-open-view.ts'
import { toQueueView } from './queue-view.ts'

/** How the page stands with the server. */
export type Link =
  | { state: 'connecting' }
  | { state: 'live'; latencyMs: number | null }
  | { state: 'lost'; sinceMs: number; attempt: number }

/** 0 shows all severities, 1 to 4 only that one. */
export type LevelFilter = 0 | 1 | 2 | 3 | 4

/** All that the live feed told, and what the person did with it. */
export interface LiveState {
  link: Link
  /** False until the first snapshot: before it, nothing is known, not even that there are no alerts. */
  loaded: boolean
  /** Open alerts, and closed ones that a held list or the selection still shows. */
  alerts: ReadonlyMap<string, AlertView>
  /** The newest change of each finding that changed since the page came, oldest first; of at most `MOST_FINDINGS`. */
  findings: ReadonlyMap<string, FindingUpdate>
  /** Counts snapshots: after each one, what was asked of the service before may be old. */
  snapshots: number
  stats: LiveStats | null
  /** Server time minus the browser's. */
  clockOffsetMs: number
  filter: LevelFilter
  selectedId: string | null
  /** Ids as they stood when the list was held; null while it moves. */
  held: readonly string[] | null
}

export type LiveAction =
  | { type: 'message'; message: LiveMessage; nowMs: number }
  | { type: 'lost'; sinceMs: number; attempt: number }
  | { type: 'changed'; alert: AlertView }
  | { type: 'select'; id: string | null }
  | { type: 'move'; by: 1 | -1 }
  | { type: 'hold' }
  | { type: 'release' }
  | { type: 'filter'; level: LevelFilter }

export function initialLiveState(filter: LevelFilter): LiveState {
  return {
    link: { state: 'connecting' },
    loaded: false,
    alerts: new Map(),
    findings: new Map(),
    snapshots: 0,
    stats: null,
    clockOffsetMs: 0,
    filter,
    selectedId: null,
    held: null,
  }
}

/** The one place where live state changes. */
export function reduceLive(state: LiveState, action: LiveAction): LiveState {
  switch (action.type) {
    case 'message':
      return onMessage(state, action.message, action.nowMs)
    case 'lost':
      return { ...state, link: { state: 'lost', sinceMs: action.sinceMs, attempt: action.attempt } }
    case 'changed':
      return withAlerts(state, [action.alert])
    case 'select':
      return action.id === null ? release({ ...state, selectedId: null }) : select(state, action.id)
    case 'move':
      return move(state, action.by)
    case 'hold':
      return hold(state)
    case 'release':
      return release(state)
    case 'filter':
      return { ...state, filter: state.filter === action.level ? 0 : action.level }
  }
}

function onMessage(state: LiveState, message: LiveMessage, nowMs: number): LiveState {
  switch (message.type) {
    case 'hello':
      return { ...state, clockOffsetMs: Date.parse(message.serverTime) - nowMs }
    case 'snapshot':
      return withSnapshot(state, message.alerts)
    case 'delta':
      return withFindings(withAlerts(state, message.alerts), message.findings ?? [])
    case 'stats':
      return { ...state, stats: message.stats, clockOffsetMs: Date.parse(message.serverTime) - nowMs }
    case 'pong':
      return state.link.state === 'live'
        ? { ...state, link: { state: 'live', latencyMs: Math.max(0, nowMs - message.sentAtMs) } }
        : state
    case 'heartbeat':
      return state
  }
}

/** A snapshot replaces all; what it lacks was closed while we were away, and stays only where somebody looks at it. */
function withSnapshot(state: LiveState, fresh: readonly AlertView[]): LiveState {
  const alerts = new Map(fresh.map((alert) => [alert.id, alert]))
  for (const id of [...(state.held ?? []), state.selectedId]) {
    const kept = id === null || alerts.has(id) ? undefined : state.alerts.get(id)
    if (kept !== undefined) alerts.set(kept.id, { ...kept, state: 'cleared', acknowledged: true })
  }
  const latencyMs = state.link.state === 'live' ? state.link.latencyMs : null
  return { ...state, alerts, loaded: true, snapshots: state.snapshots + 1, link: { state: 'live', latencyMs } }
}

/** Older versions than the known one are late copies. */
function withAlerts(state: LiveState, changed: readonly AlertView[]): LiveState {
  const alerts = new Map(state.alerts)
  for (const alert of changed) if ((alerts.get(alert.id)?.version ?? 0) <= alert.version) alerts.set(alert.id, alert)
  return prune({ ...state, alerts })
}

const MOST_FINDINGS = 1_000

function withFindings(state: LiveState, updates: readonly FindingUpdate[]): LiveState {
  if (updates.length === 0) return state
  const findings = new Map(state.findings)
  for (const update of updates) {
    findings.delete(update.finding.id)
    findings.set(update.finding.id, update)
  }
  return { ...state, findings: new Map([...findings].slice(-MOST_FINDINGS)) }
}

/** Nothing vanishes under the hand: closed alerts go when the list moves again. */
function prune(state: LiveState): LiveState {
  if (state.held !== null) return state
  const alerts = new Map([...state.alerts].filter(([id, alert]) => isOpenView(alert) || id === state.selectedId))
  return { ...state, alerts }
}

function hold(state: LiveState): LiveState {
  if (state.held !== null) return state
  return { ...state, held: toQueueView({ ...state, filter: 0 }).rows.map(({ id }) => id) }
}

function release(state: LiveState): LiveState {
  return prune({ ...state, held: null })
}

function select(state: LiveState, id: string): LiveState {
  return state.alerts.has(id) ? { ...hold(state), selectedId: id } : state
}

function move(state: LiveState, by: 1 | -1): LiveState {
  const { pinned, rows } = toQueueView(state)
  const list = [...pinned, ...rows]
  const from = list.findIndex(({ id }) => id === state.selectedId)
  const to = from < 0 ? 0 : Math.max(0, Math.min(list.length - 1, from + by))
  const target = list[to]
  return target === undefined ? state : select(state, target.id)
}
