import { describe, expect, it } from 'vitest'
import type { Device } from '../../../core/device.ts'
import type { Observation } from '../../../core/observation.ts'
import type { Signal } from '../../../core/signal.ts'
import { startOfDayMs, type TrendDay } from '../../../core/trend/trend-day.ts'
import type { RuleEngine } from '../../../detectors/rules/engine/rule-engine.ts'
import { aWall, type Wall } from '../../core/trend/a-wall.ts'
import { aDevice, engineOf, objectionsTo, ruleOf } from './play.ts'

const RULE = 'kind: trend, where: { metric: crack_mm }, speed: { warning: 0.1, major: 1 }, unit: mm'
const HOUR_MS = 3_600_000

/** What a gauge says of a wall: every six hours, the temperature in the same message. */
function told(days: readonly TrendDay[], part: { device?: string; temp?: string | null } = {}): Observation[] {
  const { device = 'd1', temp = 'temp_c' } = part
  return days.flatMap(({ day, value, tempC }, i) =>
    [0, 6, 12, 18].map((hour, k): Observation => {
      const atMs = startOfDayMs(day) + hour * HOUR_MS
      const warmth = temp === null || tempC === undefined ? [] : [{ metric: temp, atMs, value: tempC }]
      const samples = [...warmth, { metric: 'crack_mm', atMs, value }]
      return { kind: 'readings', seq: 4 * i + k + 1, arrivalMs: atMs, deviceId: device, messageSeq: null, samples }
    }),
  )
}

function judge(rule: string, wall: Wall | TrendDay[], devices?: Device[], part = {}) {
  const engine = engineOf(ruleOf(rule), devices)
  const days = Array.isArray(wall) ? wall : aWall(wall)
  const signals = told(days, part).flatMap((one) => engine.observe(one))
  return { engine, signals, changes: changesOf(signals) }
}

/** Where a signal differs from the one before in state or severity: day, state, severity, code. */
function changesOf(signals: readonly Signal[]) {
  const said = ({ state, severity }: Signal) => (state === 'active' ? severity : 'over')
  return signals.flatMap((signal, i) => {
    if (i > 0 && said(signals[i - 1]!) === said(signal)) return []
    return [
      {
        said: said(signal),
        day: Math.floor((signal.atMs + 8 * HOUR_MS) / (24 * HOUR_MS)) - 20_500,
        reason: signal.reason,
      },
    ]
  })
}

const explain = (engine: RuleEngine) => engine.explain('r', { device: 'd1', metric: 'crack_mm' })!

describe('a trend', () => {
  it('is told of a crack that grows, with its interval, not of one that the sun moves four times as far', () => {
    expect(judge(RULE, { days: 200 }).signals).toEqual([])

    const { changes } = judge(RULE, { days: 200, speed: 0.3 })

    expect(changes).toHaveLength(1)
    const [{ said, day, reason }] = changes as [(typeof changes)[0]]
    expect(said).toBe('warning')
    expect(day).toBeGreaterThanOrEqual(45)
    expect(day).toBeLessThan(100)
    expect(reason).toMatchObject({ code: 'moving', metric: 'crack_mm', limit: 0.1, unit: 'mm/month' })
    const { low, high, compensation, days, effectiveDays } = reason.params as Record<string, number>
    expect(low).toBeGreaterThan(0.1)
    expect(low).toBeLessThan(0.3)
    expect(high).toBeGreaterThan(0.3)
    expect(compensation).toBe('temperature')
    expect(effectiveDays).toBeLessThan(days!)
  })

  it('names the direction of a crack that closes', () => {
    const { changes } = judge(RULE, { days: 150, speed: -0.5 })
    expect(changes[0]?.reason.value).toBeLessThan(-0.1)
    expect(changes[0]?.reason.limit).toBe(-0.1)
  })

  it('is over when the wall has come to rest and the window has passed', () => {
    const days = aWall({ days: 300 }).map((day, i) => ({ ...day, value: day.value + Math.min(i, 100) * 0.02 }))
    const { changes } = judge(`${RULE}, window: 60d`, days)
    expect(changes.map(({ said }) => said)).toEqual(['warning', 'over'])
    expect(changes[1]?.day).toBeGreaterThan(100)
    expect(changes[1]?.day).toBeLessThan(175)
  })

  it('may be judged by its estimate, which is sooner and less sure', () => {
    const bySure = judge(RULE, { days: 150, speed: 0.3 }).changes[0]!.day
    const byGuess = judge(`${RULE}, by: estimate`, { days: 150, speed: 0.3 }).changes[0]!.day
    expect(byGuess).toBeLessThanOrEqual(bySure)
  })

  it('tells how far it has come, at equal temperature', () => {
    const rule = 'kind: trend, where: { metric: crack_mm }, total: { minor: 0.6 }, unit: mm'
    expect(judge(rule, { days: 200, slowly: 0.03 }).signals).toEqual([])
    const { changes } = judge(rule, { days: 300, speed: 0.2 })
    expect(changes[0]).toMatchObject({ said: 'minor', reason: { code: 'moved', limit: 0.6, unit: 'mm' } })
    expect(changes[0]?.reason.params?.low).toBeGreaterThan(0.6)
  })

  it('takes half of the limits for a device that says so', () => {
    const rule = `${RULE}, share: { attribute: limitShare, default: 1 }`
    const wall = { days: 150, speed: 0.08, noise: 0.005 }
    expect(judge(rule, wall, [aDevice()]).signals).toEqual([])
    const byLevel = `${RULE}, share: { attribute: protectionLevel, of: { national: 0.5 }, default: 1 }`
    const national = judge(byLevel, wall, [aDevice({ attributes: { protectionLevel: 'national' } })])
    expect(national.changes[0]?.reason.limit).toBe(0.05)
    expect(judge(byLevel, wall, [aDevice({ attributes: { protectionLevel: '2' } })]).signals).toEqual([])
    const strict = judge(rule, wall, [aDevice({ attributes: { limitShare: 0.5 } })])
    expect(strict.changes[0]?.reason.limit).toBe(0.05)
  })
})

describe('the temperature of a trend', () => {
  it('is that of another device at the same place where the device has none', () => {
    const devices = [aDevice({ place: '1号' }), aDevice({ id: 'd2', place: '1号' })]
    const engine = engineOf(ruleOf(RULE), devices)
    const wall = aWall({ days: 80 })
    const both = [...told(wall, { temp: null }), ...told(wall, { device: 'd2' })]
      .sort((a, b) => a.arrivalMs - b.arrivalMs || (a.deviceId === 'd2' ? -1 : 1))
      .map((one, i) => ({ ...one, seq: i + 1 }))
    for (const one of both) engine.observe(one)
    const [predicate] = explain(engine).predicates
    expect(predicate?.reason.params?.compensation).toBe('temperature')
  })

  it('is missed where nobody has one: the interval is wider by what a season may do, and says so', () => {
    const narrow = judge(RULE, { days: 100, speed: 0.3 })
    const wide = judge(`${RULE}, season: 0.3`, { days: 100, speed: 0.3, hasTemperature: false })
    const widthOf = ({ engine }: typeof wide) => {
      const { low, high, compensation } = explain(engine).predicates[0]!.reason.params as Record<string, number>
      return { width: high! - low!, compensation }
    }
    expect(widthOf(wide).compensation).toBe('none')
    expect(widthOf(wide).width).toBeGreaterThan(2 * widthOf(narrow).width)
  })
})

describe('while a trend is learning', () => {
  it('it says nothing, and why: how many days there are and how many it takes', () => {
    const { engine, signals } = judge(RULE, { days: 30, speed: 5 })
    expect(signals).toEqual([])
    expect(explain(engine).predicates[0]?.reason).toEqual({
      ...{ code: 'not_enough_data', unit: 'mm' },
      params: { why: 'too_few_days', days: 29, needed: 45 },
    })
  })

  it('it says so too when temperature cannot be told from time', () => {
    const days = aWall({ days: 60, speed: 2 }).map((day, i) => ({ ...day, tempC: 5 + 0.2 * i }))
    const { engine, signals } = judge(RULE, days)
    expect(signals).toEqual([])
    expect(explain(engine).predicates[0]?.reason.params?.why).toBe('temperature_like_time')
  })
})

describe('steps', () => {
  const jumped = aWall({ days: 150 }).map((day, i) => ({ ...day, value: day.value + (i > 90 ? 2 : 0) }))
  const both = `${RULE}, total: { minor: 1.5 }, stepsOn: { attribute: stepsOn }, zeroOn: { attribute: zeroOn }`

  it('that nobody explains count in the total, not in the speed', () => {
    const { changes } = judge(both, jumped, [aDevice()])
    expect(changes.at(-1)).toMatchObject({ said: 'minor', reason: { code: 'moved', params: { steps: 1 } } })
  })

  it('that a person set on the device are no movement, from then on', () => {
    const plain = [aDevice()]
    const set = [aDevice({ attributes: { stepsOn: '2026-05-17' } })]
    expect(judge(both, jumped, set).changes.at(-1)?.said ?? 'over').toBe('over')
    const { engine } = judge(both, jumped, plain)
    const later = engineOf(ruleOf(both), set, JSON.parse(JSON.stringify(engine.snapshot())))
    const more = told(
      aWall({ days: 155 })
        .slice(150)
        .map((day) => ({ ...day, value: day.value + 2 })),
    )
    const signals = more.flatMap((one, i) => later.observe({ ...one, seq: 10_000 + i }))
    expect(signals.at(-1)).toMatchObject({ state: 'cleared' })
  })

  it('a zero date lets the total begin there', () => {
    const moved = aWall({ days: 150 }).map((day, i) => ({ ...day, value: day.value + Math.min(2, i / 40) }))
    const rule = `kind: trend, where: { metric: crack_mm }, total: { minor: 1.5 }, by: estimate, zeroOn: { attribute: zeroOn }`
    expect(judge(rule, moved, [aDevice()]).changes.at(-1)?.said).toBe('minor')
    expect(judge(rule, moved, [aDevice({ attributes: { zeroOn: '2026-05-08' } })]).changes.at(-1)?.said ?? 'over').toBe(
      'over',
    )
  })
})

describe('the memory of a trend', () => {
  it('is small: a year at one reading a minute keeps some hundred days', () => {
    const engine = engineOf(ruleOf(RULE))
    const days = aWall({ days: 400 })
    for (const one of told(days)) engine.observe(one)
    expect(JSON.stringify(engine.snapshot()).length).toBeLessThan(60_000)
  })
})

it.each([
  ['without a limit', 'kind: trend, where: { metric: v }', 'a limit is missing: speed or total'],
  [
    'limits that fall',
    'kind: trend, where: { metric: v }, speed: { warning: 2, major: 1 }',
    'speed must rise from warning to critical',
  ],
  ['no severity', 'kind: trend, where: { metric: v }, total: {}', 'total needs at least one limit'],
  [
    'a window that is too short',
    'kind: trend, where: { metric: v }, total: { minor: 1 }, window: 20d',
    'window must hold as many days as atLeast says',
  ],
  [
    'a window that is too long',
    'kind: trend, where: { metric: v }, total: { minor: 1 }, window: 900d',
    'window must not hold more than 800 days',
  ],
])('a rule %s is refused', (_what, rule, message) => {
  expect(objectionsTo(rule)).toEqual([message])
})
