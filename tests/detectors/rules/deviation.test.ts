import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Signal } from '../../../core/signal.ts'
import { learn } from '../../../detectors/rules/deviation/score.ts'
import { parseRules } from '../../../detectors/rules/files/parse-rules.ts'
import { aReading, engineOf, ruleOf } from './play.ts'

const MINUTE_S = 60
const HOUR_S = 3600
const DAY_S = 24 * HOUR_S

/** Values that look random and are the same in every run, roughly normal around 0 with a deviation of 0.4. */
function createNoise(): () => number {
  let state = 42
  const next = () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647 - 0.5
  }
  return () => next() + next()
}

/** Judges one value every ten minutes; gives the signals of each moment at which firing began or ended, with its index. */
function judge(rule: string, count: number, valueAt: (i: number, atS: number) => number) {
  const engine = engineOf(ruleOf(rule))
  const turns: { i: number; signal: Signal }[] = []
  let isFiring = false
  for (let i = 0; i < count; i++) {
    const atS = i * 10 * MINUTE_S
    for (const signal of engine.observe(aReading(i + 1, atS, { v: valueAt(i, atS) }))) {
      if ((signal.state === 'active') !== isFiring) turns.push({ i, signal })
      isFiring = signal.state === 'active'
    }
  }
  return turns
}
const beginnings = (turns: ReturnType<typeof judge>) =>
  turns.filter(({ signal }) => signal.state === 'active').map(({ i }) => i)

const RULE = 'kind: deviation, where: { metric: v }, severity: minor'
const PER_DAY = 144

/** A building by day and by night, with noise. */
function aDailyCycle(): (i: number, atS: number) => number {
  const noise = createNoise()
  return (_, atS) => (atS % DAY_S >= 8 * HOUR_S && atS % DAY_S < 18 * HOUR_S ? 40 : 10) + noise()
}

describe('a deviation', () => {
  it('fires for a value far from all before it and says what is usual', () => {
    const noise = createNoise()
    const turns = judge(`${RULE}, season: none, unit: kW`, 600, (i) => 20 + noise() + (i === 500 ? 15 : 0))
    expect(beginnings(turns)).toEqual([500])
    const { reason, severity } = turns[0]!.signal
    expect(severity).toBe('minor')
    expect(reason).toMatchObject({ code: 'unusual', metric: 'v', unit: 'kW' })
    expect(reason.value).toBeCloseTo(35, 0)
    expect(reason.params?.expected).toBeCloseTo(20, 0)
    expect(reason.limit).toBe(reason.params?.high)
    expect(reason.limit).toBeGreaterThan(20.5)
    expect(reason.limit).toBeLessThan(23)
    expect(reason.params?.score).toBeGreaterThan(5.5)
  })

  it('is over one hour after the last unusual value', () => {
    const noise = createNoise()
    const turns = judge(`${RULE}, season: none`, 600, (i) => 20 + noise() + (i === 500 ? 15 : 0))
    expect(turns.map(({ signal }) => [signal.state, signal.reason.code])).toEqual([
      ['active', 'unusual'],
      ['cleared', 'normal'],
    ])
    expect(turns[1]!.signal.atMs - turns[0]!.signal.atMs).toBeGreaterThanOrEqual(HOUR_S * 1000)
    expect(turns[1]!.signal.atMs - turns[0]!.signal.atMs).toBeLessThanOrEqual(4 * HOUR_S * 1000)
  })

  it('fires for a night value by day, which is usual at another hour', () => {
    const cycle = aDailyCycle()
    const noonOfDay9 = 9 * PER_DAY + 12 * 6
    const withGap = (i: number, atS: number) => (i >= noonOfDay9 && i < noonOfDay9 + 6 ? 10 : cycle(i, atS))
    // T0 of the tests is 22:13:20 UTC; hours of the day are told apart all the same.
    const turns = judge(RULE, 12 * PER_DAY, withGap)
    expect(beginnings(turns)[0]).toBe(noonOfDay9)
  })

  it('says nothing of the steps that every day has', () => {
    const cycle = aDailyCycle()
    const turns = judge(RULE, 20 * PER_DAY, cycle)
    expect(beginnings(turns).filter((i) => i > 3 * PER_DAY)).toEqual([])
  })

  it('says nothing of a peak that comes at about three every night, once it came twice', () => {
    const noise = createNoise()
    const peaks: number[] = []
    const turns = judge(RULE, 12 * PER_DAY, (i) => {
      const isPeak = i % PER_DAY === 20 + (((i / PER_DAY) | 0) % 3) && i > 4 * PER_DAY
      if (isPeak) peaks.push(i)
      return 20 + noise() + (isPeak ? 30 : 0)
    })
    expect(peaks.length).toBeGreaterThan(6)
    expect(beginnings(turns)).toEqual(peaks.slice(0, 2))
  })

  it('names a jump and a shifted level as such', () => {
    const noise = createNoise()
    const wave = (i: number) => 20 * Math.sin(i / 60)
    // Half way between the wave's ends, so that the value itself is nothing special.
    const jumped = judge(`${RULE}, season: none`, 900, (i) => wave(i) + noise() / 10 + (i === 754 ? 8 : 0))
    const reason = jumped.find(({ i }) => i === 754)?.signal.reason
    expect(reason).toMatchObject({ code: 'jumped', params: { before: expect.any(Number) } })
    // Each value is an old acquaintance; that they come in a row is not.
    const again = createNoise()
    const coin = (i: number) => (again() > 0 || i > 800 ? 21 : 19)
    const shifted = judge(`${RULE}, season: none, above: 1.5`, 900, coin)
    const level = shifted.find(({ i, signal }) => i > 800 && signal.state === 'active')?.signal.reason
    expect(level).toMatchObject({ code: 'shifted', params: { recent: expect.any(Number) } })
  })

  it('learns what stays', () => {
    const noise = createNoise()
    const turns = judge(RULE, 20 * PER_DAY, (i) => (i > 10 * PER_DAY ? 30 : 20) + noise())
    const after = beginnings(turns).filter((i) => i > 3 * PER_DAY)
    expect(after[0]).toBe(10 * PER_DAY + 1)
    expect(turns.at(-1)!.signal.state).toBe('cleared')
    expect(turns.at(-1)!.i).toBeLessThan(13 * PER_DAY)
  })

  it.each([
    ['above', 15, 1],
    ['above', -15, 0],
    ['below', -15, 1],
    ['below', 15, 0],
    ['both', -15, 1],
  ])('to the side %s only: %s gives %s', (direction, step, count) => {
    const noise = createNoise()
    const rule = `${RULE}, season: none, direction: ${direction}`
    const turns = judge(rule, 510, (i) => 20 + noise() + (i === 500 ? step : 0))
    expect(beginnings(turns).filter((i) => i === 500)).toHaveLength(count)
  })

  it.each([
    ['12h, which is the default, and 150 samples', '', 10, [] as number[]],
    ['150 samples even without', ', warmUp: 0s', 100, []],
    ['no longer', ', warmUp: 0s', 151, [151]],
    ['as long as it says', ', warmUp: 3d', 400, []],
    ['no longer than it says', ', warmUp: 3d', 432, [432]],
  ])('keeps silent for %s', (_, part, at, begun) => {
    const noise = createNoise()
    const turns = judge(`${RULE}, season: none${part}`, at + 1, (i) => 20 + noise() + (i === at ? 50 : 0))
    expect(beginnings(turns)).toEqual(begun)
  })

  it('gives a severity per score', () => {
    const rule = 'kind: deviation, where: { metric: v }, season: none, severities: { minor: 5.5, major: 12 }'
    const severityOf = (step: number) => {
      const noise = createNoise()
      return judge(rule, 501, (i) => 20 + noise() + (i === 500 ? step : 0)).at(-1)?.signal.severity
    }
    expect([severityOf(0), severityOf(1.5), severityOf(100)]).toEqual([undefined, 'minor', 'major'])
  })

  it('stays silent on a value that never changes', () => {
    expect(judge(RULE, 1000, () => 45)).toEqual([])
  })

  it('keeps its memory bounded, finite and plain, whatever comes', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
    const gap = fc.oneof(fc.integer({ min: 1, max: 600_000 }), fc.integer({ min: 1, max: 10 * DAY_S * 1000 }))
    const samples = fc.array(fc.tuple(gap, fc.oneof(finite, fc.integer({ min: -3, max: 3 }))), {
      minLength: 160,
      maxLength: 400,
    })
    fc.assert(
      fc.property(samples, fc.constantFrom('none' as const, 'day' as const, 'auto' as const), (given, season) => {
        let memory: number[] = []
        let atMs = 1_700_000_000_000
        let length = 0
        for (const [afterMs, value] of given) {
          atMs += afterMs
          memory = learn(memory, season, atMs, value)
          if (length === 0) length = memory.length
        }
        expect(memory.length).toBe(length)
        expect(length).toBeLessThan(1500)
        expect(memory.findIndex((number) => !Number.isFinite(number))).toBe(-1)
        const text = JSON.stringify(memory)
        expect(JSON.stringify(JSON.parse(text))).toBe(text)
      }),
      { numRuns: 50 },
    )
  })

  it('goes on from a snapshot as if there had been none', () => {
    const cycle = aDailyCycle()
    const rules = ruleOf(RULE)
    const values = Array.from({ length: 6 * PER_DAY }, (_, i) => cycle(i, i * 600) + (i === 700 ? 30 : 0))
    const signalsOf = (cut: number) => {
      let engine = engineOf(rules)
      return values.flatMap((v, i) => {
        if (i === cut) engine = engineOf(rules, undefined, JSON.parse(JSON.stringify(engine.snapshot())))
        return engine.observe(aReading(i + 1, i * 600, { v }))
      })
    }
    const uninterrupted = signalsOf(-1)
    expect(uninterrupted.length).toBeGreaterThan(0)
    for (const cut of [1, 100, 151, 500, 700, 701]) expect(signalsOf(cut)).toEqual(uninterrupted)
  })

  it('finds each failure of a machine by its temperature, with few false alarms in eleven weeks', () => {
    const path = new URL('../../fixtures/series/machine_temperature_system_failure.csv', import.meta.url)
    const rows = readFileSync(path, 'utf8').trim().split('\n').slice(1)
    // The last three windows of the benchmark's labels: a shutdown, a fault that grew slowly, and the failure it led to.
    const failures = [
      ['2013-12-15T17:50', '2013-12-17T17:00'],
      ['2014-01-27T14:20', '2014-01-29T13:30'],
      ['2014-02-07T14:55', '2014-02-09T14:05'],
    ].map(([from, to]) => [Date.parse(`${from}Z`), Date.parse(`${to}Z`)] as const)
    const engine = engineOf(ruleOf(RULE))
    const begun: number[] = []
    let isFiring = false
    let arrivalMs = 0
    for (const [index, row] of rows.entries()) {
      const [time, value] = row.split(',') as [string, string]
      const atMs = Date.parse(`${time.replace(' ', 'T')}Z`)
      arrivalMs = Math.max(arrivalMs, atMs)
      const signals = engine.observe({
        kind: 'readings',
        seq: index + 1,
        arrivalMs,
        deviceId: 'd1',
        messageSeq: index,
        samples: [{ metric: 'v', atMs, value: Number(value) }],
      })
      for (const { state } of signals) {
        if (state === 'active' && !isFiring) begun.push(atMs)
        isFiring = state === 'active'
      }
    }
    const hit = failures.filter(([from, to]) => begun.some((atMs) => atMs >= from && atMs <= to))
    expect(hit).toHaveLength(3)
    expect(begun.length).toBeLessThan(25)
  })
})

describe('the explanation of a deviation rule', () => {
  const explained = (count: number) => {
    const noise = createNoise()
    const engine = engineOf(ruleOf(`${RULE}, season: none, warmUp: 2d`))
    for (let i = 0; i < count; i++) engine.observe(aReading(i + 1, i * 10 * MINUTE_S, { v: 20 + noise() }))
    return engine.explain('r', { device: 'd1', metric: 'v' })
  }

  it('says that it is still learning, and from what', () => {
    expect(explained(200)).toMatchObject({
      state: 'inactive',
      stoppedBy: 'condition',
      predicates: [{ holds: false, reason: { code: 'learning', params: { samples: 200, forS: 199 * 600 } } }],
    })
  })

  it('then has the score, its parts, and the score that it would take', () => {
    const { value, limit, params } = explained(400)!.predicates[0]!.reason
    const { score, above, point, jump, level } = params as Record<string, number>
    expect(above).toBe(5.5)
    expect(score).toBe(point! + jump! + level!)
    expect([value, limit]).toEqual([expect.any(Number), expect.any(Number)])
  })
})

describe('the text of a deviation rule', () => {
  const faultOf = (lines: string) => {
    const text = `rules:\n  - { id: r, title: { zh: 规则, en: Rule }, category: other, kind: deviation, where: { metric: v }, ${lines} }`
    const result = parseRules([{ path: 'test.yaml', text }])
    return 'faults' in result ? result.faults.map(({ message }) => message).join('; ') : 'good'
  }

  it.each([
    ['severity: minor', 'good'],
    ['severities: { minor: 5, major: 8 }, hysteresis: 1', 'good'],
    ['above: 6', 'severity or severities is missing'],
    ['above: 6, severities: { minor: 5 }', 'severities cannot stand beside above'],
    ['severity: minor, severities: { minor: 5 }', 'severity cannot stand beside severities'],
    ['severities: {}', 'severities needs at least one limit'],
    ['severities: { minor: 8, major: 5 }', 'severities must rise from warning to critical'],
    ['severity: minor, hysteresis: 6', 'hysteresis must not be more than the limit'],
  ])('%s: %s', (lines, expected) => {
    expect(faultOf(lines)).toBe(expected)
  })
})
