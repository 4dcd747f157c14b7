import { describe, expect, it } from 'vitest'
import type { Signal } from '../../../core/signal.ts'
import { calendarGaps, formatGap } from '../../../detectors/rules/files/calendar-gaps.ts'
import { parseRules } from '../../../detectors/rules/files/parse-rules.ts'
import { formatFaults } from '../../../detectors/rules/rule-fault.ts'
import { aReading, at, createBoard, engineOf, ruleOf, rulesOf, T0 } from './play.ts'

/** Shanghai's wall clock of a second of the track; second 0 is 2023-11-15 06:13:20. */
const wall = (second: number) => new Date(at(second) + 8 * 3_600_000).toISOString().slice(11, 19)

/** Plays one mark per minute, from 06:13:20: a digit is a sample, a blank only lets time pass. */
function playMinutes(lines: string, track: string): string {
  const engine = engineOf(ruleOf(`kind: threshold, where: { metric: v }, above: 5, severity: minor, ${lines}`))
  const board = createBoard()
  let seq = 0
  return [...track]
    .map((mark, minute) => {
      const second = minute * 60
      board.take(
        mark === ' ' ? engine.advance(at(second)) : engine.observe(aReading(++seq, second, { v: Number(mark) })),
      )
      return board.mark()
    })
    .join('')
}

describe('a rule with a schedule', () => {
  it('tells the time of these tracks', () => {
    expect([T0, wall(0), wall(7 * 60)]).toEqual([1_700_000_000_000, '06:13:20', '06:20:20'])
  })

  const open = 'schedule: { intervals: [{ from: "06:16", to: "06:20" }] }'

  it('counts its condition as not holding while it is closed', () => {
    expect(playMinutes(open, '9999999999')).toBe('---3333---')
  })

  it('fires at its opening for what has lasted, and ends at its close, although no sample comes', () => {
    expect(playMinutes(open, '9         ')).toBe('---3333---')
  })

  it('begins a delay at the opening, not before it', () => {
    expect(playMinutes(`${open}, onDelay: 2m`, '9999999999')).toBe('-----33---')
  })

  it('does not fire when the delay would run out after the close', () => {
    expect(playMinutes(`${open}, onDelay: 5m`, '9999999999')).toBe('----------')
  })

  it('says in the reason that it was closed', () => {
    const engine = engineOf(ruleOf(`kind: threshold, where: { metric: v }, above: 5, severity: minor, ${open}`))
    engine.observe(aReading(1, 0, { v: 9 }))
    expect(
      engine.advance(at(600)).map(({ state, reason, atMs }) => [state, reason.code, wall((atMs - T0) / 1000)]),
    ).toEqual([
      ['active', 'above', '06:16:00'],
      ['cleared', 'closed', '06:20:00'],
    ])
  })

  it('is the same rule only while its calendar says the same', () => {
    const rule = `rules: [{ id: r, title: { zh: 规则, en: Rule }, category: other, kind: threshold, where: { metric: v },
      above: 5, severity: minor, schedule: { calendar: mine, intervals: [{ days: holidays }] } }]`
    const hashWith = (day: string) =>
      rulesOf(`${rule}\ncalendars: [{ id: mine, years: { 2026: { holidays: [${day}] } } }]`).rules[0]!.hash
    expect(hashWith('2026-05-01')).toBe(hashWith('2026-05-01'))
    expect(hashWith('2026-05-01')).not.toBe(hashWith('2026-05-02'))
  })

  it('knows the shipped calendar, and lets a file replace it', () => {
    const result = (text: string) => {
      const parsed = parseRules([{ path: 'r.yaml', text }])
      return 'faults' in parsed ? formatFaults(parsed.faults) : parsed.rules.rules[0]!.openTimes!
    }
    const rule = `rules: [{ id: r, title: { zh: 规则, en: Rule }, category: other, kind: threshold, where: { metric: v },
      above: 5, severity: minor, schedule: { calendar: cn, intervals: [{ days: holidays }] } }]`
    const nationalDay = Date.parse('2026-10-01T12:00+08:00')
    const ours = result(`${rule}\ncalendars: [{ id: cn, years: { 2026: {} } }]`)
    expect([result(rule), ours]).toMatchObject([{}, {}])
    expect([result(rule), ours].map((times) => typeof times === 'object' && times.isOpen(nationalDay))).toEqual([
      true,
      false,
    ])
  })

  it('is refused where it could not be kept, and when its parts make no sense', () => {
    const text = `
calendars:
  - { id: mine, years: { 2026: { holidays: [2026-02-30] } } }
  - { id: mine, years: {} }
rules:
  - { id: a, title: { zh: 规则, en: Rule }, category: other, kind: record, types: [lease.signed], holdFor: 1d, severity: minor,
      schedule: { intervals: [{ from: '08:00', to: '18:00' }] } }
  - { id: b, title: { zh: 规则, en: Rule }, category: other, kind: threshold, where: { metric: v }, above: 5,
      severity: minor, schedule: { zone: Mars, intervals: [{ from: '08:00', to: '8' }] } }
  - { id: c, title: { zh: 规则, en: Rule }, category: other, kind: threshold, where: { metric: v }, above: 5,
      severity: minor, schedule: { zone: Mars, calendar: de, intervals: [{ from: '08:00', to: '08:00' }] } }
`
    const parsed = parseRules([{ path: 'r.yaml', text }])
    expect('faults' in parsed && formatFaults(parsed.faults)).toMatchInlineSnapshot(`
      "r.yaml:3:24 2026-02-30 names a day that does not exist
      r.yaml:4:11 calendar mine is already given
      r.yaml:7:7 schedule is not for records: what is filed holds at night too
      r.yaml:9:81 to must be a time of day such as 08:00; 24:00 is the end of the day, not "8"
      r.yaml:11:42 Mars is not a time zone, for example Asia/Shanghai
      r.yaml:11:58 there is no calendar de; known are cn, mine
      r.yaml:11:95 to is the same as from; the whole day is 00:00 to 24:00"
    `)
  })
})

describe('a calendar that does not know the year', () => {
  const withCalendar = (calendar: string) =>
    rulesOf(`rules: [{ id: r, title: { zh: 规则, en: Rule }, category: other, kind: threshold, where: { metric: v },
      above: 5, severity: minor, schedule: { ${calendar} intervals: [{ days: workdays }] } }]`)
  const gapsAt = (day: string, rules = withCalendar('calendar: cn,')) =>
    calendarGaps(rules, Date.parse(day)).map(formatGap)

  it('is told of, the next year a month ahead', () => {
    const text = 'calendar cn does not know 2027: its days are judged as plain weekdays, without holidays'
    expect(gapsAt('2026-11-22')).toEqual([])
    expect(gapsAt('2026-12-01T12:00Z')).toEqual([text])
    expect(gapsAt('2027-06-01')).toEqual([text])
  })

  it('does not matter to rules that do not ask it', () => {
    expect(gapsAt('2027-06-01', withCalendar(''))).toEqual([])
  })
})

describe('a rule about silence, sights or other rules, with a schedule', () => {
  const open = 'schedule: { intervals: [{ from: "06:16", to: "06:20" }] }'
  const told = (signals: Signal[]) =>
    signals.map(({ state, reason, order }) => [state, reason.code, wall((order.clockMs - T0) / 1000)])

  it('tells of a silence at its opening, and ends it at its close', () => {
    const engine = engineOf(ruleOf(`kind: no-data, after: 30s, severity: minor, ${open}`))
    engine.observe(aReading(1, 0, { v: 1 }))
    expect(told(engine.advance(at(600)))).toEqual([
      ['active', 'silent', '06:16:00'],
      ['cleared', 'closed', '06:20:00'],
    ])
  })

  it('passes by what is seen while it is closed', () => {
    const engine = engineOf(ruleOf(`kind: detection, labels: { x: minor }, minScore: 0.5, clearAfter: 1h, ${open}`))
    const look = (seq: number, second: number) =>
      engine.observe({
        ...{ kind: 'analysis', seq, arrivalMs: at(second), deviceId: 'd1', frameId: `f${seq}`, atMs: at(second) },
        ...{ state: 'analysed', model: 'm', detections: [{ label: 'x', score: 0.9, box: [0, 0, 9, 9] }] },
      })
    expect([look(1, 60), look(2, 240), look(3, 600)].map((signals) => signals.length)).toEqual([0, 1, 0])
  })

  it('combines within its hours only', () => {
    const engine = engineOf(
      rulesOf(`
rules:
  - { id: a, title: { zh: 一, en: A }, category: other, kind: threshold, where: { metric: v }, above: 5, severity: minor, raises: false }
  - { id: r, title: { zh: 一, en: A }, category: other, kind: composite, when: { all: [{ rule: a }] }, by: device, severity: major, ${open} }
`),
    )
    engine.observe(aReading(1, 0, { v: 9 }))
    expect(told(engine.advance(at(600)))).toEqual([
      ['active', 'combined', '06:16:00'],
      ['cleared', 'closed', '06:20:00'],
    ])
  })
})
