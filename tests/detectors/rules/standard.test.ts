import { describe, expect, it, test } from 'vitest'
import type { Attributes } from '../../../core/device.ts'
import { parseRules } from '../../../detectors/rules/files/parse-rules.ts'
import { formatFaults } from '../../../detectors/rules/rule-fault.ts'
import { aDevice, aReading, at, createBoard, engineOf, ruleOf, rulesOf } from './play.ts'

const OXYGEN = 'kind: standard, where: { metric: do_mg_l }, standard: gb-3838-2002, item: do'
const PPV = 'kind: standard, where: { metric: ppv_mm_s }, standard: din-4150-3-2016, item: foundation, row: 3'

/** What fires after each reading of one device. */
function judge(lines: string, attributes: Attributes, readings: Record<string, number>[]): string {
  const engine = engineOf(ruleOf(lines), [aDevice({ attributes })])
  const board = createBoard()
  return readings
    .map((values, index) => {
      board.take(engine.observe(aReading(index + 1, index, values)))
      return board.mark()
    })
    .join('')
}

const oxygen = (...values: number[]) => values.map((value) => ({ do_mg_l: value }))

describe('a rule by a standard with grades', () => {
  const byClass = `${OXYGEN}, row: { attribute: waterClass, default: III }, worseBy: { warning: 1, minor: 2, major: 3 }`

  test.each([
    ['is worse than its class by as many severities as grades', { waterClass: 'III' }, '--432'],
    ['takes the default where the device says nothing', {}, '--432'],
    ['takes the default where the device says nonsense', { waterClass: 'best' }, '--432'],
    ['expects more of a better water', { waterClass: 'Ⅱ类' }, '-4322'],
    ['and less of a worse one, where nothing is two grades worse', { waterClass: 'V' }, '----4'],
  ])('%s', (_, attributes, marks) => {
    expect(judge(byClass, attributes as Attributes, oxygen(8, 5.5, 4, 2.5, 1))).toBe(marks)
  })

  it('does not judge a device that does not say its row, when there is no default', () => {
    const noDefault = `${OXYGEN}, row: { attribute: waterClass }, severity: minor`
    expect(judge(noDefault, {}, oxygen(1))).toBe('-')
    expect(judge(noDefault, { waterClass: 'III' }, oxygen(1))).toBe('3')
  })

  it('asks the place when the device does not say it', () => {
    const rules = rulesOf(`
places: [{ place: 文津河*, attributes: { waterClass: II } }]
rules:
  - { id: r, title: { zh: 规则, en: Rule }, category: river, ${byClass} }`)
    const engine = engineOf(rules, [aDevice({ place: '文津河 K1+240' })])
    expect(engine.observe(aReading(1, 0, { do_mg_l: 5.5 }))[0]?.reason.params).toMatchObject({
      row: 'II',
      grade: 'III',
    })
  })

  it('gives the clause, the limit that was broken and the grade', () => {
    const engine = engineOf(ruleOf(byClass))
    expect(engine.observe(aReading(1, 0, { do_mg_l: 2.5 }))[0]?.reason).toEqual({
      code: 'below',
      metric: 'do_mg_l',
      value: 2.5,
      limit: 3,
      unit: 'mg/L',
      clause: 'GB 3838-2002 表1, IV类',
      verified: true,
      params: { standard: 'gb-3838-2002', item: 'do', row: 'III', grade: 'V' },
    })
  })

  it('ends a level when the value is back by the hysteresis', () => {
    const held = `${OXYGEN}, row: III, severity: minor, hysteresis: 0.3`
    expect(judge(held, {}, oxygen(6, 4.9, 5.2, 5.3))).toBe('-33-')
  })
})

describe('a rule by a curve', () => {
  const shares = `${PPV}, over: freq_hz, severities: { warning: 0.75, major: 1 }`
  const at30Hz = (ppv: number) => ({ ppv_mm_s: ppv, freq_hz: 30 })

  it('compares with the limit at the frequency of the same message, whichever it names first', () => {
    const values = [4.1, 4.2, 5.6, 5.5, 4.1]
    expect(judge(shares, {}, values.map(at30Hz))).toBe('-424-')
    expect(
      judge(
        shares,
        {},
        values.map((ppv) => ({ freq_hz: 30, ppv_mm_s: ppv })),
      ),
    ).toBe('-424-')
  })

  it('holds the strictest limit while no frequency is known, or only an old one', () => {
    expect(judge(shares, {}, [{ ppv_mm_s: 3.1 }])).toBe('2')
    const engine = engineOf(ruleOf(shares))
    engine.observe(aReading(1, 0, { freq_hz: 30 }))
    expect(engine.observe(aReading(2, 60, { ppv_mm_s: 3.1 }))).toEqual([])
    expect(engine.observe(aReading(3, 61, { ppv_mm_s: 3.1 }))[0]).toMatchObject({ severity: 'major' })
  })

  it('gives limit, share and frequency', () => {
    const engine = engineOf(ruleOf(shares))
    expect(engine.observe(aReading(1, 0, at30Hz(5)))[0]?.reason).toEqual({
      code: 'above',
      metric: 'ppv_mm_s',
      value: 5,
      limit: 4.125,
      unit: 'mm/s',
      clause: 'DIN 4150-3:2016-12 table 1, line 3',
      verified: true,
      params: { standard: 'din-4150-3-2016', item: 'foundation', row: '3', share: 0.75, of: 5.5, over: 30 },
    })
  })

  it('ends by the hysteresis below a limit that moves', () => {
    const held = `${PPV}, over: freq_hz, severity: major, hysteresis: 0.5`
    const readings = [at30Hz(5.6), at30Hz(5.1), { freq_hz: 50, ppv_mm_s: 7.6 }, { freq_hz: 50, ppv_mm_s: 7.5 }]
    expect(judge(held, {}, readings)).toBe('222-')
  })

  it('may run over an attribute', () => {
    const timber =
      'kind: standard, where: { metric: ppv_mm_s }, standard: gb-t-50452-2008, item: timber, row: national, over: { attribute: vp }, severity: major'
    expect(judge(timber, { vp: 5100 }, [{ ppv_mm_s: 0.19 }, { ppv_mm_s: 0.21 }])).toBe('-2')
    expect(judge(timber, {}, [{ ppv_mm_s: 0.19 }])).toBe('2')
    const engine = engineOf(ruleOf(timber))
    expect(engine.observe(aReading(1, 0, { ppv_mm_s: 1 }))[0]?.reason.verified).toBe(false)
  })

  it('goes on after a restart with the limit of the last frequency', () => {
    const rules = ruleOf(`${shares}, onDelay: 5s`)
    const before = engineOf(rules)
    before.observe(aReading(1, 0, at30Hz(5.6)))
    const after = engineOf(rules, [aDevice()], JSON.parse(JSON.stringify(before.snapshot())))
    expect(after.advance(at(5))).toEqual(before.advance(at(5)))
    expect(after.firing()).toHaveLength(1)
  })
})

it('what makes no sense is told where it stands', () => {
  const cases = [
    `${OXYGEN}, row: VI, severity: minor`,
    `${OXYGEN}, row: III`,
    `${OXYGEN}, row: III, severity: minor, worseBy: { minor: 1 }`,
    `${OXYGEN}, row: III, worseBy: { warning: 2, major: 1 }`,
    `${OXYGEN}, row: III, severity: minor, over: freq_hz`,
    'kind: standard, where: { metric: v }, standard: gb-9999, item: do, row: III, severity: minor',
    'kind: standard, where: { metric: v }, standard: gb-3838-2002, item: gold, row: III, severity: minor',
    'kind: standard, where: { metric: v }, standard: gb-3838-2002, item: ph, row: III, severities: { minor: 0.5 }',
    'kind: standard, where: { metric: v }, standard: gb-3838-2002, item: ph, row: III, worseBy: { minor: 1 }',
    'kind: standard, where: { metric: temp_c }, standard: gb-3838-2002, item: do, row: III, severity: minor',
    `${PPV}, severity: minor`,
    `${PPV}, over: freq_hz, worseBy: { minor: 1 }`,
  ]
  const text = `rules:\n${cases.map((lines, i) => `  - { id: r${i}, title: { zh: 规则, en: Rule }, category: other, ${lines} }`).join('\n')}`
  const result = parseRules([{ path: 's.yaml', text }])
  expect('faults' in result && formatFaults(result.faults)).toMatchInlineSnapshot(`
    "s.yaml:2:144 rows of this table are I, II, III, IV, V
    s.yaml:3:5 one of severity, severities and worseBy is missing
    s.yaml:4:175 worseBy cannot stand beside severity
    s.yaml:5:158 worseBy must rise from warning to critical
    s.yaml:6:172 this limit is no curve: leave over out
    s.yaml:7:109 there is no standard gb-9999; known are black-odour, din-4150-3-2016, gb-3838-2002, gb-t-50452-2008
    s.yaml:8:129 known items are do, codmn, cod, bod5, nh3n, tp, tp-lake, tn-lake, ph
    s.yaml:9:155 shares need a limit above 0 that is no range; use severity
    s.yaml:10:152 grades differ only where each row has one number; use severity
    s.yaml:11:94 temp_c is in °C, the table in mg/L
    s.yaml:12:5 over is missing: this limit depends on the frequency in Hz
    s.yaml:13:184 this table has no grades; use severities"
  `)
})
