import type { Episode, RuleTally, RunReport } from '../../../core/backtest-report.ts'
import type { FloodLimits } from '../../../core/flood.ts'
import { isWorse, type Severity } from '../../../core/severity.ts'
import { type Signal, subjectKey } from '../../../core/signal.ts'
import type { RuleSet } from '../rule.ts'
import { createFloodCount } from './flood-count.ts'

/** Alerts kept one by one, to be compared; more are only counted. About 200 bytes each. */
export const KEPT_EPISODES = 200_000
const PLACES_LISTED = 100

export interface TallyOptions {
  rules: RuleSet
  fromMs: number
  toMs: number
  flood: FloodLimits
  /** The day that a moment belongs to, for example `2026-03-01`. */
  dayOf(ms: number): string
  placeOf(signal: Signal): string
}

/** Signals of one set of rules, counted as the alerts that they would have been. */
export interface Tally {
  take(signals: readonly Signal[]): void
  /** Ends the count at the end of the time asked for. */
  report(): RunReport
  /** The first ones, in the order in which they were raised; `complete` when it is all of them. */
  episodes(): { list: Episode[]; complete: boolean }
}

/** An alert that fires. Only those that were raised, or still fired, within the time asked for count. */
interface Running extends Episode {
  tally: RuleTally
}

export function createTally({ rules, fromMs, toMs, flood, dayOf, placeOf }: TallyOptions): Tally {
  const running = new Map<string, Running>()
  const kept: Episode[] = []
  const perRule = new Map<string, RuleTally>()
  const perDay = new Map(daysOf(fromMs, toMs, dayOf).map((day) => [day, 0]))
  const perPlace = new Map<string, number>()
  const floods = createFloodCount(flood, fromMs)
  /** Rules and subjects that hold in what came too late. */
  const past = new Set<string>()
  let historical = 0
  let raised = 0
  let ended = 0
  let longest: Episode | null = null
  for (const { id, title, raises } of rules.rules)
    if (raises) perRule.set(id, { rule: id, title, alerts: 0, bySeverity: {}, activeMs: 0, longestMs: 0 })

  function raise(key: string, signal: Signal, atMs: number): void {
    const { rule, ruleTitle: title, subject, severity } = signal
    const place = placeOf(signal)
    const tally = perRule.get(rule) ?? { rule, title, alerts: 0, bySeverity: {}, activeMs: 0, longestMs: 0 }
    perRule.set(rule, tally)
    running.set(key, { rule, subject, place, raisedAtMs: atMs, clearedAtMs: null, severity, tally })
    floods.raised(atMs)
    if (atMs < fromMs) return
    raised++
    tally.alerts++
    const day = dayOf(atMs)
    perDay.set(day, (perDay.get(day) ?? 0) + 1)
    perPlace.set(place, (perPlace.get(place) ?? 0) + 1)
  }

  function end({ tally, ...episode }: Running, clearedAtMs: number | null): void {
    const untilMs = clearedAtMs ?? toMs
    if (untilMs <= fromMs) return
    const lastedMs = untilMs - Math.max(episode.raisedAtMs, fromMs)
    const ending = { ...episode, clearedAtMs }
    ended++
    tally.activeMs += lastedMs
    if (lastedMs > tally.longestMs) tally.longestMs = lastedMs
    if (longest === null || isLonger(ending, longest)) longest = ending
    if (episode.raisedAtMs >= fromMs) tally.bySeverity[episode.severity] = (tally.bySeverity[episode.severity] ?? 0) + 1
    if (kept.length < KEPT_EPISODES) kept.push(ending)
  }

  function takeHistorical({ rule, subject, state, order }: Signal): void {
    const key = `${rule}|${subjectKey(subject)}`
    if (state === 'cleared') past.delete(key)
    else if (!past.has(key)) {
      past.add(key)
      if (order.clockMs >= fromMs) historical++
    }
  }

  function isLonger(a: Episode, b: Episode): boolean {
    const byMs = durationMs(a, fromMs, toMs) - durationMs(b, fromMs, toMs)
    return byMs > 0 || (byMs === 0 && compareEpisodes(a, b) < 0)
  }

  let finished = false
  /** What fires still ends with the time asked for. */
  function finish(): number {
    if (finished) return running.size
    finished = true
    for (const each of running.values()) end(each, null)
    kept.sort(compareEpisodes)
    return running.size
  }

  return {
    take(signals) {
      for (const signal of signals) {
        if (signal.historical) {
          takeHistorical(signal)
          continue
        }
        const key = `${signal.rule}|${subjectKey(signal.subject)}`
        const known = running.get(key)
        if (signal.state === 'cleared') {
          if (known === undefined) continue
          running.delete(key)
          end(known, Math.floor(signal.order.clockMs))
        } else if (known === undefined) raise(key, signal, Math.floor(signal.order.clockMs))
        else if (isWorse(signal.severity, known.severity)) known.severity = signal.severity
      }
    },
    report() {
      const stillActive = finish()
      const { floods: count, minutes } = floods.total(toMs)
      const places = [...perPlace].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
      const others = places.slice(PLACES_LISTED)
      const tallies = [...perRule.values()].sort((a, b) => b.alerts - a.alerts || (a.rule < b.rule ? -1 : 1))
      return {
        rulesVersion: rules.version,
        rules: rules.rules.length,
        alerts: raised,
        historical,
        perDay: [...perDay].map(([day, alerts]) => ({ day, alerts })),
        perPlace: places.slice(0, PLACES_LISTED).map(([place, alerts]) => ({ place, alerts })),
        otherPlaces: others.length === 0 ? null : { places: others.length, alerts: sum(others.map(([, n]) => n)) },
        perRule: tallies,
        bySeverity: addUp(tallies),
        activeMs: sum(tallies.map(({ activeMs }) => activeMs)),
        longest,
        stillActive,
        floodMinutes: minutes,
        floods: count,
      }
    },
    episodes() {
      finish()
      return { list: kept, complete: kept.length === ended }
    },
  }
}

/** By the moment of being raised; at the same moment by rule and subject, whatever order they were told in. */
function compareEpisodes(a: Episode, b: Episode): number {
  if (a.raisedAtMs !== b.raisedAtMs) return a.raisedAtMs - b.raisedAtMs
  const [one, other] = [a, b].map(({ rule, subject }) => `${rule}|${subjectKey(subject)}`)
  return one! < other! ? -1 : 1
}

function durationMs({ raisedAtMs, clearedAtMs }: Episode, fromMs: number, toMs: number): number {
  return (clearedAtMs ?? toMs) - Math.max(raisedAtMs, fromMs)
}

/** A day has 23 hours at least: every one is met by steps of one hour. */
function daysOf(fromMs: number, toMs: number, dayOf: (ms: number) => string): string[] {
  const days = new Set<string>()
  for (let ms = fromMs; ms < toMs; ms += 3_600_000) days.add(dayOf(ms))
  return [...days]
}

function addUp(tallies: RuleTally[]): Partial<Record<Severity, number>> {
  const all: Partial<Record<Severity, number>> = {}
  for (const { bySeverity } of tallies)
    for (const [severity, count] of Object.entries(bySeverity) as [Severity, number][])
      all[severity] = (all[severity] ?? 0) + count
  return all
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
