import type { Clock } from '../core/clock.ts'
import type { TowardLimit } from '../core/house-watch.ts'
import { dayOf } from '../core/trend/trend-day.ts'
import type { TrendDesk } from '../core/trend-desk.ts'

/** A slow metric of a device, and how far it may move. */
export interface AskedTrend {
  device: string
  metric: string
  limit: number
}

/** Keeps what the trends of many devices say of their limits: each asked once a local day, one after the other, when somebody wants to know. */
export interface TrendRound {
  /** What is known of these, from today or an earlier day, and how many it is. Begins to ask for the others. */
  of(asked: readonly AskedTrend[]): { known: Map<string, TowardLimit[]>; count: number }
  stop(): void
}

interface Ports {
  trends: TrendDesk
  clock: Clock
  /** So long the thread is given to others after `workedMs` of work. */
  rest(workedMs: number): Promise<void>
}

/** Answers kept: of 20,000 houses the slow metrics of most. */
const MOST_KEPT = 50_000

export function createTrendRound({ trends, clock, rest }: Ports): TrendRound {
  const answers = new Map<string, { day: number; limit: number; toward: TowardLimit | null }>()
  let waiting: AskedTrend[] = []
  let isRunning = false
  let isStopped = false

  async function run(): Promise<void> {
    isRunning = true
    for (let next = waiting.shift(); next !== undefined && !isStopped; next = waiting.shift()) {
      const begunMs = performance.now()
      await ask(next)
      await rest(performance.now() - begunMs)
    }
    isRunning = false
  }

  /** What cannot be asked now counts as not known until tomorrow, but for a database that is away. */
  async function ask({ device, metric, limit }: AskedTrend): Promise<void> {
    const day = dayOf(clock.nowMs())
    try {
      const { unit, limit: held } = await trends.trend({ device, metric, limit })
      const toward = held && { device, metric, unit, limit, until: held.until }
      answers.set(keyOf({ device, metric }), { day, limit, toward })
      if (answers.size > MOST_KEPT) answers.delete(answers.keys().next().value as string)
    } catch {
      waiting = []
    }
  }

  return {
    of(asked) {
      const today = dayOf(clock.nowMs())
      const known = new Map<string, TowardLimit[]>()
      let count = 0
      const due: AskedTrend[] = []
      for (const one of asked) {
        const answer = answers.get(keyOf(one))
        if (answer?.day !== today || answer.limit !== one.limit) due.push(one)
        if (answer?.limit !== one.limit) continue
        count++
        if (answer.toward !== null) known.set(one.device, [...(known.get(one.device) ?? []), answer.toward])
      }
      waiting = due
      if (!isRunning && due.length > 0) void run()
      return { known, count }
    },
    stop() {
      isStopped = true
      waiting = []
    },
  }
}

function keyOf({ device, metric }: Pick<AskedTrend, 'device' | 'metric'>): string {
  return `${device} ${metric}`
}
