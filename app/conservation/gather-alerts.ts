import { type Alert, deviceOf } from '../../core/alert.ts'
import type { AlertQuery, History } from '../../core/history.ts'
import type { Period } from './period.ts'

/** So many alerts of one device are asked for, and of the house told. */
const MOST_OF_ONE = 200
const MOST_TOLD = 100

export interface HouseAlerts {
  /** Newest first, about devices and whatever else. */
  alerts: Alert[]
  leftOut: number
  /** About the house itself. */
  warnings: Alert[]
}

/** Alerts of a house and its devices that stood at some time of the month. Throws what the history throws. */
export async function gatherAlerts(
  { building, devices, open }: { building: string; devices: string[]; open: Alert[] },
  history: Pick<History, 'alerts'>,
  period: Period,
): Promise<HouseAlerts> {
  const asked: Partial<AlertQuery>[] = [{ building }, ...devices.map((device) => ({ device }))]
  const found = new Map<string, Alert>()
  let isMore = false
  for (const query of asked) {
    const during = { beforeMs: period.untilMs, standingFromMs: period.fromMs, limit: MOST_OF_ONE }
    const page = await history.alerts({ ...query, ...during })
    isMore ||= page.nextCursor !== undefined
    for (const alert of page.items) found.set(alert.id, alert)
  }
  // Those that are open are known as they stand now; the database runs a moment behind.
  const inIt = new Set(devices)
  for (const alert of open)
    if (alert.raisedAtMs < period.untilMs && (found.has(alert.id) || isOf(alert, building, inIt)))
      found.set(alert.id, alert)
  const all = [...found.values()].filter(({ test }) => !test).sort((a, b) => b.raisedAtMs - a.raisedAtMs)
  const alerts = all.filter((alert) => buildingOf(alert) !== building)
  return {
    alerts: alerts.slice(0, MOST_TOLD),
    leftOut: Math.max(0, alerts.length - MOST_TOLD, isMore ? 1 : 0),
    warnings: all.filter((alert) => buildingOf(alert) === building).slice(0, MOST_TOLD),
  }
}

function isOf(alert: Alert, building: string, devices: ReadonlySet<string>): boolean {
  return buildingOf(alert) === building || devices.has(deviceOf(alert) ?? '')
}

/** The house that an alert is about. */
function buildingOf({ subject }: Alert): string | undefined {
  return subject.building
}
