import type { Device } from '../../../core/device.ts'
import { checkShape } from '../files/check-shape.ts'
import type { RuleFile } from '../files/parse-rules.ts'
import { type Path, type PlacedYaml, placeYaml } from '../files/yaml-places.ts'
import { parseDuration } from '../parts/duration.ts'
import type { RuleFault } from '../rule-fault.ts'
import type { Expectation, ExpectedAlert, ExpectedEvent, RuleTest, RuleTests } from './rule-test.ts'
import { type Place, parseShorthand } from './shorthand.ts'
import {
  type AlertSpec,
  type DeviceSpec,
  type EventSpec,
  TEST_FILE,
  type TestFileSpec,
  type TestSpec,
} from './test-schema.ts'
import { toFindingNews } from './to-finding-news.ts'
import { toObservations } from './to-observations.ts'

const START_MS = Date.UTC(2026, 0, 1)
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

/** Collects what is wrong and goes on, so that one look at a file finds it all. */
interface Desk {
  yaml: PlacedYaml
  report(path: Path, message: string, at?: 'key' | 'value'): void
  faults: RuleFault[]
}

/** Checks one file of rule tests: ready to run, or everything that is wrong with it. Never throws on bad input. */
export function parseRuleTests({ path, text }: RuleFile): { tests: RuleTests } | { faults: RuleFault[] } {
  const yaml = placeYaml(path, text)
  const faults = [...yaml.faults]
  const desk: Desk = {
    yaml,
    faults,
    report: (where, message, at = 'value') => void faults.push({ ...yaml.spotOf(where, at), message }),
  }
  if (faults.length > 0) return { faults }
  for (const { path: where, at, message } of checkShape(TEST_FILE, yaml.content)) desk.report(where, message, at)
  if (faults.length > 0) return { faults: inOrder(faults) }

  const spec = yaml.content as TestFileSpec
  if (spec.rules === undefined && spec.ruleset === undefined)
    desk.report([], 'rules are missing: rules names files, ruleset has them here')
  const shared = new Set<string>()
  for (const [i, { id }] of (spec.devices ?? []).entries()) {
    if (shared.has(id)) desk.report(['devices', i, 'id'], `device ${id} is there twice`)
    shared.add(id)
  }
  const tests = spec.tests.map((test, index) => toTest(test, index, spec.devices ?? [], desk))
  if (faults.length > 0) return { faults: inOrder(faults) }
  return {
    tests: {
      path,
      rulePaths: toRulePaths(spec.rules, yaml),
      ruleset: spec.ruleset === undefined ? null : { path, text: onlyRuleset(text, yaml) },
      tests,
    },
  }
}

function inOrder(faults: RuleFault[]): RuleFault[] {
  return faults.sort((a, b) => a.line - b.line || a.column - b.column)
}

function toRulePaths(rules: TestFileSpec['rules'], yaml: PlacedYaml): RuleTests['rulePaths'] {
  if (rules === undefined) return []
  if (typeof rules === 'string') return [{ path: rules, spot: yaml.spotOf(['rules']) }]
  return rules.map((path, index) => ({ path, spot: yaml.spotOf(['rules', index]) }))
}

/** The text with all but the rule set blanked out, so that its faults have the lines and columns of the test file. */
function onlyRuleset(text: string, yaml: PlacedYaml): string {
  const range = yaml.rangeOf('ruleset')
  if (range === null) return ''
  const blank = (part: string) => part.replaceAll(/[^\n]/g, ' ')
  const key = 'rules:'.padEnd(range.valueFrom - range.from).slice(0, range.valueFrom - range.from)
  const between = text.slice(range.from, range.valueFrom)
  const head = between.includes('\n') ? `rules:${blank(between).slice('rules:'.length)}` : key
  return `${blank(text.slice(0, range.from))}${head}${text.slice(range.valueFrom, range.to)}`
}

function toTest(spec: TestSpec, index: number, shared: DeviceSpec[], desk: Desk): RuleTest {
  const path: Path = ['tests', index]
  const startMs = toStart(spec.start, [...path, 'start'], desk)
  const devices = toDevices(spec, path, shared, startMs, desk)
  checkDevices(spec, path, new Set(devices.map(({ id }) => id)), desk)
  const places = (spec.series ?? []).map((_, i) => toPlaces([...path, 'series', i, 'values'], desk))
  const observations = toObservations(spec, places, startMs)
  const findings = toFindingNews(spec.findings ?? [], startMs)
  const atMs = (at: string | undefined) => startMs + parseDuration(at)
  const expect = (spec.expect ?? []).map((each, i) => toExpectation(each, atMs(each.at), [...path, 'expect', i], desk))
  const events = spec.events?.map((each, i) => toEvent(each, atMs, [...path, 'events', i], desk)) ?? null
  if (expect.length === 0 && events === null) desk.report(path, 'this test expects nothing: give it expect or events')
  const moments = [
    ...[observations.at(-1)?.arrivalMs ?? startMs, findings.at(-1)?.arrivalMs ?? startMs, atMs(spec.until)],
    ...expect.map((each) => each.atMs),
    ...(events ?? []).map((event) => event.atMs ?? startMs),
  ]
  return {
    name: spec.name,
    spot: desk.yaml.spotOf(path),
    startMs,
    untilMs: Math.max(...moments),
    devices,
    observations,
    findings,
    expect: expect.sort((a, b) => a.atMs - b.atMs),
    events,
  }
}

function toStart(start: string | undefined, path: Path, { report }: Desk): number {
  if (start === undefined) return START_MS
  const ms = ISO.test(start) ? Date.parse(start) : Number.NaN
  if (!Number.isNaN(ms)) return ms
  report(path, 'start must be a time with its zone, such as 2026-03-01T08:00:00+08:00')
  return START_MS
}

/** Those of the test, and of those that all tests share the ones that say something in it: the others would be missed. */
function toDevices(spec: TestSpec, path: Path, shared: DeviceSpec[], startMs: number, { report }: Desk): Device[] {
  const devices = new Map<string, Device>()
  const add = (device: DeviceSpec) =>
    devices.set(device.id, { ...device, registeredAtMs: startMs, tokenHash: '' } as Device)
  for (const device of shared) add(device)
  for (const [i, device] of (spec.devices ?? []).entries()) {
    if (devices.has(device.id)) report([...path, 'devices', i, 'id'], `device ${device.id} is there twice`)
    add(device)
  }
  const speaking = new Set(
    [...(spec.series ?? []), ...(spec.detections ?? []), ...(spec.statuses ?? [])].map(({ device }) => device),
  )
  return [...devices.values()].filter(({ id }) => speaking.has(id) || spec.devices?.some((device) => device.id === id))
}

/** Rules look at a device's type and place: a name that no device bears is most often a slip. */
function checkDevices(spec: TestSpec, path: Path, known: Set<string>, { report }: Desk): void {
  for (const part of ['series', 'detections', 'statuses'] as const)
    for (const [i, { device }] of (spec[part] ?? []).entries())
      if (!known.has(device)) report([...path, part, i, 'device'], `no device ${device} in devices`)
}

function toPlaces(path: Path, { yaml, faults, report }: Desk): Place[] {
  const written = yaml.writtenAt(path)
  if (written === null) {
    report(path, 'values must be a text, such as 0x30 0.2x5 _ stale')
    return []
  }
  const parsed = parseShorthand(written.text)
  if ('places' in parsed) return parsed.places
  for (const { index, message } of parsed.faults) faults.push({ ...written.spotOf(index), message })
  return []
}

function toExpectation(
  { alerts, has, not }: { alerts?: AlertSpec[]; has?: AlertSpec[]; not?: AlertSpec[] },
  atMs: number,
  path: Path,
  desk: Desk,
): Expectation {
  if (alerts === undefined && has === undefined && not === undefined)
    desk.report(path, 'say what fires then: alerts (exactly these, [] for none), has (at least these) or not')
  const all = (specs: AlertSpec[] | undefined, key: string) =>
    (specs ?? []).map((spec, i) => toAlert(spec.rule, spec, [...path, key, i], 'rule', desk))
  return {
    atMs,
    spot: desk.yaml.spotOf(path),
    alerts: alerts === undefined ? null : all(alerts, 'alerts'),
    has: all(has, 'has'),
    not: all(not, 'not'),
  }
}

function toEvent(spec: EventSpec, atMs: (at: string) => number, path: Path, desk: Desk): ExpectedEvent {
  const { at, raised, cleared, ...parts } = spec
  if ((raised === undefined) === (cleared === undefined))
    desk.report(path, 'an event has either raised or cleared, each with the id of a rule')
  const type = raised === undefined ? 'cleared' : 'raised'
  return {
    type,
    atMs: at === undefined ? null : atMs(at),
    alert: toAlert(raised ?? cleared ?? '', parts, path, type, desk),
  }
}

function toAlert(
  rule: string,
  { device, metric, subject, severity, reason }: Omit<AlertSpec, 'rule'>,
  path: Path,
  ruleKey: string,
  desk: Desk,
): ExpectedAlert {
  for (const [key, value] of Object.entries({ device, metric }))
    if (value !== undefined && subject !== undefined && Object.hasOwn(subject, key))
      desk.report([...path, key], `${key} cannot stand beside subject.${key}`)
  return {
    rule,
    spot: desk.yaml.spotOf([...path, ruleKey]),
    subject: { ...subject, ...(device !== undefined && { device }), ...(metric !== undefined && { metric }) },
    ...(severity !== undefined && { severity: severity as NonNullable<ExpectedAlert['severity']> }),
    reason: reason ?? {},
  }
}

/** A rule that a test names and that is not there would make `not` pass for ever. */
export function unknownRules({ tests }: RuleTests, known: ReadonlySet<string>): RuleFault[] {
  const named = tests.flatMap(({ expect, events }) => [
    ...expect.flatMap(({ alerts, has, not }) => [...(alerts ?? []), ...has, ...not]),
    ...(events ?? []).map(({ alert }) => alert),
  ])
  return named
    .filter(({ rule }) => !known.has(rule))
    .map(({ rule, spot }) => ({ ...spot, message: `no rule ${rule} among the rules of this file` }))
}
