import type { ExpectedAlert, Touch, Truth } from '../incidents/incident.ts'
import { distanceBetweenM } from '../world.ts'
import type { ToldAlert } from './told-alert.ts'

/** An alert that an incident must raise, and the one that was. */
export interface Expectation {
  truth: Truth
  expected: ExpectedAlert
  met: ToldAlert | null
}

export interface Matching {
  expectations: Expectation[]
  /** Alerts about something that happened, beyond the one that was expected of it. */
  consequences: { alert: ToldAlert; truth: Truth }[]
  /** Alerts about nothing that happened, with the fault of the device that may be why. */
  unfounded: { alert: ToldAlert; fault: Truth | null }[]
}

/** What an incident leaves behind may be told so long after its effects have ended: delays and windows of rules run out. */
const AFTER_MS = 10 * 60_000
/** An alert that names no device belongs to an incident that is this near. */
const NEAR_M = 100

/**
 * Which alert is about what. An expectation is met by an alert of its category and its device, house or address (and class, of pictures) that was raised in its time,
 * or raised before and not over yet; the earliest deadline takes the earliest alert, each alert one expectation at a time. What remains is
 * a consequence when it comes from a device that an incident touches, at its place where it names no device, or when it says
 * that the device itself has something; of a picture it must be about a class that is there. Everything else is unfounded. Alerts that may
 * still come after `untilMs` are not expected. The order of alerts does not matter.
 */
export function matchAlerts(truths: readonly Truth[], alerts: readonly ToldAlert[], untilMs: number): Matching {
  const inOrder = [...alerts].sort((a, b) => a.raisedMs - b.raisedMs || (a.id < b.id ? -1 : 1))
  const expectations = meet(truths, inOrder, untilMs)
  const meant = new Set(expectations.map(({ met }) => met))
  const rest = inOrder.filter((alert) => !meant.has(alert))
  const explained = rest.map((alert) => ({ alert, truth: causeOf(alert, truths) }))
  return {
    expectations,
    consequences: explained.flatMap(({ alert, truth }) => (truth === undefined ? [] : [{ alert, truth }])),
    unfounded: explained
      .filter(({ truth }) => truth === undefined)
      .map(({ alert }) => ({ alert, fault: truths.find((truth) => isFaulty(truth, alert)) ?? null })),
  }
}

function meet(truths: readonly Truth[], alerts: readonly ToldAlert[], untilMs: number): Expectation[] {
  const expectations = truths
    .flatMap((truth) => truth.alerts.map((expected): Expectation => ({ truth, expected, met: null })))
    .filter(({ expected }) => expected.byMs <= untilMs)
    .sort((a, b) => a.expected.byMs - b.expected.byMs || a.expected.fromMs - b.expected.fromMs)
  const takenUntilMs = new Map<ToldAlert, number>()
  const take = (expectation: Expectation, alert: ToldAlert | undefined) => {
    if (alert === undefined) return
    expectation.met = alert
    takenUntilMs.set(alert, Math.max(takenUntilMs.get(alert) ?? 0, expectation.expected.byMs))
  }
  for (const one of expectations)
    take(
      one,
      alerts.find((alert) => !takenUntilMs.has(alert) && isRaisedFor(one.expected, alert)),
    )
  for (const one of expectations.filter(({ met }) => met === null))
    take(
      one,
      alerts.find((alert) => isStillOpen(one.expected, alert, takenUntilMs.get(alert))),
    )
  return expectations
}

function isAbout({ device, building, address, category, rule, label }: ExpectedAlert, alert: ToldAlert): boolean {
  const isSame = (wanted: string | undefined, told: string | undefined) => wanted === undefined || wanted === told
  return (
    category === alert.category &&
    isSame(device, alert.device) &&
    isSame(building, alert.building) &&
    isSame(address, alert.place) &&
    isSame(rule, alert.rule) &&
    isSame(label, alert.label)
  )
}

function isRaisedFor(expected: ExpectedAlert, alert: ToldAlert): boolean {
  return isAbout(expected, alert) && expected.fromMs <= alert.raisedMs && alert.raisedMs <= expected.byMs
}

/** Nobody is told again of what goes on; one alert may so speak for one incident after the other. */
function isStillOpen(expected: ExpectedAlert, alert: ToldAlert, takenUntilMs = 0): boolean {
  const { raisedMs, clearedMs = Number.POSITIVE_INFINITY } = alert
  const { fromMs } = expected
  return isAbout(expected, alert) && raisedMs < fromMs && fromMs <= clearedMs && takenUntilMs <= fromMs
}

/** Of several that it may be about, one of its category. */
function causeOf(alert: ToldAlert, truths: readonly Truth[]): Truth | undefined {
  const possible = truths.filter((truth) => isOf(truth, alert))
  return possible.find(({ alerts }) => alerts.some(({ category }) => category === alert.category)) ?? possible[0]
}

function isOf(truth: Truth, alert: ToldAlert): boolean {
  const isTouched = touchesOf(truth, alert.label).some(
    ({ deviceId, fromMs, toMs }) => deviceId === alert.device && isWithin(fromMs, toMs, alert),
  )
  if (alert.category === 'device') return isTouched || (truth.device === alert.device && isDuring(truth, alert))
  if (!truth.isIncident) return false
  return alert.device === undefined ? isAtPlace(truth, alert) && isDuring(truth, alert) : isTouched
}

/** What is in the pictures touches the drone for its own class only. */
function touchesOf({ touched = [], alerts }: Truth, label: string | undefined): readonly Touch[] {
  const own = alerts.flatMap(({ device, fromMs, byMs, label: wanted }) =>
    device === undefined || (wanted !== undefined && wanted !== label)
      ? []
      : [{ deviceId: device, fromMs, toMs: byMs }],
  )
  return [...touched, ...own]
}

function isFaulty(truth: Truth, alert: ToldAlert): boolean {
  return !truth.isIncident && truth.device === alert.device && isDuring(truth, alert)
}

function isAtPlace(truth: Truth, { place, position }: ToldAlert): boolean {
  if (place === truth.place) return true
  return position !== undefined && distanceBetweenM(position, truth.position) <= NEAR_M
}

function isDuring(truth: Truth, alert: ToldAlert): boolean {
  const { startMs, endMs, touched = [], alerts } = truth
  const endsMs = [endMs, ...touched.map(({ toMs }) => toMs), ...alerts.map(({ byMs }) => byMs)]
  return isWithin(startMs, Math.max(...endsMs), alert)
}

function isWithin(fromMs: number, toMs: number, { raisedMs }: ToldAlert): boolean {
  return fromMs <= raisedMs && raisedMs <= toMs + AFTER_MS
}
