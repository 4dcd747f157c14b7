import type { HouseRiskView } from '../../house-contract.ts'

/** What a manager looks for. `attention`: something speaks of danger; `visit`: somebody has to go there; `unheard`: sensors that nobody hears; `week`: new within seven days. */
export const RANK_FILTERS = ['all', 'attention', 'visit', 'unheard', 'week', 'none'] as const
export type RankFilter = (typeof RANK_FILTERS)[number]

const FITS: Record<RankFilter, (house: HouseRiskView) => boolean> = {
  all: () => true,
  attention: ({ risk }) => risk > 0,
  visit: (house) => dueOf(house) !== null,
  unheard: ({ sensors: { silent } }) => silent > 0,
  week: ({ raised }) => raised !== null && raised.days7 > 0,
  none: ({ sensors: { heard } }) => heard === 'none',
}

/** By when somebody has to be there: as was asked, or as the suspicion of works demands, whichever is sooner; ms. */
export function dueOf({ works, visitAsked }: HouseRiskView): number | null {
  const dues = [works.visitBy, visitAsked?.due].filter((due) => due !== undefined).map((due) => Date.parse(due))
  return dues.length === 0 ? null : Math.min(...dues)
}

export function filtered(houses: readonly HouseRiskView[], filter: RankFilter): HouseRiskView[] {
  return houses.filter(FITS[filter])
}

export function countOf(houses: readonly HouseRiskView[], filter: RankFilter): number {
  return houses.reduce((count, house) => count + (FITS[filter](house) ? 1 : 0), 0)
}

/** The sign before a house: its worst open alert; without one, whether anything could be known. Only what is heard may look well. */
export function signOf({
  level,
  risk,
  sensors,
}: HouseRiskView): 1 | 2 | 3 | 4 | 'watched' | 'well' | 'silent' | 'partly' | 'none' {
  if (level !== null) return level
  if (risk > 0) return 'watched'
  return sensors.heard === 'heard' ? 'well' : sensors.heard
}

/** The risk as it is shown: nothing known is no zero. */
export function shownRisk({ risk, sensors: { heard } }: HouseRiskView): string {
  return risk === 0 && (heard === 'silent' || heard === 'none') ? '—' : String(risk)
}
