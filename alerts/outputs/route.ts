import { deviceOf } from '../../core/alert.ts'
import { toGlob } from '../../core/glob.ts'
import type { AlertEvent } from '../../core/ledger-entry.ts'
import { isWorse, type Severity } from '../../core/severity.ts'
import { type LocalTime, WEEKDAYS, type Weekday } from './local-time.ts'

/** Hours of the day, on days of the week. From 22:00 to 06:00 is one night, of the day on which it began. */
export interface RouteTime {
  /** `HH:MM`; 00:00 when absent. */
  from?: string
  /** `HH:MM`, exclusive; 24:00 when absent. */
  to?: string
  /** All when absent. */
  days?: Weekday | Weekday[]
}

/** Which events a route is for: every given part must fit, of a list one. */
export interface RouteMatch {
  severity?: Severity | Severity[]
  /** This or worse. */
  minSeverity?: Severity
  category?: string | string[]
  /** Globs. */
  rule?: string | string[]
  device?: string | string[]
  /** Beginnings. */
  place?: string | string[]
  /** Names as the map has them; of a reach also its id. */
  grid?: string | string[]
  community?: string | string[]
  reach?: string | string[]
  /** Whose duty it is, or whom it was assigned to. */
  department?: string | string[]
  test?: boolean
  /** When the event happened. */
  time?: RouteTime | RouteTime[]
}

/** A branch of the tree: who is told of what fits it and none of the routes below it. */
export interface RouteSpec {
  match?: RouteMatch
  /** Names of outputs; those of the branch above when absent. */
  to?: string | string[]
  /** Look at the next route beside this one too. */
  continue?: boolean
  routes?: RouteSpec[]
}

/** Names of the outputs for an event. */
export type Router = (event: AlertEvent) => ReadonlySet<string>

type Test = (event: AlertEvent) => boolean
interface Branch {
  fits: Test
  to: readonly string[]
  goesOn: boolean
  routes: Branch[]
}

/**
 * Makes a router of a tree, as Alertmanager has it: the first route that fits is gone into, and the next ones beside it only
 * where it says `continue`; where none of the routes below fits, it is the branch's own outputs. A change of severity counts with both.
 */
export function createRouter(tree: RouteSpec, localTime: (atMs: number) => LocalTime): Router {
  const root = toBranch(tree, [], localTime)
  return (event) => new Set(outputsOf(root, event))
}

/** Whether the tree has something of its own to say of tests; otherwise every output gets them. */
export function namesTests({ match, routes = [] }: RouteSpec): boolean {
  return match?.test === true || routes.some(namesTests)
}

function toBranch(spec: RouteSpec, above: readonly string[], localTime: (atMs: number) => LocalTime): Branch {
  const to = spec.to === undefined ? above : [spec.to].flat()
  const tests = testsOf(spec.match ?? {}, localTime)
  return {
    fits: (event) => tests.every((test) => test(event)),
    to,
    goesOn: spec.continue ?? false,
    routes: (spec.routes ?? []).map((route) => toBranch(route, to, localTime)),
  }
}

function outputsOf(branch: Branch, event: AlertEvent): readonly string[] {
  const found: (readonly string[])[] = []
  for (const route of branch.routes) {
    if (!route.fits(event)) continue
    found.push(outputsOf(route, event))
    if (!route.goesOn) break
  }
  return found.length === 0 ? branch.to : found.flat()
}

function testsOf(match: RouteMatch, localTime: (atMs: number) => LocalTime): Test[] {
  const { severity, minSeverity, test, time, place } = match
  const rule = toGlob(match.rule)
  const device = toGlob(match.device)
  const tests: (Test | undefined)[] = [
    severity && ((event) => severitiesOf(event).some((one) => [severity].flat().includes(one))),
    minSeverity && ((event) => severitiesOf(event).some((one) => !isWorse(minSeverity, one))),
    oneOf(match.category, ({ alert }) => [alert.category]),
    match.rule === undefined ? undefined : ({ alert }) => rule(alert.rule),
    match.device === undefined ? undefined : ({ alert }) => device(deviceOf(alert)),
    place === undefined ? undefined : ({ alert }) => [place].flat().some((start) => alert.place?.startsWith(start)),
    oneOf(match.grid, ({ alert }) => [alert.area?.grid]),
    oneOf(match.community, ({ alert }) => [alert.area?.community]),
    oneOf(match.reach, ({ alert: { area, finding } }) => [
      area?.reach,
      finding?.place?.reach,
      finding?.place?.reachName,
    ]),
    oneOf(match.department, ({ alert }) => [alert.assigned?.to.department ?? alert.department]),
    test === undefined ? undefined : ({ alert }) => (alert.test ?? false) === test,
    time === undefined ? undefined : withinTimes([time].flat(), localTime),
  ]
  return tests.filter((one) => one !== undefined)
}

function severitiesOf({ alert, severityBefore }: AlertEvent): Severity[] {
  return severityBefore === undefined ? [alert.severity] : [alert.severity, severityBefore]
}

function oneOf(
  wanted: string | string[] | undefined,
  of: (event: AlertEvent) => (string | undefined)[],
): Test | undefined {
  if (wanted === undefined) return undefined
  const names = new Set<string | undefined>([wanted].flat())
  return (event) => of(event).some((name) => names.has(name))
}

function withinTimes(times: RouteTime[], localTime: (atMs: number) => LocalTime): Test {
  return ({ atMs }) => {
    const local = localTime(atMs)
    return times.some((time) => isWithin(time, local))
  }
}

/** True from `from` to before `to`; where that crosses midnight, the early hours belong to the day before. */
export function isWithin({ from = '00:00', to = '24:00', days = [...WEEKDAYS] }: RouteTime, local: LocalTime): boolean {
  const [fromMinute, toMinute] = [minuteOf(from), minuteOf(to)]
  const has = (day: Weekday) => [days].flat().includes(day)
  if (fromMinute < toMinute) return has(local.weekday) && local.minute >= fromMinute && local.minute < toMinute
  if (local.minute >= fromMinute) return has(local.weekday)
  return local.minute < toMinute && has(dayBefore(local.weekday))
}

function minuteOf(clock: string): number {
  const [hours, minutes] = clock.split(':')
  return Number(hours) * 60 + Number(minutes)
}

function dayBefore(day: Weekday): Weekday {
  return WEEKDAYS[(WEEKDAYS.indexOf(day) + 6) % 7] as Weekday
}
