import { describe, expect, it } from 'vitest'
import { aReading, engineOf, objectionsTo, play, ruleOf, T0 } from './play.ts'

const WINDOW = 'kind: window, where: { metric: v }, severity: major'
const DAY_MS = 86_400_000

describe('a sliding window', () => {
  it.each([
    {
      title: 'counts, and forgets by time alone',
      rule: `${WINDOW}, aggregate: count, sliding: 4s, above: 2`,
      track: '1 11      ',
      fires: '---22-----',
    },
    {
      title: 'counts too few only once it was seen whole',
      rule: `${WINDOW}, aggregate: count, sliding: 4s, below: 2`,
      track: '1    1  1  11',
      fires: '-----222--2--',
    },
    {
      title: 'has the mean of what it holds, and keeps what it said when that is nothing',
      rule: `${WINDOW}, aggregate: mean, sliding: 3s, above: 4`,
      track: '1177711      1',
      fires: '---222--------',
    },
    {
      title: 'waits for enough samples',
      rule: `${WINDOW}, aggregate: max, sliding: 5s, atLeast: 3, above: 4`,
      track: '99911',
      fires: '--222',
    },
    {
      title: 'has the lowest',
      rule: `${WINDOW}, aggregate: min, sliding: 3s, above: 4`,
      track: '5559111555',
      fires: '2222-----2',
    },
    {
      title: 'has the range',
      rule: `${WINDOW}, aggregate: range, sliding: 3s, above: 4`,
      track: '1166662222',
      fires: '--22------',
    },
    {
      title: 'has a sum',
      rule: `${WINDOW}, aggregate: sum, sliding: 10s, above: 9`,
      track: '33330',
      fires: '---22',
    },
    {
      title: 'has a standard deviation from two samples on',
      rule: `${WINDOW}, aggregate: stddev, sliding: 3s, above: 2`,
      track: '9159111',
      fires: '-22222-',
    },
    {
      title: 'has the median',
      rule: `${WINDOW}, aggregate: quantile, q: 0.5, sliding: 3s, above: 4`,
      track: '1919991111',
      fires: '-2-2222---',
    },
  ])('$title', ({ rule, track, fires }) => {
    expect(play(ruleOf(rule), track)).toBe(fires)
  })

  it('means what the rule says: three times 0.1 is not above 0.3', () => {
    const engine = engineOf(ruleOf(`${WINDOW}, aggregate: sum, sliding: 10s, above: 0.3`))
    expect([0, 1, 2].flatMap((second) => engine.observe(aReading(second + 1, second, { v: 0.1 })))).toEqual([])
  })

  it('does not flicker when a sample comes at the moment that another leaves', () => {
    const engine = engineOf(ruleOf(`${WINDOW}, aggregate: count, sliding: 3s, below: 3`))
    const signals = Array.from({ length: 20 }, (_, i) => engine.observe(aReading(i + 1, i, { v: i }))).flat()
    expect(signals).toEqual([])
  })

  it('says what was made of which window', () => {
    const engine = engineOf(ruleOf(`${WINDOW}, aggregate: quantile, q: 0.9, sliding: 1m, outside: [2, 4], unit: m`))
    expect(engine.observe(aReading(1, 0, { v: 5 }))[0]?.reason).toEqual({
      code: 'outside',
      metric: 'v',
      value: 5,
      limit: 4,
      unit: 'm',
      params: { low: 2, high: 4, aggregate: 'quantile', window: 'sliding', windowS: 60, q: 0.9 },
    })
  })
})

describe('a tumbling window', () => {
  it('is judged at its end, and holds until the end of the next', () => {
    // Second 0 is a multiple of five seconds since 1970.
    expect(play(ruleOf(`${WINDOW}, aggregate: mean, tumbling: 5s, above: 4`), '1999911111 ')).toBe('-----22222-')
  })

  it('of a total is 0 when nothing came; one that was not seen whole cannot be too low', () => {
    const rule = ruleOf(`${WINDOW}, aggregate: count, tumbling: 5s, below: 2`)
    expect(play(rule, ' 1   111                 111   ')).toBe('---------------222222222222222-')
  })

  it('begins at midnight of the clock that is meant', () => {
    const engine = engineOf(ruleOf(`${WINDOW}, aggregate: sum, tumbling: 1d, utcOffset: "+08:00", above: 5`))
    const midnight = Math.ceil((T0 + 8 * 3_600_000) / DAY_MS) * DAY_MS - 8 * 3_600_000
    const second = (ms: number) => (ms - T0) / 1000
    engine.observe(aReading(1, second(midnight - 60_000), { v: 6 }))

    const signals = engine.observe(aReading(2, second(midnight), { v: 1 }))

    expect(signals.map(({ state, atMs, reason }) => [state, atMs, reason.value])).toEqual([['active', midnight, 6]])
    expect(new Date(midnight).toLocaleTimeString('en-GB', { timeZone: 'Asia/Shanghai' })).toBe('00:00:00')
  })

  it('needs no memory for its samples', () => {
    const engine = engineOf(ruleOf(`${WINDOW}, aggregate: stddev, tumbling: 1d, above: 1e9`))
    for (let i = 0; i < 5000; i++) engine.observe(aReading(i + 1, i, { v: i % 7 }))
    const { samples } = engine.snapshot() as { samples: { memory: number[] }[] }
    expect(samples[0]!.memory).toHaveLength(6)
  })
})

describe('a session', () => {
  it('is judged when its gap has passed', () => {
    const rule = ruleOf(`${WINDOW}, aggregate: count, session: 3s, above: 2`)
    expect(play(rule, '1111   1 1     ')).toBe('------222222---')
  })

  it('is judged at its longest when it does not end', () => {
    const rule = ruleOf(`${WINDOW}, aggregate: count, session: 3s, atMost: 5s, above: 4`)
    expect(play(rule, '1111111111 ')).toBe('-----222222')
  })
})

it.each([
  ['aggregate: mean', ['a window is missing: one of sliding, tumbling or session']],
  ['aggregate: mean, sliding: 1m, session: 1m', ['session cannot stand beside sliding']],
  ['aggregate: mean, tumbling: 0s', ['tumbling must be longer than nothing']],
  ['aggregate: quantile, sliding: 1m', ['quantile needs q, its share']],
  ['aggregate: mean, sliding: 1m, q: 0.5', ['q goes with quantile']],
  ['aggregate: mean, sliding: 1m, atMost: 1h', ['atMost goes with session']],
  ['aggregate: mean, session: 2d', ['session must not be longer than atMost, which is 1d unless said']],
  ['aggregate: mean, sliding: 1m, utcOffset: "+08:00"', ['utcOffset goes with tumbling']],
  [
    'aggregate: mean, tumbling: 1d, utcOffset: Asia',
    ['utcOffset must be hours and minutes such as "+08:00", not "Asia"'],
  ],
  [
    'aggregate: mean, tumbling: 1d, repeat: { count: 2, of: 3 }',
    ['repeat counts samples, of which a tumbling window is not judged; use onDelay'],
  ],
])('%s is refused', (lines, messages) => {
  expect(objectionsTo(`${WINDOW}, above: 1, ${lines}`)).toEqual(messages)
})
