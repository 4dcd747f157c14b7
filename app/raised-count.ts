import type { Alert } from '../core/alert.ts'
import type { Clock } from '../core/clock.ts'
import type { History } from '../core/history.ts'
import { within } from './within.ts'

/** Alerts raised within the last 30 and 7 days. */
export interface Raised {
  days30: number
  days7: number
}

const DAY_MS = 86_400_000
/** The database is asked anew after so long. */
const FRESH_MS = 5 * 60_000
/** Nobody waits longer: the next one who asks has it. */
const ASKED_WITHIN_MS = 2_000
const PAGE = 1_000
const MOST_PAGES = 10

/** Counts past alerts by whatever they belong to; null while the database cannot be asked. It is asked once in five minutes. */
export function createRaisedCount(history: Pick<History, 'alerts'>, clock: Clock) {
  let known: { atMs: number; alerts: Alert[] } | null = null
  let asking: Promise<void> | null = null

  async function ask(nowMs: number): Promise<void> {
    const alerts: Alert[] = []
    let cursor: string | undefined
    for (let page = 0; page < MOST_PAGES; page++) {
      const answer = await history.alerts({
        ...{ standingFromMs: nowMs - 30 * DAY_MS, test: false, limit: PAGE },
        ...(cursor !== undefined && { cursor }),
      })
      alerts.push(...answer.items)
      cursor = answer.nextCursor
      if (cursor === undefined) break
    }
    known = { atMs: nowMs, alerts }
  }

  return {
    async count(houseOf: (alert: Alert) => string | undefined): Promise<Map<string, Raised> | null> {
      const nowMs = clock.nowMs()
      if (known === null || nowMs - known.atMs > FRESH_MS) {
        asking ??= ask(nowMs)
          .catch(() => {})
          .finally(() => {
            asking = null
          })
        await within(asking, ASKED_WITHIN_MS, 'the database is busy').catch(() => {})
      }
      return known === null ? null : tally(known.alerts, houseOf, nowMs)
    },
  }
}

function tally(alerts: readonly Alert[], houseOf: (alert: Alert) => string | undefined, nowMs: number) {
  const counts = new Map<string, Raised>()
  for (const alert of alerts) {
    const house = houseOf(alert)
    const ageMs = nowMs - alert.raisedAtMs
    if (house === undefined || ageMs > 30 * DAY_MS || !isCounted(alert)) continue
    const count = counts.get(house) ?? { days30: 0, days7: 0 }
    counts.set(house, { days30: count.days30 + 1, days7: count.days7 + (ageMs <= 7 * DAY_MS ? 1 : 0) })
  }
  return counts
}

/** Limits of the house that were broken: neither the state of a device nor what is thought of works. */
function isCounted({ category, subject, test }: Alert): boolean {
  return category !== 'device' && subject.building === undefined && test !== true
}
