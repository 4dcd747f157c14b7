import type { HouseRisk, RiskPart } from '../../core/house-watch.ts'
import { isOverdue, type Suspicion } from '../../core/suspicion.ts'
import type { DaysUntil } from '../../core/trend/days-until.ts'

/** What is known of a house that its risk is made of. */
export interface HouseSigns {
  works: Pick<Suspicion, 'state' | 'probability' | 'visitByMs'>
  /** Worst open alert about anything but works or the state of a device; null where there is none. */
  level: 1 | 2 | 3 | 4 | null
  /** Such alerts raised within the last 30 days, open or not. */
  raised: number
  /** The soonest of its trends. */
  until: DaysUntil | null
}

/** Share of the risk by the worst open alert. All shares here are judgements, in the order in which people have to act. */
const BY_LEVEL = { 1: 0.95, 2: 0.75, 3: 0.5, 4: 0.25 } as const
/** Of the probability, by how much of it has to be acted on. */
const LIKELY = 0.8
const OVERDUE = 0.95
const WATCHED = 0.4
const CONFIRMED = 0.9
/** Each alert of the last 30 days takes a tenth of what is left, down to here. */
const EXCEEDED_EACH = 0.1
const EXCEEDED_MOST = 0.4
const REACHED = 0.75
const SOON: readonly (readonly [days: number, share: number])[] = [
  [30, 0.6],
  [90, 0.4],
  [365, 0.2],
]

/** Less than half of a hundredth is not told. */
const LEAST_SHARE = 0.005

/** The parts of a house's risk, and together `100 · (1 − Π(1 − share))`: one is enough to make it high, more make it higher. */
export function riskOf(signs: HouseSigns, nowMs: number): Pick<HouseRisk, 'risk' | 'parts'> {
  const all: RiskPart[] = [
    { kind: 'works', share: worksShare(signs.works, nowMs) },
    { kind: 'alerts', share: signs.level === null ? 0 : BY_LEVEL[signs.level] },
    { kind: 'exceeded', share: Math.min(EXCEEDED_MOST, 1 - (1 - EXCEEDED_EACH) ** signs.raised) },
    { kind: 'trend', share: trendShare(signs.until) },
  ]
  const parts = all.filter(({ share }) => share >= LEAST_SHARE).sort((a, b) => b.share - a.share)
  const none = parts.reduce((rest, { share }) => rest * (1 - share), 1)
  return { parts, risk: Math.round(100 * (1 - none)) }
}

function worksShare(works: HouseSigns['works'], nowMs: number): number {
  switch (works.state) {
    case 'quiet':
    case 'approved':
      return 0
    case 'watched':
      return WATCHED * works.probability
    case 'likely':
      return (isOverdue(works, nowMs) ? OVERDUE : LIKELY) * works.probability
    case 'confirmed':
      return CONFIRMED
  }
}

/** By the day on which it is expected; what may stand still counts nothing. */
function trendShare(until: DaysUntil | null): number {
  if (until === null) return 0
  if (until.state === 'reached') return REACHED
  if (until.state !== 'expected') return 0
  return SOON.find(([days]) => until.days <= days)?.[1] ?? 0
}

const AFTER = { silent: 0, heard: 1, partly: 1, none: 2 } as const

/** The riskiest first; at equal risk those that nobody hears come before those that are heard, and houses without sensors last. */
export function compareRisks(a: HouseRisk, b: HouseRisk): number {
  return (
    b.risk - a.risk ||
    (a.level ?? 5) - (b.level ?? 5) ||
    AFTER[a.sensors.heard] - AFTER[b.sensors.heard] ||
    b.sensors.silent - a.sensors.silent ||
    (a.building.id < b.building.id ? -1 : 1)
  )
}

/** Of some trends the one that comes to its limit first; null where none is known to. */
export function soonest<T extends { until: DaysUntil }>(trends: readonly T[]): T | null {
  const coming = trends.filter(({ until }) => until.state === 'reached' || until.state === 'expected')
  return coming.sort((a, b) => daysOf(a.until) - daysOf(b.until))[0] ?? null
}

function daysOf(until: DaysUntil): number {
  return until.state === 'expected' ? until.days : 0
}
