import type { Alert } from '../core/alert.ts'
import type { AlertStatistics } from '../core/alert-statistics.ts'
import type { FloodState } from '../core/flood.ts'
import { type AlertEvent, isAlertEvent, type LedgerEntry } from '../core/ledger-entry.ts'
import { SEVERITIES, type Severity } from '../core/severity.ts'
import { type Subject, subjectKey } from '../core/signal.ts'
import { addToHours, HOURS_KEPT, type HourSums, hourOf, takeFromHours, totalOf } from './hour-sums.ts'
import { isNew } from './is-new.ts'
import { addToMinutes, type MinuteCounts, toFloodTime, toMeanTime, toRates } from './load-figures.ts'

/** ISA-18.2 as engineers quote it (from memory, unverified): three times in a minute is chattering, a day is stale. */
const CHATTER_TIMES = 3
const CHATTER_WITHIN_MS = 60_000
const STALE_AFTER_MS = 86_400_000
const TOP_SOURCES = 10
/** Chattering and stale alerts that are listed; all are counted. */
const LISTED = 100
/** Exact while no more rules and subjects than this raise alerts in a day; the longest calm is forgotten first. */
const SOURCES_KEPT = 5_000
const RULES_KEPT = 1_000

/** How much alerts ask of people. A fold over the ledger; time is given where it is asked. */
export interface Statistics {
  observe(entry: LedgerEntry): void
  at(nowMs: number, now: { open: Alert[]; floods: FloodState }): AlertStatistics
  /** Raised since counting began. */
  raisedEver(): Record<Severity, number>
  /** JSON-safe. */
  snapshot(): StatisticsSnapshot
}

/** One rule and subject. */
interface Source {
  rule: string
  ruleTitle: { zh: string; en: string }
  subject: Subject
  deviceName?: string
  place?: string
  alertId: string
  raised: HourSums
  /** When it was raised last, newest last, as many as chattering asks for. */
  lastMs: number[]
  chatter: HourSums
  /** Since when it is active, and since when it waits for a person. */
  activeSinceMs: number | null
  waitingSinceMs: number | null
  /** When it was marked as a false alarm. */
  markedAtMs?: number
}

interface RuleCounts {
  rule: string
  ruleTitle: { zh: string; en: string }
  raised: HourSums
  acknowledged: HourSums
  cleared: HourSums
  /** Absent in snapshots of earlier versions. */
  falseAlarms?: HourSums
}

export interface StatisticsSnapshot {
  format: 1
  sinceMs: number | null
  /** Raised per minute of the last day, oldest first. */
  minutes: MinuteCounts
  severities: Record<Severity, { ever: number; hours: HourSums }>
  sources: Source[]
  rules: RuleCounts[]
}

export function createStatistics(given?: StatisticsSnapshot): Statistics {
  const snapshot = structuredClone(given)
  let sinceMs = snapshot?.sinceMs ?? null
  const minutes = snapshot?.minutes ?? []
  const severities = snapshot?.severities ?? noSeverities()
  /** Longest calm first. */
  const sources = new Map(snapshot?.sources.map((one) => [keyOf(one), one]))
  const rules = new Map(snapshot?.rules.map((one) => [one.rule, one]))

  function countNew(event: AlertEvent): void {
    const { alert, atMs } = event
    const { ever, hours } = severities[alert.severity]
    severities[alert.severity].ever = ever + 1
    addToHours(hours, atMs)
    addToMinutes(minutes, Math.floor(atMs / 60_000))
    addToHours(ruleOf(alert).raised, atMs)
    const source = sourceOf(alert)
    addToHours(source.raised, atMs)
    source.activeSinceMs ??= atMs
    source.waitingSinceMs ??= atMs
    source.lastMs = [...source.lastMs, atMs].slice(-CHATTER_TIMES)
    const firstMs = source.lastMs[0] as number
    if (source.lastMs.length === CHATTER_TIMES && atMs - firstMs < CHATTER_WITHIN_MS) addToHours(source.chatter, atMs)
  }

  /** The rule and subject of a new alert, counted as the one raised last. */
  function sourceOf(alert: Alert): Source {
    const { id, rule, ruleTitle, subject, deviceName, place } = alert
    const key = keyOf(alert)
    const known = sources.get(key)
    const of: Source =
      known?.alertId === id
        ? known
        : {
            ...{ rule, ruleTitle, subject, alertId: id },
            ...(deviceName !== undefined && { deviceName }),
            ...(place !== undefined && { place }),
            ...(known === undefined
              ? { raised: [], lastMs: [], chatter: [] }
              : { raised: known.raised, lastMs: known.lastMs, chatter: known.chatter }),
            activeSinceMs: null,
            waitingSinceMs: null,
          }
    sources.delete(key)
    sources.set(key, of)
    if (sources.size > SOURCES_KEPT) sources.delete(sources.keys().next().value as string)
    return of
  }

  function ruleOf({ rule, ruleTitle }: Alert): RuleCounts {
    const of = rules.get(rule) ?? { rule, ruleTitle, raised: [], acknowledged: [], cleared: [] }
    of.ruleTitle = ruleTitle
    rules.delete(rule)
    rules.set(rule, of)
    if (rules.size > RULES_KEPT) rules.delete(rules.keys().next().value as string)
    return of
  }

  function countWord({ type, alert, atMs, severityBefore }: AlertEvent): void {
    const source = sources.get(keyOf(alert))
    if (source?.alertId !== alert.id) return
    const of = rules.get(alert.rule)
    countMark(of, source, alert)
    if (type === 'alert.cleared' && source.activeSinceMs !== null) {
      if (of) addToHours(of.cleared, atMs, atMs - source.activeSinceMs)
      source.activeSinceMs = null
    }
    if ((type === 'alert.acknowledged' || type === 'alert.false_alarm') && source.waitingSinceMs !== null) {
      if (of) addToHours(of.acknowledged, atMs, atMs - source.waitingSinceMs)
      source.waitingSinceMs = null
    }
    // Worse than what was acknowledged, or taken back: it waits again.
    if ((severityBefore !== undefined || type === 'alert.reopened') && !alert.acknowledged)
      source.waitingSinceMs ??= atMs
  }

  /** A mark that was taken back was none. */
  function countMark(of: RuleCounts | undefined, source: Source, alert: Alert): void {
    if (of) of.falseAlarms ??= []
    const hours = of?.falseAlarms
    if (alert.falseAlarm && source.markedAtMs === undefined) {
      source.markedAtMs = alert.falseAlarm.atMs
      if (hours) addToHours(hours, source.markedAtMs)
    }
    if (alert.falseAlarm || source.markedAtMs === undefined) return
    if (hours) takeFromHours(hours, source.markedAtMs)
    delete source.markedAtMs
  }

  function toStale(nowMs: number, open: Alert[]): AlertStatistics['stale'] {
    const found = open
      .filter(({ state }) => state === 'active')
      .map((alert) => ({ alert, activeSinceMs: activeSinceMs(alert) }))
      .filter((one) => nowMs - one.activeSinceMs >= STALE_AFTER_MS)
      .sort((a, b) => a.activeSinceMs - b.activeSinceMs)
    const items = found.slice(0, LISTED).map(({ alert, ...since }) => {
      const { id, rule, ruleTitle, severity, subject, deviceName, place } = alert
      return {
        ...{ alertId: id, rule, ruleTitle, severity, subject },
        ...(deviceName !== undefined && { deviceName }),
        ...(place !== undefined && { place }),
        ...since,
      }
    })
    return { count: found.length, items }
  }

  /** An alert that came back unacknowledged keeps its first time; active it is since it came back. */
  function activeSinceMs(alert: Alert): number {
    const source = sources.get(keyOf(alert))
    return (source?.alertId === alert.id ? source.activeSinceMs : null) ?? alert.raisedAtMs
  }

  function toChattering(nowMs: number): AlertStatistics['chattering'] {
    const found = [...sources.values()]
      .map((source) => ({ source, count: totalOf(source.chatter, nowMs).count }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count)
    const items = found.slice(0, LISTED).map(({ source, count }) => ({
      ...named(source),
      count,
      lastAtMs: source.lastMs.at(-1) as number,
    }))
    return { count: found.length, items }
  }

  function toTopSources(nowMs: number, raised: number) {
    return [...sources.values()]
      .map((source) => ({ source, count: totalOf(source.raised, nowMs).count }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count)
      .slice(0, TOP_SOURCES)
      .map(({ source, count }) => ({ ...named(source), count, share: count / Math.max(1, raised) }))
  }

  return {
    observe(entry) {
      if (!isAlertEvent(entry)) return
      sinceMs ??= entry.atMs
      if (isNew(entry)) countNew(entry)
      else countWord(entry)
    },
    at(nowMs, { open, floods }) {
      const dayMs = (hourOf(nowMs) - HOURS_KEPT + 1) * 3_600_000
      const fromMs = Math.min(nowMs, Math.max(dayMs, sinceMs ?? nowMs))
      const spread = SEVERITIES.map((severity) => [severity, totalOf(severities[severity].hours, nowMs).count] as const)
      const raised = spread.reduce((sum, [, count]) => sum + count, 0)
      const topSources = toTopSources(nowMs, raised)
      return {
        fromMs,
        toMs: nowMs,
        raised,
        falseAlarms: [...rules.values()].reduce((sum, one) => sum + falseAlarmsOf(one, nowMs), 0),
        per10Min: toRates(minutes, { fromMs, nowMs, raised }),
        ...toFloodTime(floods, fromMs, nowMs),
        severities: Object.fromEntries(
          spread.map(([severity, count]) => [severity, { count, share: count / Math.max(1, raised) }]),
        ) as AlertStatistics['severities'],
        chattering: toChattering(nowMs),
        stale: toStale(nowMs, open),
        topSources,
        topSourcesShare: topSources.reduce((sum, { share }) => sum + share, 0),
        rules: [...rules.values()]
          .map(({ rule, ruleTitle, ...hours }) => ({
            rule,
            ruleTitle,
            raised: totalOf(hours.raised, nowMs).count,
            acknowledged: toMeanTime(hours.acknowledged, nowMs),
            cleared: toMeanTime(hours.cleared, nowMs),
            falseAlarms: falseAlarmsOf(hours, nowMs),
          }))
          .filter((of) => of.raised + of.acknowledged.count + of.cleared.count + of.falseAlarms > 0)
          .sort((a, b) => b.raised - a.raised),
      }
    },
    raisedEver: () =>
      Object.fromEntries(SEVERITIES.map((severity) => [severity, severities[severity].ever])) as Record<
        Severity,
        number
      >,
    snapshot: () =>
      structuredClone<StatisticsSnapshot>({
        format: 1,
        sinceMs,
        minutes,
        severities,
        sources: [...sources.values()],
        rules: [...rules.values()],
      }),
  }
}

function keyOf({ rule, subject }: Pick<Alert, 'rule' | 'subject'>): string {
  return `${rule}|${subjectKey(subject)}`
}

function falseAlarmsOf({ falseAlarms = [] }: Pick<RuleCounts, 'falseAlarms'>, nowMs: number): number {
  return totalOf(falseAlarms, nowMs).count
}

function named({ rule, ruleTitle, subject, deviceName, place }: Source) {
  return {
    ...{ rule, ruleTitle, subject },
    ...(deviceName !== undefined && { deviceName }),
    ...(place !== undefined && { place }),
  }
}

function noSeverities(): StatisticsSnapshot['severities'] {
  return Object.fromEntries(
    SEVERITIES.map((severity) => [severity, { ever: 0, hours: [] as HourSums }]),
  ) as StatisticsSnapshot['severities']
}
