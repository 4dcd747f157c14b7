import { describe, expect, it } from 'vitest'
import { METRICS } from '../../../core/metrics.ts'
import { aReading, engineOf, objectionsTo, play, ruleOf } from './play.ts'

const reasonsOf = (rule: string, values: Record<string, number>[]) => {
  const engine = engineOf(ruleOf(rule))
  return values
    .flatMap((value, index) => engine.observe(aReading(index + 1, index, value)))
    .map(({ state, reason }) => [state, reason])
}

describe('an impossible value', () => {
  it('is beyond the bounds of the rule; the bounds themselves can be', () => {
    const rule = ruleOf('kind: impossible, where: { metric: v }, min: 2, max: 5, severity: major')
    expect(play(rule, '2516354')).toBe('--22---')
  })

  it('may have one bound only', () => {
    expect(
      reasonsOf('kind: impossible, where: { metric: v }, min: 0, unit: m, severity: minor', [{ v: -1 }, { v: 1e9 }]),
    ).toEqual([
      ['active', { code: 'impossible', metric: 'v', value: -1, limit: 0, unit: 'm', params: { low: 0 } }],
      ['cleared', { code: 'normal', metric: 'v', value: 1e9, unit: 'm', params: { low: 0 } }],
    ])
  })

  it('is beyond those of the metric where the rule has none; metrics without any are left alone', () => {
    expect(
      reasonsOf("kind: impossible, where: { metric: '*' }, severity: minor", [
        { rh_pct: 104.9, temp_c: -127, level_m: -1e9, unheard_of: 1e9, battery_pct: 255 },
      ]),
    ).toEqual([
      ['active', { code: 'impossible', metric: 'temp_c', value: -127, limit: -90, params: { low: -90, high: 1372 } }],
      ['active', { code: 'impossible', metric: 'battery_pct', value: 255, limit: 100, params: { low: 0, high: 100 } }],
    ])
  })

  it.each([
    ['where: { metric: v }', 'no bounds are known for this metric: give min or max'],
    ['where: { metric: v }, min: 3, max: 3', 'max must be more than min'],
  ])('is not known of %s', (lines, message) => {
    expect(objectionsTo(`kind: impossible, ${lines}, severity: minor`)).toEqual([message])
  })
})

it.each(Object.entries(METRICS).filter(([, { min, max }]) => min !== undefined && max !== undefined))(
  'the bounds of %s are a range',
  (_, { min, max }) => expect(min!).toBeLessThan(max!),
)
