import type { FindingNews } from '../../../core/finding.ts'
import type { Arrival, Observation } from '../../../core/observation.ts'
import { DAYS_OF_YEAR, dayOf, YEAR_FROM_MS } from './calendar.ts'
import { createDice } from './dice.ts'
import type { LanePlan } from './lane-plan.ts'
import { type LaneOptions, planLane } from './plan-lane.ts'
import { debrisSeen } from './plan-reports.ts'
import { createSenses } from './sense-day.ts'
import { createBender } from './sensor-faults.ts'

/** What comes in, in order: an observation with its place in the journal, or news of what a drone saw. */
export type YearArrival =
  | { kind: 'observation'; arrivalMs: number; observation: Observation }
  | { kind: 'finding'; arrivalMs: number; news: FindingNews }

export interface LaneYear extends LanePlan {
  /** All that arrives, made while it is asked for; each call begins anew and gives the same. */
  arrivals(): Generator<YearArrival>
}

/** Days after the year for which late ones are still waited. */
const LATE_DAYS = 12
const USUAL_DELAY_MS = 20_000

/** One lane's year. Nothing in it is known to who reads `arrivals` but what arrives. */
export function makeLaneYear(seed: number, options?: LaneOptions): LaneYear {
  const plan = planLane(seed, options)
  return { ...plan, arrivals: () => arrive(plan) }
}

type Waiting = { arrivalMs: number } & ({ arrival: Arrival } | { news: FindingNews })

function* arrive(plan: LanePlan): Generator<YearArrival> {
  const { lane } = plan
  const byDay: Waiting[][] = Array.from({ length: DAYS_OF_YEAR + LATE_DAYS }, () => [])
  const wait = (one: Waiting) => byDay[Math.max(0, dayOf(one.arrivalMs))]?.push(one)
  for (const { arrivalMs, record } of plan.papers) wait({ arrivalMs, arrival: record })
  for (const news of debrisSeen(plan, createDice(lane.seed, 'debris'))) wait({ arrivalMs: news.arrivalMs, news })
  const send = createSenders(plan)
  let seq = 0
  for (const [day, waiting] of byDay.entries()) {
    for (const sent of send(day)) wait(sent)
    // Sorting is stable: what comes at the same moment keeps its order.
    waiting.sort((a, b) => a.arrivalMs - b.arrivalMs)
    for (const one of waiting) {
      const { arrivalMs } = one
      if (arrivalMs < YEAR_FROM_MS) continue
      if ('news' in one) yield { kind: 'finding', arrivalMs, news: { ...one.news, seq } }
      else
        yield { kind: 'observation', arrivalMs, observation: { ...one.arrival, seq: ++seq, arrivalMs } as Observation }
    }
    waiting.length = 0
  }
}

/** What all devices send of one local day, as their faults leave it; to be asked day by day. Each is some seconds late, always the same. */
function createSenders({ lane, activities, faults }: LanePlan): (day: number) => Waiting[] {
  const senses = createSenses(lane, activities)
  const links = new Map(
    lane.houses
      .flatMap(({ sensors }) => sensors)
      .map(({ id }) => {
        const own = faults.filter(({ device }) => device === id)
        const delayMs = Math.floor(USUAL_DELAY_MS * createDice(lane.seed, 'delay', id).next())
        return [id, { delayMs, bend: createBender(own, createDice(lane.seed, 'bent', id)) }] as const
      }),
  )
  return (day) => {
    if (day >= DAYS_OF_YEAR) return []
    return senses.senseDay(day).flatMap(({ device, atMs, samples }): Waiting[] => {
      const { delayMs, bend } = links.get(device)!
      const sent = bend({ arrivalMs: atMs + delayMs, samples })
      if (sent === null) return []
      const arrival: Arrival = { kind: 'readings', deviceId: device, messageSeq: null, samples: sent.samples }
      return [{ arrivalMs: sent.arrivalMs, arrival }]
    })
  }
}
