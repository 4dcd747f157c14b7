import { describe, expect, it } from 'vitest'
import type { Explanation } from '../../../core/explanation.ts'
import type { RuleSet } from '../../../detectors/rules/rule.ts'
import { aReading, at, engineOf, ruleOf } from './play.ts'

const SUBJECT = { device: 'd1', metric: 'v' }

/** The explanation after samples of `v`, one a second, and some seconds more. */
function explained(rules: RuleSet, values: number[], laterS = 0): Explanation {
  const engine = engineOf(rules)
  for (const [second, v] of values.entries()) engine.observe(aReading(second + 1, second, { v }))
  engine.advance(at(values.length - 1 + laterS))
  const explanation = engine.explain('r', SUBJECT)
  if (explanation === null) throw new Error('nothing is known of it')
  return explanation
}
const passed = ({ gates }: Explanation) => gates.map((gate) => `${gate.passed ? '' : 'not '}${gate.gate}`)

describe('why a rule fires or does not', () => {
  const limits = 'kind: threshold, where: { metric: v }, severities: { warning: 3, critical: 7 }, hysteresis: 1'

  it('names the newest value and what each severity compares it with', () => {
    const { state, severity, inputs, predicates, stoppedBy } = explained(ruleOf(limits), [1, 8])

    expect({ state, severity, stoppedBy }).toEqual({ state: 'active', severity: 'critical', stoppedBy: null })
    expect(inputs).toEqual([{ metric: 'v', value: 8, atMs: at(1) }])
    expect(predicates).toEqual([
      { severity: 'warning', holds: true, byHysteresis: false, reason: { code: 'above', value: 8, limit: 3 } },
      { severity: 'critical', holds: true, byHysteresis: false, reason: { code: 'above', value: 8, limit: 7 } },
    ])
  })

  it('says when a level holds only because it held before', () => {
    const { predicates } = explained(ruleOf(limits), [8, 6.5])
    expect(predicates.map(({ holds, byHysteresis }) => [holds, byHysteresis])).toEqual([
      [true, false],
      [true, true],
    ])
  })

  it('says that the condition is not met', () => {
    expect(explained(ruleOf(limits), [1])).toMatchObject({ state: 'inactive', stoppedBy: 'condition' })
  })

  it('says that the delay has not run out, and when it would', () => {
    const explanation = explained(ruleOf(`${limits}, onDelay: 10s`), [1, 5], 4)

    expect(passed(explanation)).toEqual(['input', 'condition', 'not delay'])
    expect(explanation.stoppedBy).toBe('delay')
    expect(explanation.gates.at(-1)).toMatchObject({ sinceMs: at(1), untilMs: at(11) })
  })

  it('says how often it was met and how often it must be', () => {
    const explanation = explained(ruleOf(`${limits}, repeat: { count: 3, of: 5 }`), [5, 1, 5])

    expect(explanation.stoppedBy).toBe('repeat')
    expect(explanation.gates.find(({ gate }) => gate === 'repeat')?.facts).toEqual({ needed: 3, counted: 2, of: 5 })
  })

  it('says how long a device has been silent and how long it may be', () => {
    const engine = engineOf(ruleOf('kind: no-data, after: 60s, severity: minor'))
    engine.observe(aReading(1, 0, { v: 1 }))
    engine.advance(at(45))

    expect(engine.explain('r', { device: 'd1' })).toMatchObject({
      state: 'inactive',
      stoppedBy: 'condition',
      gates: [{ gate: 'condition', passed: false, facts: { silentS: 45, limitS: 60 }, untilMs: at(60) }],
    })
  })

  it('is nothing for a subject that the rule does not judge', () => {
    const engine = engineOf(ruleOf(limits))
    engine.observe(aReading(1, 0, { w: 1 }))
    expect(engine.explain('r', SUBJECT)).toBeNull()
    expect(engine.explain('r', { device: 'd9', metric: 'v' })).toBeNull()
  })

  it('changes nothing', () => {
    const engine = engineOf(ruleOf(`${limits}, repeat: { count: 2, within: 5s }, onDelay: 2s`))
    for (const [second, v] of [5, 5, 5].entries()) engine.observe(aReading(second + 1, second, { v }))
    const before = JSON.stringify(engine.snapshot())
    engine.explain('r', SUBJECT)
    expect(JSON.stringify(engine.snapshot())).toBe(before)
  })
})
