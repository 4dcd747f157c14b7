import { describe, expect, it, test } from 'vitest'
import type { Device } from '../../../core/device.ts'
import { parseRules } from '../../../detectors/rules/files/parse-rules.ts'
import { createWallClock } from '../../../detectors/rules/parts/wall-clock.ts'
import { formatFaults } from '../../../detectors/rules/rule-fault.ts'
import { aDevice, aReading, createBoard, engineOf, ruleOf, rulesOf } from './play.ts'

/** What fires after each reading: its second, then its values. */
function judge(
  lines: string,
  readings: [second: number, values: Record<string, number>][],
  device?: Partial<Device>,
): string {
  const engine = engineOf(ruleOf(`kind: expression, where: { metric: temp_c }, ${lines}`), [aDevice(device)])
  const board = createBoard()
  return readings
    .map(([second, values], index) => {
      board.take(engine.observe(aReading(index + 1, second, values)))
      return board.mark()
    })
    .join('')
}

describe('a rule with an expression', () => {
  it('sees the metrics of one message together, whichever comes first', () => {
    const rule = 'when: temp_c > 30 && rh_pct > 80, severity: minor'
    expect(judge(rule, [[0, { temp_c: 35, rh_pct: 85 }]])).toBe('3')
    expect(judge(rule, [[0, { rh_pct: 85, temp_c: 35 }]])).toBe('3')
    expect(judge(rule, [[0, { rh_pct: 75, temp_c: 35 }]])).toBe('-')
  })

  it('takes the worst severity whose expression holds', () => {
    const rule = 'severities: { warning: temp_c > 30, major: temp_c > 40 && device.attributes.storeys > 3 }'
    const values = [25, 35, 45, 35, 25].map((v, i) => [i, { temp_c: v }] as [number, Record<string, number>])
    expect(judge(rule, values, { attributes: { storeys: 5 } })).toBe('-424-')
    expect(judge(rule, values, { attributes: { storeys: 2 } })).toBe('-444-')
    expect(judge(rule, values)).toBe('-444-')
  })

  it('changes nothing while something that decides is not known', () => {
    const rule = 'when: temp_c > 30 && rh_pct > 80, severity: minor, within: 10s'
    const readings: [number, Record<string, number>][] = [
      [0, { temp_c: 35 }],
      [1, { temp_c: 35, rh_pct: 85 }],
      [11, { temp_c: 35 }],
      [12, { temp_c: 36 }],
      [13, { temp_c: 20 }],
    ]
    expect(judge(rule, readings)).toBe('-333-')
  })

  it('knows the place’s attributes and the hour of the day', () => {
    const rules = rulesOf(`
places: [{ place: 粮库*, attributes: { quiet: true } }]
rules:
  - { id: r, title: { zh: 规则, en: Rule }, category: other, kind: expression, where: { metric: temp_c },
      when: device.attributes.quiet && hour == 6 && weekday == 3, severity: minor }`)
    const engine = engineOf(rules, [aDevice({ place: '粮库2号' })])
    // Second 0 is Wednesday, 06:13:20 in Shanghai.
    expect(engine.observe(aReading(1, 0, { temp_c: 1 }))).toMatchObject([{ state: 'active' }])
    expect(engine.observe(aReading(2, 3600, { temp_c: 1 }))).toMatchObject([{ state: 'cleared' }])
  })

  it('says what it was asked and which values it saw', () => {
    const engine = engineOf(
      ruleOf(
        'kind: expression, where: { metric: temp_c }, when: temp_c > 30 && rh_pct > 80, severity: minor, unit: °C',
      ),
    )
    expect(engine.observe(aReading(1, 0, { temp_c: 35, rh_pct: 85 }))[0]?.reason).toEqual({
      code: 'expression',
      metric: 'temp_c',
      value: 35,
      unit: '°C',
      params: { temp_c: 35, rh_pct: 85, when: 'temp_c > 30 && rh_pct > 80' },
    })
  })
})

describe('the clock on the wall', () => {
  test.each([
    ['Asia/Shanghai', '2026-11-22T23:59:59.999+08:00', 23, 7],
    ['Europe/Berlin', '2026-03-29T00:59:59Z', 1, 7],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', 3, 7],
    ['Asia/Kathmandu', '2026-11-22T18:15:00Z', 0, 1],
    ['Asia/Kathmandu', '2026-11-22T18:14:59Z', 23, 7],
  ])('in %s at %s', (zone, at, hour, weekday) => {
    const clock = createWallClock(zone)
    const atMs = Date.parse(at)
    for (const before of [0, 900_000, 3_600_000]) clock(atMs - before)
    expect(clock(atMs)).toEqual({ hour, weekday })
  })
})

it('what is wrong is told where it stands', () => {
  const cases = [
    'when: temp_c > "hot", severity: minor',
    'when: temp_c > 3',
    'severity: minor',
    'severities: { minor: temp_c, major: "temp_c >" }',
    'when: temp_c > 3, severity: minor, severities: { minor: temp_c > 3 }',
    'when: temp_c > 3, severity: minor, zone: Mars',
    `when: ${'temp_c > 3 && '.repeat(100)}true, severity: minor`,
  ]
  const rules = cases.map(
    (lines, i) =>
      `  - { id: r${i}, title: { zh: 规则, en: Rule }, category: other, kind: expression, where: { metric: temp_c }, ${lines} }`,
  )
  const result = parseRules([{ path: 'e.yaml', text: `rules:\n${rules.join('\n')}` }])
  expect('faults' in result && formatFaults(result.faults)).toMatchInlineSnapshot(`
    "e.yaml:2:112 no such overload: double > string (character 1)
    e.yaml:3:5 severity is missing
    e.yaml:4:5 when or severities is missing
    e.yaml:5:127 must be true or false, not double (character 1)
    e.yaml:5:142 Unexpected token: EOF (character 9)
    e.yaml:6:153 severities cannot stand beside when
    e.yaml:7:147 Mars is not a time zone, for example Asia/Shanghai
    e.yaml:8:112 when must be an expression of at most 1000 characters, not "temp_c > 3 && temp_c > 3 && temp_c > 3 …"
  `)
})
