/**
 * Watches that alerts still reach those whom they are for: every now and then a test goes the whole path, and each way out must answer.
 *
 *   idle ──due──▶ sent ──its alert is in the ledger──▶ out ──all have answered, or time is up──▶ idle
 *                  └──time is up: the path is broken before the ledger──▶ idle
 */
export interface PathState {
  phase: { at: 'idle' } | { at: 'sent' } | { at: 'out'; seq: number; waiting: string[] }
  /** When the test that is under way, or the last one, was sent. */
  sentMs: number | null
  dueMs: number
  /** Position of the last test in the ledger. */
  seq: number | null
  /** Ways out that did not answer in time, and since when. */
  silent: Record<string, number>
  /** Since when tests do not reach the ledger. */
  brokenSinceMs: number | null
  /** The last test that everybody answered. */
  success: { atMs: number; roundTripMs: number } | null
  failed: number
}

export type PathInput =
  /** Time passes; `ways` are those that must answer a test now. */
  | { type: 'tick'; ways: readonly string[] }
  /** A test's alert is durable at this position. */
  | { type: 'raised'; seq: number; ways: readonly string[] }
  /** A way out has said that it has everything up to this position. */
  | { type: 'answered'; way: string; seq: number }

export interface PathTimes {
  everyMs: number
  /** ms from the reading to the last answer. */
  withinMs: number
}

export interface PathStep {
  state: PathState
  /** What to do now: send the reading that raises the alert, or the one that clears it. */
  send?: 'raise' | 'clear'
}

export function startPath(firstMs: number): PathState {
  return {
    ...{ phase: { at: 'idle' }, sentMs: null, dueMs: firstMs, seq: null },
    ...{ silent: {}, brokenSinceMs: null, success: null, failed: 0 },
  }
}

export function stepPath(state: PathState, input: PathInput, nowMs: number, times: PathTimes): PathStep {
  switch (input.type) {
    case 'tick':
      return onTick(forget(state, input.ways), nowMs, times)
    case 'raised':
      return onRaised(state, input, nowMs)
    case 'answered':
      return { state: onAnswer(state, input, nowMs) }
  }
}

/** A way out that nobody awaits any more is not missed either. */
function forget(state: PathState, ways: readonly string[]): PathState {
  const { phase } = state
  const silent = Object.fromEntries(Object.entries(state.silent).filter(([way]) => ways.includes(way)))
  if (phase.at !== 'out') return { ...state, silent }
  return { ...state, silent, phase: { ...phase, waiting: phase.waiting.filter((way) => ways.includes(way)) } }
}

function onTick(state: PathState, nowMs: number, { everyMs, withinMs }: PathTimes): PathStep {
  const { phase } = state
  if (phase.at === 'idle') {
    if (nowMs < state.dueMs) return { state }
    return { state: { ...state, phase: { at: 'sent' }, sentMs: nowMs, dueMs: nowMs + everyMs }, send: 'raise' }
  }
  if (phase.at === 'out' && phase.waiting.length === 0) return { state: succeed(state, nowMs) }
  if (nowMs < (state.sentMs ?? nowMs) + withinMs) return { state }
  const failed = { ...state, phase: { at: 'idle' as const }, failed: state.failed + 1 }
  if (phase.at === 'sent') return { state: { ...failed, brokenSinceMs: state.brokenSinceMs ?? nowMs } }
  const silent = { ...state.silent }
  for (const way of phase.waiting) silent[way] ??= nowMs
  return { state: { ...failed, silent } }
}

/** A test that comes late shows all the same that the path is whole up to the ledger. */
function onRaised(state: PathState, { seq, ways }: PathInput & { type: 'raised' }, nowMs: number): PathStep {
  const raised = { ...state, seq, brokenSinceMs: null }
  if (state.phase.at !== 'sent') return { state: raised, send: 'clear' }
  const out: PathState = { ...raised, phase: { at: 'out', seq, waiting: [...ways] } }
  return { state: ways.length === 0 ? succeed(out, nowMs) : out, send: 'clear' }
}

/** An answer to the last test ends the silence of its way, however late. */
function onAnswer(state: PathState, { way, seq }: PathInput & { type: 'answered' }, nowMs: number): PathState {
  if (state.seq === null || seq < state.seq) return state
  const { [way]: _, ...silent } = state.silent
  const { phase } = state
  if (phase.at !== 'out') return { ...state, silent }
  const waiting = phase.waiting.filter((one) => one !== way)
  const answered: PathState = { ...state, silent, phase: { ...phase, waiting } }
  return waiting.length === 0 ? succeed(answered, nowMs) : answered
}

function succeed(state: PathState, nowMs: number): PathState {
  const roundTripMs = nowMs - (state.sentMs ?? nowMs)
  return { ...state, phase: { at: 'idle' }, success: { atMs: nowMs, roundTripMs } }
}
