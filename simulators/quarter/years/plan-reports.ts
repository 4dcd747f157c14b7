import type { Finding, FindingNews } from '../../../core/finding.ts'
import { atHour, DAY_MS, DAYS_OF_YEAR, dayOf, dayStartMs, YEAR_FROM_MS, YEAR_TO_MS } from './calendar.ts'
import type { Dice } from './dice.ts'
import type { LanePlan } from './lane-plan.ts'
import { toReport } from './papers.ts'
import type { Story, StoryKind } from './story.ts'

/** Reports of residents per story, and of nothing in particular per lane and year. */
const REPORTS: Partial<Record<StoryKind, number>> = {
  unfiled_works: 0.6,
  filed_works: 0.3,
  refit: 0.12,
  tenant: 0.05,
  handyman: 0.06,
  road_works: 0.8,
}
const IDLE_REPORTS = 0.5

/** Residents call about what they hear, see and breathe; some of them about nothing, or about the wrong house. */
export function planReports(plan: LanePlan, dice: Dice): void {
  const report = (fromMs: number, toMs: number, house: number) => {
    const atMs = dice.between(fromMs, toMs)
    const at = dayStartMs(dayOf(atMs)) + dice.between(7, 21.5) * 3_600_000
    const recordId = `report-${plan.papers.length}`
    const about = dice.weighted({ works: 45, noise: 30, debris: 15, dust: 10 })
    if (at >= fromMs) plan.papers.push(toReport(plan.lane, { recordId, house, atMs: at, about }, dice))
  }
  for (const { kind, house, fromMs, toMs } of plan.stories)
    for (let times = dice.count(REPORTS[kind] ?? 0); times > 0; times--)
      report(fromMs, toMs, house ?? Math.floor(dice.next() * plan.lane.houses.length))
  for (let times = dice.count(IDLE_REPORTS); times > 0; times--)
    report(YEAR_FROM_MS, YEAR_TO_MS, Math.floor(dice.next() * plan.lane.houses.length))
}

/** Shares of weekly flights on which sacks or timber lie before a house, seen and taken for debris. */
const SEEN: Partial<Record<StoryKind, number>> = { unfiled_works: 0.3, filed_works: 0.35, refit: 0.3, tenant: 0.2 }
const SEEN_OF_NOTHING = 0.006
const FLIGHT_WEEKDAY_OFFSET = 6
const POSITION_ERROR_M = 1.5
const M_PER_DEG = 111_320

/** Debris that the weekly patrol sees, in order; the flight is at ten, its pictures are looked at within the hour. */
export function debrisSeen({ lane, stories }: Pick<LanePlan, 'lane' | 'stories'>, dice: Dice): FindingNews[] {
  if (!lane.isSeen) return []
  const seen: FindingNews[] = []
  for (let day = FLIGHT_WEEKDAY_OFFSET; day < DAYS_OF_YEAR; day += 7) {
    const atMs = atHour(day, 10)
    for (const { index, building } of lane.houses) {
      if (!dice.chance(shareOf(stories, index, atMs))) continue
      const off = () => (POSITION_ERROR_M * dice.gauss()) / M_PER_DEG
      const position = { lat: building.position!.lat + off(), lon: building.position!.lon + off() }
      seen.push(toNews(position, atMs, `f${day}-${index}`, dice.between(0.35, 0.9)))
    }
  }
  return seen
}

function shareOf(stories: readonly Story[], house: number, atMs: number): number {
  const going = stories.filter(
    (story) => story.house === house && story.fromMs + DAY_MS / 4 < atMs && atMs < story.toMs,
  )
  return Math.max(SEEN_OF_NOTHING, ...going.map(({ kind }) => SEEN[kind] ?? 0))
}

function toNews(position: { lat: number; lon: number }, atMs: number, id: string, score: number): FindingNews {
  const flightId = `patrol-${dayOf(atMs)}`
  const frameId = `${flightId}-${id}`
  const best = {
    ...{ frameId, flightId, atMs, score, position, radiusM: POSITION_ERROR_M, areaM2: 1.2, model: 'simulated' },
    box: [0, 0, 40, 40] as [number, number, number, number],
  }
  const finding: Finding = {
    ...{ id, label: 'debris', presence: 'present', position, radiusM: POSITION_ERROR_M, areaM2: 1.2 },
    ...{ firstMs: atMs, lastMs: atMs, sightings: 2, score, best, verdicts: [] },
    flights: [{ flightId, firstMs: atMs, lastMs: atMs, sightings: 2, score, areaM2: 1.2, best }],
    lastLook: { flightId, frameId, atMs },
  }
  const arrivalMs = atMs + 40 * 60_000
  return { kind: 'finding', seq: 0, arrivalMs, deviceId: 'patrol-drone', atMs, change: 'opened', finding }
}
