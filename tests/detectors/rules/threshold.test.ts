import { describe, expect, it, test } from 'vitest'
import type { Attributes } from '../../../core/device.ts'
import { parseRules } from '../../../detectors/rules/files/parse-rules.ts'
import { formatFaults } from '../../../detectors/rules/rule-fault.ts'
import { aDevice, aReading, at, createBoard, engineOf, play, ruleOf } from './play.ts'

const V = 'kind: threshold, where: { metric: v }'

// One character per second: samples above, what fires below (1 critical … 4 warning, - nothing).
test.each([
  {
    title: 'fires above the limit only, and clears at the limit',
    rule: `${V}, above: 5, severity: critical`,
    track: '0566540',
    fires: '--11---',
  },
  {
    title: 'fires below the limit only, and clears at the limit',
    rule: `${V}, below: 3, severity: minor`,
    track: '5322345',
    fires: '--33---',
  },
  {
    title: 'counts both ends of a range as inside it',
    rule: `${V}, outside: [3, 6], severity: major`,
    track: '345672367',
    fires: '----22--2',
  },
  {
    title: 'fires inside a forbidden range, ends included',
    rule: `${V}, inside: [3, 6], severity: major`,
    track: '2345672',
    fires: '-2222--',
  },
  {
    title: 'keeps firing until the value is back by the hysteresis',
    rule: `${V}, above: 5, hysteresis: 2, severity: major`,
    track: '564543446',
    fires: '-2222---2',
  },
  {
    title: 'needs both ends of a range to be left by the hysteresis',
    rule: `${V}, outside: [3, 7], hysteresis: 1, severity: major`,
    track: '52345787655',
    fires: '-22---22---',
  },
  {
    title: 'fires once the breach has lasted the on-delay',
    rule: `${V}, above: 5, onDelay: 3s, severity: warning`,
    track: '66666',
    fires: '---44',
  },
  {
    title: 'starts the on-delay over when the breach is interrupted',
    rule: `${V}, above: 5, onDelay: 3s, severity: warning`,
    track: '66066660',
    fires: '------4-',
  },
  {
    title: 'fires on time when the state persists and no message comes',
    rule: `${V}, above: 5, onDelay: 3s, severity: warning`,
    track: '06      ',
    fires: '----4444',
  },
  {
    title: 'holds through the off-delay and clears on time without a message',
    rule: `${V}, above: 5, offDelay: 2s, severity: warning`,
    track: '60   060',
    fires: '444---44',
  },
  {
    title: 'forgets the off-delay when the breach comes back within it',
    rule: `${V}, above: 5, offDelay: 3s, severity: warning`,
    track: '60060060   ',
    fires: '4444444444-',
  },
  {
    title: 'steps up and down through severities',
    rule: `${V}, severities: { warning: 2, major: 4, critical: 6 }`,
    track: '0235789750',
    fires: '--4211112-',
  },
  {
    title: 'steps severities down with falling limits',
    rule: `${V}, severities: { warning: 6, major: 3 }`,
    track: '7654327',
    fires: '--4442-',
  },
  {
    title: 'widens outside ranges with severity',
    rule: `${V}, severities: { minor: [4, 6], critical: [2, 8] }`,
    track: '5371959',
    fires: '-3311-1',
  },
  {
    title: 'gives every severity its own on-delay',
    rule: `${V}, severities: { warning: 2, critical: 6 }, onDelay: 2s`,
    track: '003377770',
    fires: '----4411-',
  },
  {
    title: 'gives every severity its own off-delay and hysteresis',
    rule: `${V}, severities: { warning: 2, critical: 6 }, hysteresis: 1, offDelay: 2s`,
    track: '07654210    ',
    fires: '-1111444----',
  },
])('$title', ({ rule, track, fires }) => {
  expect(play(ruleOf(rule), track)).toBe(fires)
})

it('says why, with the value, the limit that was broken, and the time it had to last', () => {
  const engine = engineOf(ruleOf(`${V}, above: 5, unit: m, onDelay: 2s, severity: major`))
  engine.observe(aReading(1, 0, { v: 6.5 }))

  const signals = engine.advance(at(10))

  expect(signals).toEqual([
    {
      rule: 'r',
      ruleVersion: expect.stringMatching(/^[0-9a-f]{16}$/),
      ruleTitle: { zh: '规则', en: 'Rule' },
      category: 'other',
      subject: { device: 'd1', metric: 'v' },
      state: 'active',
      severity: 'major',
      order: { seq: 1, clockMs: at(2) },
      atMs: at(2),
      reason: { code: 'above', metric: 'v', value: 6.5, limit: 5, unit: 'm', durationS: 2 },
    },
  ])
})

it('names the end of the range that was left', () => {
  const engine = engineOf(ruleOf(`${V}, outside: [6, 9], severity: major`))

  const [low] = engine.observe(aReading(1, 0, { v: 5 }))
  const [high] = engine.observe(aReading(2, 1, { v: 9.5 }))

  expect([low?.reason, high?.reason]).toEqual([
    { code: 'outside', metric: 'v', value: 5, limit: 6, params: { low: 6, high: 9 } },
    { code: 'outside', metric: 'v', value: 9.5, limit: 9, params: { low: 6, high: 9 } },
  ])
})

it('is not led astray by binary fractions at the clearing limit', () => {
  const engine = engineOf(ruleOf(`${V}, above: 0.3, hysteresis: 0.1, severity: major`))
  engine.observe(aReading(1, 0, { v: 0.31 }))

  const signals = engine.observe(aReading(2, 1, { v: 0.2 }))

  expect(signals.map(({ state }) => state)).toEqual(['cleared'])
})

it('translates a delay to our clock by the lag of the last message', () => {
  // The device's clock is 100 s behind; its breach began at its second 0 and must last 10 of its seconds.
  const engine = engineOf(ruleOf(`${V}, above: 5, onDelay: 10s, severity: major`))
  engine.observe(aReading(1, 0, { v: 6 }, { arrival: 100 }))
  engine.observe(aReading(2, 4, { v: 6 }, { arrival: 104 }))

  expect(engine.nextDueMs()).toBe(at(110))
  expect(engine.advance(at(109))).toEqual([])
  expect(engine.advance(at(110)).map(({ state, atMs }) => ({ state, atMs }))).toEqual([
    { state: 'active', atMs: at(10) },
  ])
})

it('lets a delay run out in device time when messages come late and together', () => {
  const engine = engineOf(ruleOf(`${V}, above: 5, onDelay: 10s, severity: major`))
  engine.observe(aReading(1, 0, { v: 6 }, { arrival: 60 }))

  const signals = engine.observe(aReading(2, 12, { v: 6 }, { arrival: 60 }))

  expect(signals.map(({ state, order }) => ({ state, order }))).toEqual([
    { state: 'active', order: { seq: 2, clockMs: at(60) } },
  ])
})

describe('repeats', () => {
  it('count a level while n of the last m samples reach it', () => {
    const rule = ruleOf('kind: threshold, where: { metric: v }, above: 5, severity: major, repeat: { count: 3, of: 5 }')
    expect(play(rule, '6060600000')).toBe('----2-----')
  })

  it('count within a time, and stop counting by time alone', () => {
    const rule = ruleOf(
      'kind: threshold, where: { metric: v }, above: 5, severity: major, repeat: { count: 3, within: 6s }',
    )
    expect(play(rule, '6  6 6      0')).toBe('-----2-------')
  })

  it('count the worst level that was reached often enough', () => {
    const rule = ruleOf(
      'kind: threshold, where: { metric: v }, severities: { warning: 3, critical: 7 }, repeat: { count: 2, of: 3 }',
    )
    expect(play(rule, '8408811')).toBe('-44411-')
  })
})

describe('a hysteresis per severity', () => {
  it('keeps each level by its own distance', () => {
    const rule = ruleOf(
      'kind: threshold, where: { metric: v }, severities: { warning: 3, critical: 7 }, hysteresis: { warning: 2, critical: 1 }',
    )
    expect(play(rule, '8765321')).toBe('114444-')
  })
})

describe('limits of the device itself', () => {
  /** What fires at a value, for a device with these attributes. */
  function at7(lines: string, attributes: Attributes): string {
    const engine = engineOf(ruleOf(`kind: threshold, where: { metric: v }, ${lines}`), [aDevice({ attributes })])
    const board = createBoard()
    board.take(engine.observe(aReading(1, 0, { v: 7 })))
    return board.mark()
  }

  test.each([
    ['an attribute stands in place of the default', 'above: { attribute: limit, default: 5 }', { limit: 8 }, '-'],
    ['the default where there is none', 'above: { attribute: limit, default: 5 }', {}, '3'],
    ['a number in text is a number', 'above: { attribute: limit, default: 9 }', { limit: '6.5' }, '3'],
    ['what is no number is as if not said', 'above: { attribute: limit, default: 5 }', { limit: 'low' }, '3'],
    ['without attribute and default it does not judge', 'above: { attribute: limit }', {}, '-'],
    ['with the attribute alone it does', 'above: { attribute: limit }', { limit: 6 }, '3'],
    ['below works alike', 'below: { attribute: limit, default: 5 }', { limit: 8 }, '3'],
  ])('%s', (_, limit, attributes, mark) => {
    expect(at7(`${limit}, severity: minor`, attributes as unknown as Attributes)).toBe(mark)
  })

  test.each([
    ['each severity may ask', { warn: 5, bad: 6 }, '2'],
    ['one may ask and the other keep its default', { warn: 6 }, '4'],
    ['a device whose limits turn the rule round is not judged', { warn: 50 }, '-'],
  ])('%s', (_, attributes, mark) => {
    const severities =
      'severities: { warning: { attribute: warn, default: 10 }, major: { attribute: bad, default: 20 } }'
    expect(at7(severities, attributes as Attributes)).toBe(mark)
  })

  it('follow the device when it is changed: what fired under the old ones is over', () => {
    const devices = [aDevice({ attributes: { limit: 5 } })]
    const engine = engineOf(
      ruleOf('kind: threshold, where: { metric: v }, above: { attribute: limit }, severity: minor'),
      devices,
    )
    expect(engine.observe(aReading(1, 0, { v: 7 }))).toHaveLength(1)
    devices[0] = aDevice({ attributes: { limit: 8 } })
    engine.deviceRegistered(devices[0])
    const cleared = [...engine.advance(at(1)), ...engine.observe(aReading(2, 2, { v: 7 }))]
    expect(cleared.map(({ state }) => state)).toEqual(['cleared'])
    expect(engine.observe(aReading(3, 3, { v: 9 }))[0]?.reason.limit).toBe(8)
  })

  it('need a default where several severities say which way limits rise', () => {
    const text = `rules: [{ id: r, title: { zh: 规则, en: Rule }, category: other, kind: threshold, where: { metric: v },
      severities: { warning: { attribute: warn }, major: 20 } }]`
    const result = parseRules([{ path: 't.yaml', text }])
    expect('faults' in result && formatFaults(result.faults)).toBe(
      't.yaml:2:30 a default is missing, without which nobody can say whether more or less is worse',
    )
  })
})
