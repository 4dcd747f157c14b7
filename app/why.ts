import { type Alert, isOpen } from '../core/alert.ts'
import type { ArrivalHistory } from '../core/arrival-history.ts'
import type { Clock } from '../core/clock.ts'
import type { Device } from '../core/device.ts'
import { AppError } from '../core/errors.ts'
import type { Explanation, Gate } from '../core/explanation.ts'
import type { History } from '../core/history.ts'
import type { Observation } from '../core/observation.ts'
import { QUIET_GATES, type Quiet } from '../core/quiet.ts'
import { subjectKey } from '../core/signal.ts'
import type { WhyAnswer, WhyDesk, WhyQuestion } from '../core/why.ts'
import { createArrivalMerge } from '../detectors/rules/backtest/merge-arrivals.ts'
import type { Times } from '../detectors/rules/engine/restore-engine.ts'
import { createRuleEngine, type RuleEngine } from '../detectors/rules/engine/rule-engine.ts'
import type { Rule, RuleSet } from '../detectors/rules/rule.ts'

/** A rule as it was at some moment, with those that it depends on. */
export interface RuleThen {
  rule: Rule
  rules: RuleSet
  /** Its number among the versions of this rule, where that is known. */
  number?: number
}

interface Ports {
  engine: Pick<RuleEngine, 'explain'>
  /** Undefined when there was no such rule. */
  ruleAt(id: string, atMs: number): RuleThen | undefined
  device(id: string): Device | undefined
  devices(): Device[]
  openAlerts(): Alert[]
  history: History & ArrivalHistory
  clock: Clock
  times: Times
}

const DEFAULT_LOOKBACK_MS = 86_400_000
/** A question must not cost the service more than a moment. */
const MAX_OBSERVATIONS = 200_000
const PAGE = 5_000
const READINGS_SHOWN = 20
const MAX_DEVICES = 50
/** Questions answered at once; the next ones are told to ask again. */
const MAX_AT_ONCE = 2

/** Answers from the judge itself for now, and by putting the rule through the stored past for any other moment. */
export function createWhy(ports: Ports): WhyDesk {
  let asking = 0
  return {
    async why(question) {
      if (asking >= MAX_AT_ONCE) throw new AppError('overloaded', 'other questions are being answered; ask again')
      asking++
      try {
        return await answer(ports, question)
      } finally {
        asking--
      }
    },
  }
}

async function answer(ports: Ports, question: WhyQuestion): Promise<WhyAnswer> {
  const nowMs = ports.clock.nowMs()
  const { atMs = nowMs, rule: id, subject } = question
  if (atMs > nowMs) throw new AppError('bad_request', 'that moment is still to come')
  const then = ports.ruleAt(id, atMs)
  if (then === undefined) throw new AppError('not_found', 'there was no such rule then', { rule: id })
  const past = await goThrough(ports, then, question, atMs)
  const isNow = question.atMs === undefined
  const judged = isNow ? ports.engine.explain(id, subject) : past.explanation
  const alert = await alertAt(ports, question, atMs, isNow)
  const { title, kind, hash } = then.rule
  return {
    rule: { id, title, kind, version: hash, ...(then.number !== undefined && { number: then.number }) },
    subject,
    atMs,
    source: isNow ? 'live' : 'recomputed',
    explanation: judged && withAlertGates(judged, alert),
    ...(judged === null && { unjudged: whyUnjudged(ports, then.rule, question) }),
    ...(!isNow && { recomputed: past.recomputed }),
    readings: past.readings,
    ...(alert && { alert: toAlertThen(alert) }),
  }
}

/** Judges the stored past of the devices concerned by the rule alone, up to and including `atMs`. */
async function goThrough(ports: Ports, then: RuleThen, question: WhyQuestion, atMs: number) {
  const { history, times } = ports
  const fromMs = atMs - (question.lookbackMs ?? DEFAULT_LOOKBACK_MS)
  const devices = devicesConcerned(ports, then.rule, question)
  const ids = devices.map(({ id }) => id)
  const engine = createRuleEngine({
    rules: then.rules,
    device: (id) => devices.find((device) => device.id === id),
    devices: () => devices,
    times,
  })
  const readings: WhyAnswer['readings'] = []
  let observations = 0
  const merge = createArrivalMerge((observation) => {
    observations++
    engine.observe(observation)
    noteReadings(readings, observation, question)
  })
  let complete = ids.length > 0
  const cursors: { readings?: string; others?: string } = {}
  for (let next = merge.run(); complete && next !== null; next = merge.run()) {
    if (observations > MAX_OBSERVATIONS) complete = false
    const cursor = cursors[next]
    const query = {
      by: 'arrival' as const,
      fromMs,
      toMs: atMs + 1,
      limit: PAGE,
      devices: ids,
      ...(cursor !== undefined && { cursor }),
    }
    if (next === 'readings') {
      const page = await history.arrivedReadings(query)
      if (page.nextCursor !== undefined) cursors.readings = page.nextCursor
      merge.readings(page)
    } else {
      const page = await history.arrivedOthers(query)
      if (page.nextCursor !== undefined) cursors.others = page.nextCursor
      merge.others(page.items, page.nextCursor === undefined)
    }
  }
  engine.advance(atMs)
  const explanation = engine.explain(question.rule, question.subject)
  return { explanation, readings, recomputed: { fromMs, observations, complete } }
}

/** The subject's device, and, for rules that look further, those at its place and behind its gateway. */
function devicesConcerned({ device, devices }: Ports, rule: Rule, { subject }: WhyQuestion): Device[] {
  const own = device(subject.device ?? '')
  const place = subject.place ?? own?.place
  const looksFurther = subject.device === undefined || LOOKS_FURTHER.has(rule.kind)
  const near = looksFurther
    ? devices().filter((other) => isNear(other, own, place) || (place === undefined && rule.where(other.id, other)))
    : []
  const found = [...(own === undefined ? [] : [own]), ...near.filter(({ id }) => id !== own?.id)]
  return found.slice(0, MAX_DEVICES)
}

/** Kinds whose word on a device depends on other devices. */
const LOOKS_FURTHER = new Set(['composite', 'difference', 'no-data'])

function isNear(other: Device, own: Device | undefined, place: string | undefined): boolean {
  if (place !== undefined && other.place === place) return true
  if (own === undefined) return false
  const gateway = own.gateway ?? own.id
  return other.gateway === gateway || other.id === gateway
}

function noteReadings(readings: WhyAnswer['readings'], observation: Observation, { subject }: WhyQuestion): void {
  if (observation.kind !== 'readings') return
  if (subject.device !== undefined && observation.deviceId !== subject.device) return
  for (const { metric, atMs, value } of observation.samples)
    if (subject.metric === undefined || subject.metric === metric)
      readings.push({ device: observation.deviceId, metric, atMs, value, arrivalMs: observation.arrivalMs })
  if (readings.length > READINGS_SHOWN) readings.splice(0, readings.length - READINGS_SHOWN)
}

function whyUnjudged({ device }: Ports, rule: Rule, { subject }: WhyQuestion): NonNullable<WhyAnswer['unjudged']> {
  if (subject.device === undefined) return 'no_data'
  const found = device(subject.device)
  if (found === undefined) return 'unknown_device'
  return rule.where(found.id, found) ? 'no_data' : 'not_meant'
}

/** The alert of the rule and subject as it stood then, if it was open. */
async function alertAt(ports: Ports, { rule, subject }: WhyQuestion, atMs: number, isNow: boolean) {
  const key = subjectKey(subject)
  const isIt = (alert: Alert) => alert.rule === rule && subjectKey(alert.subject) === key && !alert.historical
  if (isNow) return ports.openAlerts().find(isIt)
  const { device } = subject
  const page = await ports.history.alerts({ rule, ...(device !== undefined && { device }), limit: 200 })
  for (const alert of page.items.filter((one) => isIt(one) && one.raisedAtMs <= atMs)) {
    const events = await ports.history.alertEvents(alert.id)
    const last = events.filter((event) => event.atMs <= atMs).at(-1)
    if (last !== undefined && isOpen(last.alert)) return last.alert
  }
  return undefined
}

/** What the judge lets through may still be kept quiet on its way to people: gates are asked in order, up to the first that does. */
function withAlertGates(explanation: Explanation, alert: Alert | undefined): Explanation {
  if (alert === undefined || explanation.state !== 'active') return explanation
  const { quiet } = alert
  const asked = quiet === undefined ? QUIET_GATES : QUIET_GATES.slice(0, QUIET_GATES.indexOf(quiet.gate))
  const passed: Gate[] = asked.map((gate) => ({ gate, passed: true, facts: {} }))
  const gates = [...explanation.gates, ...passed]
  return quiet === undefined
    ? { ...explanation, gates }
    : { ...explanation, gates: [...gates, toGate(quiet)], stoppedBy: quiet.gate }
}

function toGate({ gate, by, sinceMs, untilMs, cause }: Quiet): Gate {
  return {
    ...{ gate, passed: false, sinceMs },
    facts: { by, ...(cause !== undefined && { cause }) },
    ...(untilMs !== undefined && { untilMs }),
  }
}

function toAlertThen({
  id,
  state,
  severity,
  version,
  raisedAtMs,
  quiet,
  ruleVersion,
}: Alert): NonNullable<WhyAnswer['alert']> {
  return {
    ...{ id, state, severity, version, raisedAtMs },
    ...(quiet && { quiet: quiet.gate }),
    ...(ruleVersion !== undefined && { ruleVersion }),
  }
}
