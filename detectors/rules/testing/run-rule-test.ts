import { toGlob } from '../../../core/glob.ts'
import { type Signal, subjectKey } from '../../../core/signal.ts'
import { loadClasses } from '../../patrol/parse-classes.ts'
import { createPatrolBook } from '../../patrol/patrol-book.ts'
import { createPatrolJudge } from '../../patrol/patrol-judge.ts'
import { createPatrolMap } from '../../patrol/patrol-map.ts'
import { DEFAULT_SETTINGS, FIXED_CAMERAS } from '../../patrol/settings.ts'
import { createRuleEngine } from '../engine/rule-engine.ts'
import type { RuleSet } from '../rule.ts'
import { compareEvents, compareFiring } from './compare-alerts.ts'
import type { Mismatch, RuleTest, SeenEvent, Verdict } from './rule-test.ts'

/** Judges what the test sends by the rules, on the test's own clock, and compares with what it expects. */
export function runRuleTest(test: RuleTest, rules: RuleSet): Verdict {
  const devices = new Map(test.devices.map((device) => [device.id, device]))
  const engine = createRuleEngine({ rules, device: (id) => devices.get(id), devices: () => test.devices })
  const isFixed = toGlob(FIXED_CAMERAS)
  const patrol = createPatrolBook({
    settings: { ...DEFAULT_SETTINGS, classes: loadClasses() },
    map: createPatrolMap([]),
    isDrone: (id) => !isFixed(devices.get(id)?.type),
  })
  const judge = createPatrolJudge(patrol, engine)
  const firing = new Map<string, Signal>()
  const seen: SeenEvent[] = []
  const mismatches: Mismatch[] = []

  function take(signals: Signal[]): void {
    for (const signal of signals) {
      const key = `${signal.rule}|${subjectKey(signal.subject)}`
      const isFiring = firing.has(key)
      if (signal.state === 'active') firing.set(key, signal)
      else firing.delete(key)
      if (isFiring === (signal.state === 'active')) continue
      // A signal's clock has fractions where several come from one observation.
      const atMs = Math.floor(signal.order.clockMs)
      seen.push({ type: signal.state === 'active' ? 'raised' : 'cleared', atMs, signal })
    }
  }

  let next = 0
  let told = 0
  /** What comes next by then: an observation before what is told of findings at the same moment. */
  function nextBy(untilMs: number) {
    const [observation, news] = [test.observations[next], test.findings[told]]
    const observedMs = observation?.arrivalMs ?? Number.POSITIVE_INFINITY
    const toldMs = news?.arrivalMs ?? Number.POSITIVE_INFINITY
    if (Math.min(observedMs, toldMs) > untilMs) return null
    if (observedMs <= toldMs) {
      next++
      return observation!
    }
    told++
    return news!
  }

  /** All that has arrived by then is judged, and time has passed to it. */
  function passTo(untilMs: number): void {
    for (let one = nextBy(untilMs); one !== null; one = nextBy(untilMs))
      take(one.kind === 'finding' ? engine.hear(one) : judge.observe(one))
    take(judge.advance(untilMs))
  }

  passTo(test.startMs)
  for (const expectation of test.expect) {
    passTo(expectation.atMs)
    const lines = compareFiring(expectation, [...firing.values()])
    if (lines === null) continue
    mismatches.push({ what: 'firing', spot: expectation.spot, offsetMs: expectation.atMs - test.startMs, lines })
  }
  passTo(test.untilMs)
  const lines = test.events === null ? null : compareEvents(test.events, seen, test.startMs)
  if (lines !== null) mismatches.push({ what: 'events', spot: test.spot, offsetMs: test.untilMs - test.startMs, lines })
  return { test, passed: mismatches.length === 0, mismatches }
}
