import type { AlertView } from '../../../contract.ts'
import { isOpenView } from '../../live/is-open-view.ts'
import type { LiveState } from '../../live/live-state.ts'

/** What is to be heard: the tone of a level, or that the connection broke. */
export type Tone = 1 | 2 | 3 | 'lost'

/** What this seat has heard and said. */
export interface SoundState {
  /** Worst level at which each open alert was heard; null before the first snapshot, which is never heard. */
  heard: ReadonlyMap<string, number> | null
  lastAtMs: Partial<Record<Tone, number>>
  /** When this seat acknowledged one; what came at level 1 since then calls every ten seconds again. */
  answeredAtMs: number | null
  newestCriticalAtMs: number
  mutedUntilMs: number
  isLost: boolean
}

export const SILENT: SoundState = {
  heard: null,
  lastAtMs: {},
  answeredAtMs: null,
  newestCriticalAtMs: 0,
  mutedUntilMs: 0,
  isLost: false,
}

export const MUTE_MS = 5 * 60_000
/** An unanswered level 1 calls this often; an answered one, while nobody has acknowledged it, once a minute. */
const CALL_EVERY_MS = 10_000
const REMIND_EVERY_MS = 60_000
/** In a flood, and for level 3 always: one sound in this time. */
const RARELY_MS = 10_000

/**
 * What is to be heard now. Asked at each message of the feed, not by timers, which a hidden page has slowed down. At most one
 * tone, the highest. While it is muted only a new level 1 is heard, once a minute.
 */
export function decideSound(
  state: SoundState,
  live: Pick<LiveState, 'alerts' | 'link' | 'loaded' | 'stats'>,
  nowMs: number,
): { state: SoundState; tone: Tone | null } {
  const isLost = live.link.state === 'lost'
  if (isLost) return { state: { ...state, isLost }, tone: state.isLost || !live.loaded ? null : 'lost' }
  if (!live.loaded) return { state, tone: null }
  const calling = [...live.alerts.values()].filter(callsForSomebody)
  const heard = new Map(calling.map(({ id, level }) => [id, level]))
  if (state.heard === null) return { state: { ...state, heard, isLost }, tone: null }
  const { heard: known } = state
  const levels = calling.filter(({ id, level }) => (known.get(id) ?? 9) > level).map(({ level }) => level)
  const newestCriticalAtMs = levels.includes(1) ? nowMs : state.newestCriticalAtMs
  const next = { ...state, heard, isLost, newestCriticalAtMs }
  const tone = toneOf(next, { levels, isCalled: heardCritical(calling), isFlood: Boolean(live.stats?.flood) }, nowMs)
  return tone === null
    ? { state: next, tone }
    : { state: { ...next, lastAtMs: { ...next.lastAtMs, [tone]: nowMs } }, tone }
}

/** This seat acknowledged something. */
export function answered(state: SoundState, nowMs: number): SoundState {
  return { ...state, answeredAtMs: nowMs }
}

/** For five minutes; again, to hear. Nothing is muted for good. */
export function toggleMute(state: SoundState, nowMs: number): SoundState {
  return { ...state, mutedUntilMs: state.mutedUntilMs > nowMs ? 0 : nowMs + MUTE_MS }
}

function callsForSomebody(alert: AlertView): boolean {
  return isOpenView(alert) && !alert.acknowledged && !alert.quiet
}

function heardCritical(calling: readonly AlertView[]): boolean {
  return calling.some(({ level }) => level === 1)
}

interface Heard {
  /** Of alerts that are new, or worse than before. */
  levels: number[]
  /** Some level 1 waits for somebody. */
  isCalled: boolean
  isFlood: boolean
}

function toneOf(state: SoundState, { levels, isCalled, isFlood }: Heard, nowMs: number): Tone | null {
  const { lastAtMs, answeredAtMs, newestCriticalAtMs, mutedUntilMs } = state
  const isMuted = mutedUntilMs > nowMs
  const worst = Math.min(...levels)
  const since = (tone: Tone) => nowMs - (lastAtMs[tone] ?? Number.NEGATIVE_INFINITY)
  if (worst === 1 && since(1) >= (isMuted ? REMIND_EVERY_MS : isFlood ? RARELY_MS : 0)) return 1
  if (isMuted) return null
  const isAnswered = answeredAtMs !== null && answeredAtMs >= newestCriticalAtMs
  if (isCalled && since(1) >= (isAnswered ? REMIND_EVERY_MS : CALL_EVERY_MS)) return 1
  const sinceAny = Math.min(since(1), since(2), since(3))
  if (worst === 2 && (!isFlood || sinceAny >= RARELY_MS)) return 2
  return worst === 3 && since(3) >= RARELY_MS && (!isFlood || sinceAny >= RARELY_MS) ? 3 : null
}
