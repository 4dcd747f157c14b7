import type { AlertView } from '../../../core/alert-view.ts'
import type { FindingUpdate, LiveMessage } from '../../contract.ts'
import { stepFrom } from '../shell/step-from.ts'
import { type AlertFilter, type LevelFilter, NO_FILTER } from './alert-filter.ts'
import { isOpenView } from './is-open-view.ts'
import type { LiveState } from './live-state.ts'
import { alertsOf, type Cause } from './queue-lines.ts'
import { toQueueView } from './queue-view.ts'

export type LiveAction =
  | { type: 'message'; message: LiveMessage; nowMs: number }
  | { type: 'lost'; sinceMs: number; attempt: number }
  | { type: 'changed'; alert: AlertView }
  | { type: 'select'; id: string | null }
  /** Selects an alert that may be closed long since. */
  | { type: 'show'; alert: AlertView }
  | { type: 'move'; by: 1 | -1 }
  | { type: 'pick'; id: string; how: 'one' | 'range' }
  /** Moves on and takes the lines on the way along. */
  | { type: 'extend'; by: 1 | -1 }
  | { type: 'pickAll' }
  | { type: 'unpick' }
  | { type: 'hold' }
  | { type: 'release' }
  /** The level that is on already is taken off. */
  | { type: 'level'; level: LevelFilter }
  | { type: 'filter'; change: Partial<AlertFilter> }
  | { type: 'causes'; causes: ReadonlyMap<string, Cause> }
  | { type: 'group'; id: string }
  | { type: 'grouping' }

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
    case 'show':
      return show(state, action.alert)
    case 'move':
      return move({ ...state, picked: NOTHING }, action.by)
    case 'pick':
      return action.how === 'one' ? pickOne(state, action.id) : pickRange(state, action.id)
    case 'extend':
      return extend(state, action.by)
    case 'pickAll':
      return { ...hold(state), picked: new Set(toQueueView(state).rows.map(({ id }) => id)) }
    case 'unpick':
      return { ...state, picked: NOTHING }
    case 'hold':
      return hold(state)
    case 'release':
      return release(state)
    case 'level': {
      const level = state.filter.level === action.level ? 0 : action.level
      return { ...state, filter: { ...state.filter, level } }
    }
    case 'filter':
      return refilter(state, { ...state.filter, ...action.change })
    case 'causes':
      return { ...state, causes: action.causes }
    case 'group':
      return { ...state, openGroups: toggled(state.openGroups, action.id) }
    case 'grouping':
      return { ...state, isUngrouped: !state.isUngrouped }
  }
}

const NOTHING: ReadonlySet<string> = new Set()

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
  const alerts = new Map(fresh.filter(isReal).map((alert) => [alert.id, alert]))
  for (const id of [...(state.held ?? []), state.selectedId]) {
    const kept = id === null || alerts.has(id) ? undefined : state.alerts.get(id)
    if (kept !== undefined) alerts.set(kept.id, { ...kept, state: 'cleared', acknowledged: true })
  }
  const latencyMs = state.link.state === 'live' ? state.link.latencyMs : null
  return { ...state, alerts, loaded: true, snapshots: state.snapshots + 1, link: { state: 'live', latencyMs } }
}

/** Alerts by which huying tries its own path ask nothing of anybody. */
function isReal({ test }: AlertView): boolean {
  return test !== true
}

/** Older versions than the known one are late copies. */
function withAlerts(state: LiveState, changed: readonly AlertView[]): LiveState {
  if (changed.length === 0) return state
  const alerts = new Map(state.alerts)
  for (const alert of changed.filter(isReal))
    if ((alerts.get(alert.id)?.version ?? 0) <= alert.version) alerts.set(alert.id, alert)
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
  const filter = { ...NO_FILTER, sort: state.filter.sort }
  return { ...state, held: toQueueView({ ...state, filter }).rows.map(({ id }) => id) }
}

/** A held list stays as it is, but for its order, when somebody asks for another. */
function refilter(state: LiveState, filter: AlertFilter): LiveState {
  const next = { ...state, filter }
  return state.held === null || filter.sort === state.filter.sort ? next : hold({ ...next, held: null })
}

function release(state: LiveState): LiveState {
  return prune({ ...state, held: null, picked: NOTHING, anchorId: null })
}

function select(state: LiveState, id: string): LiveState {
  const isThere = state.alerts.has(id) || linesOf(state).some((line) => line.id === id)
  return isThere ? { ...hold(state), selectedId: id, anchorId: id, picked: NOTHING } : state
}

function show(state: LiveState, alert: AlertView): LiveState {
  const known = state.alerts.get(alert.id)
  const alerts = known !== undefined && known.version > alert.version ? state.alerts : withOne(state.alerts, alert)
  return { ...hold({ ...state, alerts }), selectedId: alert.id, anchorId: alert.id, picked: NOTHING }
}

function withOne(alerts: LiveState['alerts'], alert: AlertView): LiveState['alerts'] {
  return new Map([...alerts, [alert.id, alert]])
}

/** What can be selected, from top to bottom. */
function linesOf(state: LiveState): { id: string; alerts: AlertView[] }[] {
  const { pinned, lines } = toQueueView(state)
  return [
    ...pinned.map((alert) => ({ id: alert.id, alerts: [alert] })),
    ...lines.map((line) => ({ id: line.id, alerts: alertsOf(line) })),
  ]
}

function move(state: LiveState, by: 1 | -1): LiveState {
  const ids = linesOf(state).map(({ id }) => id)
  const next = stepFrom(ids, state.selectedId, by)
  return next === undefined ? state : select(state, next)
}

/** Ctrl-click: into the picked ones or out of them. What was selected before belongs to them. */
function pickOne(state: LiveState, id: string): LiveState {
  const list = linesOf(state)
  const of = (wanted: string | null) => list.find((line) => line.id === wanted)?.alerts.map((alert) => alert.id) ?? []
  const before = state.picked.size === 0 && state.selectedId !== id ? of(state.selectedId) : [...state.picked]
  const picked = new Set(before)
  const ids = of(id)
  const isOut = ids.every((one) => picked.has(one))
  for (const one of ids) isOut ? picked.delete(one) : picked.add(one)
  return { ...hold(state), picked, anchorId: id, selectedId: id }
}

/** Shift-click: all from where the range began. */
function pickRange(state: LiveState, id: string): LiveState {
  const list = linesOf(state)
  const from = list.findIndex((line) => line.id === (state.anchorId ?? id))
  const to = list.findIndex((line) => line.id === id)
  if (to < 0) return state
  const begin = from < 0 ? to : from
  const lines = list.slice(Math.min(begin, to), Math.max(begin, to) + 1)
  const picked = new Set(lines.flatMap(({ alerts }) => alerts.map((alert) => alert.id)))
  return { ...hold(state), picked, anchorId: list[begin]!.id, selectedId: id }
}

function extend(state: LiveState, by: 1 | -1): LiveState {
  const moved = move(state, by)
  if (moved.selectedId === null) return state
  const anchorId = state.anchorId ?? moved.selectedId
  return pickRange({ ...moved, anchorId }, moved.selectedId)
}

function toggled(set: ReadonlySet<string>, one: string): ReadonlySet<string> {
  return new Set(set.has(one) ? [...set].filter((each) => each !== one) : [...set, one])
}
