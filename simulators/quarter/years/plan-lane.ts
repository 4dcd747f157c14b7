import type { Activity } from './activity.ts'
import { DAY_MS, DAYS_OF_YEAR, dateOf, dayStartMs, FESTIVALS, isWeekend, isWorkday, QUIET_WEEKS } from './calendar.ts'
import { createDice, type Dice } from './dice.ts'
import { type Kit, makeLane } from './lane.ts'
import type { LanePlan } from './lane-plan.ts'
import { type PaperOrder, toPaper } from './papers.ts'
import { planHandyman, planRefit, planTenant } from './plan-innocent.ts'
import { planReports } from './plan-reports.ts'
import { planStreet } from './plan-street.ts'
import { planWorks } from './plan-works.ts'
import { planFaults } from './sensor-faults.ts'
import { CAREFUL_SHARE, type Filed, RATES } from './story.ts'

/** Everything begins after two weeks and before the last month. */
const FIRST_DAY = 14
const LAST_DAY = 334
/** Days between two stories of one house. */
const APART = 12
/** Days that a story may take, to keep others away. */
const LONGEST: Record<string, number> = { unfiled_works: 60, filed_works: 80, tenant: 18, refit: 6 }

type HouseStory = keyof typeof RATES

/** How a lane is equipped, and how often something happens in it. */
export interface LaneOptions {
  kit?: Kit
  /** Stories per house and year; where not said as in `RATES`. */
  rates?: Partial<Record<HouseStory, number>>
  carefulShare?: number
}

/** One lane and its year; the same for the same seed and options. */
export function planLane(seed: number, { kit, rates, carefulShare = CAREFUL_SHARE }: LaneOptions = {}): LanePlan {
  const often = { ...RATES, ...rates }
  const lane = makeLane(seed, kit)
  const plan: LanePlan = { lane, stories: [], activities: [], papers: [], faults: [] }
  for (const { index } of lane.houses) {
    const dice = createDice(seed, 'stories', index)
    const taken: [number, number][] = []
    for (const kind of Object.keys(RATES) as HouseStory[])
      for (let times = dice.count(often[kind]); times > 0; times--) {
        const day = freeDay(kind, taken, dice)
        if (day !== null)
          TELL[kind](plan, { kind, house: index, day, id: `${kind}-${index + 1}-${day}`, carefulShare }, dice)
      }
  }
  planStreet(plan, createDice(seed, 'street'))
  planReports(plan, createDice(seed, 'reports'))
  plan.faults = planFaults(lane, plan.stories)
  for (const festival of FESTIVALS)
    plan.stories.push({
      ...{ id: `festival-${festival.name}`, kind: 'festival', house: null },
      ...{ fromMs: dayStartMs(festival.from), toMs: dayStartMs(festival.to + 1) },
    })
  return plan
}

function freeDay(kind: HouseStory, taken: [number, number][], dice: Dice): number | null {
  const longest = (LONGEST[kind] ?? 2) + APART
  for (let tries = 0; tries < 20; tries++) {
    const day = Math.floor(dice.between(FIRST_DAY, Math.min(LAST_DAY, DAYS_OF_YEAR - 5)))
    if (taken.some(([from, to]) => day < to && from < day + longest) || !suits(kind, day, dice)) continue
    taken.push([day - APART, day + longest])
    return day
  }
  return null
}

function suits(kind: HouseStory, day: number, dice: Dice): boolean {
  if (kind.endsWith('_works')) return !(QUIET_WEEKS.from - 4 <= day && day <= QUIET_WEEKS.to) && !isWeekend(day)
  if (kind === 'handyman') return dice.chance(120 <= day && day <= 220 ? 1 : 0.4)
  return kind !== 'refit' || isWorkday(day)
}

interface Told {
  kind: HouseStory
  house: number
  day: number
  id: string
  carefulShare: number
}

function tellInnocent(plan: LanePlan, { kind, house, day, id: story }: Told, dice: Dice): void {
  const fromMs = dayStartMs(day)
  const file = (type: string, daysBefore: number) =>
    addPaper(plan, { recordId: `${story}-${type}`, type, house, atMs: fromMs - daysBefore * DAY_MS }, dice)
  let activities: Activity[] = []
  if (kind === 'tenant') {
    activities = planTenant({ house, story, day }, dice)
    file(dice.chance(0.85) ? 'lease.signed' : 'lease.changed', dice.between(-3, 15))
    if (dice.chance(0.6)) file('account.changed', dice.between(-8, 2))
    if (plan.lane.houses[house]!.habit.use === 'shop' && dice.chance(0.7)) file('scope.changed', dice.between(-5, 12))
  } else if (kind === 'refit') {
    activities = planRefit({ house, story, day }, dice)
    file('scope.changed', dice.between(0, 14))
  } else if (kind === 'handyman') activities = planHandyman({ house, story, day }, dice)
  else file(kind === 'owner_change' ? 'owner.changed' : 'account.changed', 0)
  plan.activities.push(...activities)
  const doings = activities.filter(({ vacates }) => !vacates)
  const toMs = Math.max(fromMs + DAY_MS, ...doings.map((one) => one.toMs))
  plan.stories.push({ id: story, kind, house, fromMs: Math.min(fromMs, ...doings.map((one) => one.fromMs)), toMs })
}

const TELL: Record<HouseStory, (plan: LanePlan, told: Told, dice: Dice) => void> = {
  ...{ unfiled_works: tellUnfiled, filed_works: tellFiled },
  ...{ tenant: tellInnocent, refit: tellInnocent, handyman: tellInnocent },
  ...{ owner_change: tellInnocent, account_change: tellInnocent },
}

const PAPERS_BEFORE = { lease: 48, scope: 27, other: 10, none: 15 }

/** Nobody is asked. A lease or a new business stands in the registers one to three weeks before, in three of four cases. */
function tellUnfiled(plan: LanePlan, { kind, house, day, id: story, carefulShare }: Told, dice: Dice): void {
  const careful = dice.chance(carefulShare)
  const works = planWorks({ house, story, beginDay: day, careful, demolition: true }, dice)
  const drawn = dice.weighted(PAPERS_BEFORE)
  const paper = {
    lease: dice.chance(0.85) ? 'lease.signed' : 'lease.changed',
    scope: 'scope.changed',
    other: dice.chance(0.5) ? 'account.changed' : 'owner.changed',
    none: null,
  }[drawn]
  if (paper !== null) {
    const atMs = works.beginMs - dice.between(1, 21) * DAY_MS
    addPaper(plan, { recordId: `${story}-${paper}`, type: paper, house, atMs }, dice)
    if (drawn === 'lease' && dice.chance(0.5))
      addPaper(plan, { recordId: `${story}-account`, type: 'account.changed', house, atMs: atMs + 3 * DAY_MS }, dice)
  }
  plan.activities.push(...works.activities)
  const { beginMs, demolitionMs, endMs } = works
  const truth = { beginMs, demolitionMs, endMs, careful, filing: null, paper }
  plan.stories.push({ id: story, kind, house, fromMs: beginMs, toMs: endMs, works: truth })
}

const FILED: Record<Filed, number> = { before: 70, late: 18, outworked: 12 }

function tellFiled(plan: LanePlan, { kind, house, day, id: story }: Told, dice: Dice): void {
  const works = planWorks({ house, story, beginDay: day, careful: false, demolition: dice.chance(0.5) }, dice)
  const { beginMs, demolitionMs, endMs } = works
  const how = dice.weighted(FILED)
  const saidMs = how === 'late' ? beginMs + dice.between(1, 6) * DAY_MS : beginMs - dice.between(3, 30) * DAY_MS
  const fromMs = dayStartMs(day) - (how === 'late' ? 0 : Math.floor(dice.between(0, 3)) * DAY_MS)
  const days = (endMs - dayStartMs(day)) / DAY_MS
  const lasts = how === 'outworked' ? days * dice.between(0.4, 0.7) : days + dice.between(2, 20)
  const untilMs = dayStartMs(day + Math.ceil(lasts))
  const filing = `WJ2025-${10_000 + Math.floor(dice.next() * 80_000)}`
  const body = { filing, validFrom: dateOf(fromMs), validTo: dateOf(untilMs - DAY_MS) }
  const file = (type: string, atMs: number, more?: Record<string, string>) =>
    addPaper(plan, { recordId: `${story}-${type}`, type, house, atMs, ...(more && { body: more }) }, dice)
  file('works.filed', saidMs, body)
  if (dice.chance(0.7)) file('works.approved', saidMs + dice.between(1, 5) * DAY_MS, body)
  if (dice.chance(0.6)) file('works.finished', endMs + dice.between(0, 6) * DAY_MS, { filing })
  if (dice.chance(0.4)) file('lease.signed', beginMs - dice.between(5, 40) * DAY_MS)
  plan.activities.push(...works.activities)
  const truth = { beginMs, demolitionMs, endMs, careful: false, filing: { how, saidMs, fromMs, untilMs }, paper: null }
  plan.stories.push({ id: story, kind, house, fromMs: beginMs, toMs: endMs, works: truth })
}

function addPaper(plan: LanePlan, order: PaperOrder, dice: Dice): void {
  plan.papers.push(toPaper(plan.lane, order, dice))
}
