import { describe, expect, it } from 'vitest'
import { backtestText } from '../../app/commands/backtest-text.ts'
import { createProgress } from '../../app/commands/progress.ts'
import type { BacktestReportView, EpisodeView, RunView } from '../../dashboards/contract.ts'

const EPISODE: EpisodeView = {
  rule: 'hot',
  subject: { device: 'd1', metric: 'temp_c' },
  place: '东园路45号',
  raisedAt: '2026-03-01T01:00:00.000Z',
  clearedAt: '2026-03-01T01:35:00.000Z',
  severity: 'minor',
}
const run = (alerts: number, change: Partial<RunView> = {}): RunView => ({
  ...{ rulesVersion: 'abc', rules: 31, alerts, historical: 0, stillActive: 1, floodMinutes: 12.4, floods: 1 },
  perDay: [{ day: '2026-03-01', alerts }],
  perPlace: [{ place: '东园路45号', alerts }],
  otherPlaces: null,
  perRule: [
    {
      rule: 'hot',
      title: { zh: '热', en: 'Hot' },
      alerts,
      bySeverity: { minor: alerts },
      activeS: 93_600,
      longestS: 2100,
    },
    { rule: 'calm', title: { zh: '静', en: 'Calm' }, alerts: 0, bySeverity: {}, activeS: 0, longestS: 0 },
  ],
  bySeverity: { minor: alerts },
  activeS: 93_600,
  longest: EPISODE,
  ...change,
})
const REPORT: BacktestReportView = {
  ...{ from: '2026-03-01T00:00:00.000Z', to: '2026-03-02T00:00:00.000Z', judgedFrom: '2026-02-28T00:00:00.000Z' },
  ...{ observations: 288_000, readings: 288_000, devices: 200 },
  before: run(3),
  after: run(1_024, { perPlace: [{ place: '', alerts: 1_024 }] }),
  diff: {
    ...{ same: 1, added: 1_022, vanished: 1, changed: 1, complete: false },
    perRule: [],
    addedFirst: [EPISODE],
    vanishedFirst: [{ ...EPISODE, clearedAt: null, subject: { label: 'debris', cell: 'c1' }, place: '' }],
    changedFirst: [
      { before: EPISODE, after: { ...EPISODE, severity: 'major', clearedAt: '2026-03-01T01:00:12.000Z' } },
    ],
  },
}

describe('a report for people', () => {
  it('stands the new rules beside those in force', () => {
    expect(backtestText(REPORT)).toMatchInlineSnapshot(`
      "288,000 readings of 200 devices from 2026-03-01T00:00:00.000Z to 2026-03-02T00:00:00.000Z

        in force         new
              31          31  rules
               3       1,024  alerts
               0           0    critical
               0           0    major
               3       1,024    minor
               0           0    warning
               0           0  told as history only, being late
              12          12  minutes in a flood of alerts
               1           1  floods
         1 d 2 h     1 d 2 h  active, all added up
      hot 35 min  hot 35 min  longest
               1           1  active still at the end

      in force    new  alerts per day
             3  1,024  2026-03-01

      in force    new  alerts per place
             0  1,024  (no place)
             3      0  东园路45号

      in force    new  alerts per rule
             3  1,024  hot, active 1 d 2 h, longest 35 min

      difference: 1,022 new, 1 gone, 1 changed, 1 the same
      there were too many alerts to compare them all: only the first ones are
        + 2026-03-01T01:00:00.000Z hot d1 temp_c 东园路45号 minor 35 min
        … 1,002 more
        - 2026-03-01T01:00:00.000Z hot debris c1 minor until the end
        ~ 2026-03-01T01:00:00.000Z hot d1 temp_c 东园路45号 minor 35 min → major 12 s"
    `)
  })

  it('has one column when nothing was compared', () => {
    const text = backtestText({ ...REPORT, before: null, diff: null })
    expect(text).not.toContain('in force')
    expect(text).toMatch(/^1,024 {2}\(no place\)$/m)
  })
})

describe('progress', () => {
  const shown = (isTTY: boolean) => {
    let text = ''
    const progress = createProgress({ isTTY, write: (part) => (text += part) })
    for (const [done, said] of [
      [0, 'nothing'],
      [0.05, 'some'],
      [0.33, 'a third'],
      [0.34, 'a bit more'],
      [1, 'all'],
    ] as const)
      progress.show(done, said)
    progress.end()
    return text
  }

  it('is one line that moves on a terminal, and is gone at the end', () => {
    const lines = shown(true).split('\r')
    expect(lines[3]).toBe('[##########....................]  33 %  a third')
    expect(lines[4]).toBe('[##########....................]  34 %  a bit more')
    expect(lines[5]?.trimEnd()).toBe('[##############################] 100 %  all')
    expect(lines.at(-2)?.trim()).toBe('')
    expect(lines.at(-1)).toBe('')
  })

  it('is a line for every tenth elsewhere', () => {
    expect(shown(false)).toBe(' 33 %  a third\n100 %  all\n')
  })
})
