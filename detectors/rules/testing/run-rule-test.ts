import { type Signal, subjectKey } from '../../../core/signal.ts'
import { createRuleEngine } from '../engine/rule-engine.ts'
import type { RuleSet } from '../rule.ts'
import { compareEvents, compareFiring } from './compare-alerts.ts'
import type { Mismatch, RuleTest, SeenEvent, Verdict } from './rule-test.ts'

/** Judges what the test sends by the rules, on the test's own clock, and compares with what it expects. */
export function runRuleTest(test: RuleTest, rules: RuleSet): Verdict {
  const devices = new Map(test.devices.map((device) => [device.id, device]))
  const engine = createRuleEngine({ rules, device: (id) => devices.get(id), devices: () => test.devices })
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
  /** All that has arrived by then is judged, and time has passed to it. */
  function passTo(untilMs: number): void {
    for (; (test.observations[next]?.arrivalMs ?? Number.POSITIVE_INFINITY) <= untilMs; next++)
      take(engine.observe(test.observations[next]!))
    take(engine.advance(untilMs))
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
