import type { AlertStatisticsView, RuleHearingView, RuleView } from '../../../contract.ts'

/** `noData`: it is about devices, and none of them was heard lately. `idle`: no device is what it asks for. */
export type RuleHealth = 'ok' | 'faulty' | 'off' | 'noData' | 'idle'

export interface RuleRow {
  id: string
  rule: RuleView
  health: RuleHealth
  /** Alerts raised in the last 24 hours, and those that were marked as false alarms. */
  hits: number
  falseAlarms: number
  /** Devices that it judges; null for rules about no device. */
  devices: number | null
  firing: number
  /** When it last had something to judge. */
  judgedMs: number | null
}

/** Longer than any shipped device's pause between readings. */
const HEARD_WITHIN_MS = 3_600_000
/** Kinds that judge no devices' readings. */
const ABOUT_OTHERS: ReadonlySet<string> = new Set([
  'finding',
  'suspicion',
  'record',
  'records',
  'composite',
  'detection',
])

export function toRuleRows(
  known: {
    rules: readonly RuleView[]
    hearings: readonly RuleHearingView[]
    statistics: AlertStatisticsView | null
  },
  nowMs: number,
): RuleRow[] {
  const hearings = new Map(known.hearings.map((one) => [one.rule, one]))
  const hits = new Map(known.statistics?.rules.map((one) => [one.rule, one]))
  return known.rules.map((rule) => {
    const hearing = hearings.get(rule.id)
    const judgedMs = hearing?.heardAt === undefined ? null : Date.parse(hearing.heardAt)
    return {
      ...{ id: rule.id, rule, judgedMs, firing: hearing?.firing ?? 0 },
      health: healthOf(rule, hearing, judgedMs, nowMs),
      hits: hits.get(rule.id)?.raised ?? 0,
      falseAlarms: hits.get(rule.id)?.falseAlarms ?? 0,
      devices: hearing?.devices ?? (ABOUT_OTHERS.has(rule.kind) ? null : 0),
    }
  })
}

function healthOf(
  rule: RuleView,
  hearing: RuleHearingView | undefined,
  judgedMs: number | null,
  nowMs: number,
): RuleHealth {
  if (rule.state !== 'active') return rule.state
  if (ABOUT_OTHERS.has(rule.kind)) return 'ok'
  if (hearing === undefined || hearing.devices === 0) return 'idle'
  return judgedMs !== null && nowMs - judgedMs <= HEARD_WITHIN_MS ? 'ok' : 'noData'
}

export const RULE_FILTERS = ['active', 'off', 'faulty', 'noData', 'hits', 'own'] as const
export type RuleFilter = (typeof RULE_FILTERS)[number]

const FITS: Record<RuleFilter, (row: RuleRow) => boolean> = {
  active: ({ rule }) => rule.state === 'active',
  off: ({ rule }) => rule.state === 'off',
  faulty: ({ rule }) => rule.state === 'faulty',
  noData: ({ health }) => health === 'noData',
  hits: ({ hits }) => hits > 0,
  own: ({ rule }) => rule.source === 'own',
}

export function countRules(rows: readonly RuleRow[]): Record<RuleFilter, number> {
  const counts = { active: 0, off: 0, faulty: 0, noData: 0, hits: 0, own: 0 }
  for (const row of rows) for (const filter of RULE_FILTERS) if (FITS[filter](row)) counts[filter]++
  return counts
}

/** Faulty ones first, then most hits, then by id. */
export function chooseRules(rows: readonly RuleRow[], text: string, filter: RuleFilter | null): RuleRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const isMeant = ({ rule: { id, title, kind, category } }: RuleRow) => {
    const all = [id, title.zh, title.en, kind, category].join(' ').toLowerCase()
    return words.every((word) => all.includes(word))
  }
  const rank = ({ health }: RuleRow) => (health === 'faulty' ? 0 : 1)
  return rows
    .filter((row) => (filter === null || FITS[filter](row)) && isMeant(row))
    .sort((a, b) => rank(a) - rank(b) || b.hits - a.hits || (a.id < b.id ? -1 : 1))
}
