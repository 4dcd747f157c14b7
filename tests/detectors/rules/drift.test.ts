import { describe, expect, it } from 'vitest'
import { aReading, engineOf, ruleOf } from './play.ts'

const RULE = 'kind: drift, where: { metric: v }, severity: minor'

/** Alternates around 0 with a standard deviation of 1, so that sums can be worked out by hand. */
const steady = (i: number) => (i % 2 === 0 ? 1 : -1)

/** Judges values a given time apart; where firing began and ended, and the first signal's reason. */
function judge(rule: string, count: number, everyS: number, valueAt: (i: number) => number) {
  const engine = engineOf(ruleOf(rule))
  const begun: number[] = []
  const ended: number[] = []
  let isFiring = false
  const signals = Array.from({ length: count }, (_, i) => {
    const given = engine.observe(aReading(i + 1, i * everyS, { v: valueAt(i) }))
    for (const { state } of given) {
      if ((state === 'active') === isFiring) continue
      isFiring = state === 'active'
      const turns = isFiring ? begun : ended
      turns.push(i)
    }
    return given
  })
  return { begun, ended, reason: signals.flat()[0]?.reason }
}

describe('drift', () => {
  it('says nothing of a value that only scatters', () => {
    expect(judge(RULE, 2000, 600, steady).begun).toEqual([])
  })

  it('finds a shift by one deviation after about a hundred values, for it adds a half each', () => {
    const { begun, reason } = judge(RULE, 2000, 600, (i) => steady(i) + (i >= 1000 ? 1 : 0))
    expect(begun).toHaveLength(1)
    expect(begun[0]! - 1000).toBeGreaterThan(90)
    expect(begun[0]! - 1000).toBeLessThan(150)
    expect(reason).toMatchObject({ code: 'drifted', metric: 'v', params: { score: expect.any(Number) } })
    expect(reason?.params?.score).toBeGreaterThan(50)
    expect(reason?.limit).toBe(reason?.params?.high)
  })

  it('finds a slow slope that never leaves the range of a single value', () => {
    const { begun } = judge(RULE, 3000, 600, (i) => steady(i) + Math.max(0, i - 1000) / 500)
    expect(begun[0]).toBeGreaterThan(1300)
    expect(begun[0]).toBeLessThan(1900)
  })

  it('is not moved by a single spike, however high', () => {
    expect(judge(`${RULE}, above: 5`, 1200, 600, (i) => steady(i) + (i === 1000 ? 1e6 : 0)).begun).toEqual([])
  })

  it('ends once the value is back for long enough', () => {
    const { begun, ended } = judge(`${RULE}, above: 20`, 2000, 600, (i) => steady(i) + (i >= 1000 && i < 1100 ? 1 : 0))
    expect(begun).toHaveLength(1)
    expect(ended).toHaveLength(1)
    expect(ended[0]! - 1100).toBeGreaterThan(0)
    expect(ended[0]! - 1100).toBeLessThan(60)
  })

  it.each([
    ['rising', 1, 1],
    ['rising', -1, 0],
    ['falling', -1, 1],
    ['falling', 1, 0],
  ])('in the direction %s only: a step of %s gives %s', (direction, step, count) => {
    const { begun } = judge(`${RULE}, direction: ${direction}`, 1500, 600, (i) => steady(i) + (i >= 1000 ? step : 0))
    expect(begun).toHaveLength(count)
  })

  it('keeps silent for its warm-up and for thirty values', () => {
    const leap = (i: number) => (i < 40 ? steady(i) : 3)
    expect(judge(`${RULE}, above: 10, warmUp: 0s`, 100, 600, leap).begun).toHaveLength(1)
    expect(judge(`${RULE}, above: 10`, 100, 600, leap).begun).toEqual([])
    expect(judge(`${RULE}, above: 1, warmUp: 0s`, 29, 600, (i) => i * i).begun).toEqual([])
  })

  it('judges means over a time, so that the cycle of a day is no drift', () => {
    const perDay = 144
    const cycle = (i: number) => 20 * Math.sin((i * 2 * Math.PI) / perDay) + ((i * 7919) % 1009) / 100
    const leaking = (i: number) => cycle(i) - Math.max(0, i / perDay - 60)
    expect(judge(`${RULE}, above: 10`, 10 * perDay, 600, cycle).begun).not.toEqual([])
    const daily = `${RULE}, above: 10, every: 1d`
    expect(judge(daily, 90 * perDay, 600, cycle).begun).toEqual([])
    const { begun } = judge(daily, 90 * perDay, 600, leaking)
    expect(begun[0]! / perDay).toBeGreaterThan(61)
    expect(begun[0]! / perDay).toBeLessThan(67)
  })

  it('refuses a limit without severity', () => {
    expect(() => ruleOf('kind: drift, where: { metric: v }, above: 10')).toThrow('severity or severities is missing')
  })
})
