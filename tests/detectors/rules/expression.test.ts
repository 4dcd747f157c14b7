import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type Expression, parseExpression, type Scope } from '../../../detectors/rules/parts/expression.ts'

function good(text: string, subjects: Parameters<typeof parseExpression>[1] = 'reading'): Expression {
  const parsed = parseExpression(text, subjects)
  if ('fault' in parsed) throw new Error(`${parsed.fault.at}: ${parsed.fault.message}`)
  return parsed.expression
}
function faultOf(text: string, subjects: Parameters<typeof parseExpression>[1] = 'reading'): string {
  const parsed = parseExpression(text, subjects)
  return 'fault' in parsed ? `${parsed.fault.at}: ${parsed.fault.message}` : 'good'
}

const DEVICE = {
  id: 'd1',
  type: 'thermometer',
  place: '东园路45号',
  attributes: { storeys: 3, line: '3', listed: true },
}
const SCOPE: Scope = { value: 51.5, metric: 'temp_c', temp_c: 51.5, rh_pct: 60, device: DEVICE, hour: 23n, weekday: 7n }

describe('an expression', () => {
  test.each([
    ['temp_c > 50.0 && device.attributes.storeys > 3', false],
    ['temp_c > 50 && device.attributes.storeys >= 3', true],
    ['value == temp_c && metric == "temp_c"', true],
    ['temp_c + 10 > 60 && 2 * temp_c < 104', true],
    ['abs(temp_c - 60) < 10 && max(temp_c, rh_pct) == 60', true],
    ['device.attributes.line == "3" || device.attributes.line == 3', true],
    ['device.attributes.listed', true],
    ['has(device.attributes.owner) && device.attributes.owner == "x"', false],
    ['device.place.startsWith("东园") && device.type in ["thermometer", "hygrometer"]', true],
    ['hour >= 22 || hour < 6', true],
    ['weekday in [6, 7]', true],
    ['device.attributes.exists(name, name == "storeys")', true],
    ['temp_c > 50 ? rh_pct < 70 : rh_pct < 50', true],
    ['metrics["pm2.5"] > 75', true],
  ])('%s is %s', (text, holds) => {
    expect(good(text).holds({ ...SCOPE, metrics: { 'pm2.5': 80 } })).toBe(holds)
  })

  test.each([
    ['a metric that has not come', 'co_ppm > 5', undefined],
    ['an attribute that nobody gave', 'device.attributes.owner == "x"', undefined],
    ['a text where a number is needed', 'device.attributes.line * 2 > 3', undefined],
    ['a device that is not registered', 'device.type == "thermometer"', undefined],
    ['what is known decides alone, whichever side', 'co_ppm > 5 || temp_c > 50', true],
    ['what is known decides alone, on the other side', 'temp_c < 50 && co_ppm > 5', false],
    ['what is no answer', 'device.attributes.storeys', undefined],
  ])('%s', (name, text, holds) => {
    const scope = name.includes('not registered') ? { ...SCOPE, device: { id: 'd1', attributes: {} } } : SCOPE
    expect(good(text).holds(scope)).toBe(holds)
  })

  it('tells which metrics it names, and whether it asks for the time', () => {
    const { metrics, asksTime } = good('temp_c > 50 && metrics["pm2.5"] > 3 && rh_pct < 9 && temp_c > value')
    expect([metrics, asksTime]).toEqual([['temp_c', 'rh_pct', 'pm2.5'], false])
    expect(good('hour < 6 && device.attributes.all(k, k != "x")')).toMatchObject({ metrics: [], asksTime: true })
  })

  it('may ask about what a model saw and what was filed', () => {
    const seen = good('observation.label == "boat" && observation.score > 0.8 && hour < 6', 'detection')
    const observation = { label: 'boat', score: 0.9, model: 'm' }
    expect([3n, 12n].map((hour) => seen.holds({ observation, hour }))).toEqual([true, false])
    const filed = good('observation.type == "works.filed" && observation.body.depth_m > 2', 'record')
    const record = (body: object) => ({ observation: { type: 'works.filed', body } })
    expect([record({ depth_m: 3 }), record({ depth_m: 1 }), record({})].map(filed.holds)).toEqual([
      true,
      false,
      undefined,
    ])
  })
})

describe('what is wrong with an expression is told when it is read', () => {
  test.each([
    ['temp_c >', '9: Unexpected token: EOF'],
    ['temp_c > "hot"', '1: no such overload: double > string'],
    ['temp_c', '1: must be true or false, not double'],
    ['device.plcae == "x"', '8: No such key: plcae'],
    ['hour == "noon"', '1: no such overload: int == string'],
    ['device.place.matches("(a+)+$")', '1: matches is not available; use startsWith, endsWith or contains'],
    ['cel.bind(a, "xx", a + a == "xxxx")', '1: cel.bind is not available'],
    ['[1].all(x, [2].all(y, x < y))', '12: all inside another walk through a list is not available'],
    ['metrics[metric] > 3', '1: metrics must be asked by a name in quotes: metrics["pm2.5"]'],
    ['metrics.size() > 3', '1: metrics must be asked by a name in quotes: metrics["pm2.5"]'],
    ['fetch("http://x")', "1: found no matching overload for 'fetch(string)'"],
    ['', '1: Unexpected token: EOF'],
  ])('%j', (text, fault) => expect(faultOf(text)).toBe(fault))

  it('names other than those of the subject are unknown for detections', () => {
    expect(faultOf('temp_c > 3', 'detection')).toBe('1: Unknown variable: temp_c')
  })
})

describe('a hostile expression', () => {
  test.each([
    ['long', 'a'.repeat(1001)],
    ['of brackets', '('.repeat(500) + ')'.repeat(500)],
    ['of lists', '['.repeat(400) + ']'.repeat(400)],
    ['of negations', `${'!'.repeat(900)}true`],
    ['of conditions', `${'true?'.repeat(190)}true`],
    ['of a long list', `[${'1,'.repeat(400)}1].all(x, x > 0)`],
    ['of many parts', Array.from({ length: 200 }, () => 'a>1').join('||')],
  ])('%s is refused', (_, text) => expect(faultOf(text)).not.toBe('good'))

  test.each([
    ['constructor'],
    ['__proto__'],
    ['device.constructor.constructor("return process")() == 1'],
    ['device.attributes.__proto__.polluted == 1'],
    ['device.attributes["constructor"] == 1'],
  ])('%s reaches nothing', (text) => {
    const parsed = parseExpression(text, 'reading')
    expect('fault' in parsed ? undefined : parsed.expression.holds(SCOPE)).toBeUndefined()
  })

  it('whatever the text, reading it answers, and asking it does not throw', () => {
    const part = fc.constantFrom(
      ...' ()[]{}.,?:!&|<>=+-*/%"\'\\'.split(''),
      'temp_c',
      'device',
      '1',
      '2.5',
      'has',
      'in',
      'all',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const parsed = parseExpression(parts.join(''), 'reading')
        if ('fault' in parsed) expect(parsed.fault.at).toBeGreaterThan(0)
        else expect([true, false, undefined]).toContain(parsed.expression.holds(SCOPE))
      }),
      { numRuns: 2000 },
    )
  })
})
