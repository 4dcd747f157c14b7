import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assetPath } from '../../../../core/source-path.ts'
import { parseRules } from '../../../../detectors/rules/files/parse-rules.ts'
import { SHIPPED_RULES } from '../../../../detectors/rules/files/shipped-rules.ts'
import { formatFaults } from '../../../../detectors/rules/rule-fault.ts'
import { loadRuleTests } from '../../../../detectors/rules/testing/load-rule-tests.ts'
import { parseRuleTests } from '../../../../detectors/rules/testing/parse-rule-tests.ts'
import { runRuleTest } from '../../../../detectors/rules/testing/run-rule-test.ts'
import { showVerdicts, toJUnit } from '../../../../detectors/rules/testing/show-verdicts.ts'

const RULESET = `ruleset:
  - { id: hot, title: { zh: 热, en: Hot }, category: other, kind: threshold, where: { metric: temp_c }, severities: { minor: 30, major: 40 }, onDelay: 2m }
  - { id: quiet, title: { zh: 静, en: Quiet }, category: device, kind: no-data, after: 5m, severity: warning }
devices:
  - { id: d1, type: thermometer, place: 东园 }
`

function faultsOf(text: string): string[] {
  const parsed = parseRuleTests({ path: 't.yaml', text })
  return 'faults' in parsed ? formatFaults(parsed.faults).split('\n') : []
}

/** Verdicts of tests that must be fit to run. */
function run(tests: string, head = RULESET) {
  const parsed = parseRuleTests({ path: 't.yaml', text: `${head}tests:\n${tests}` })
  if ('faults' in parsed) throw new Error(formatFaults(parsed.faults))
  const rules = parseRules(parsed.tests.ruleset === null ? [] : [parsed.tests.ruleset])
  if ('faults' in rules) throw new Error(formatFaults(rules.faults))
  return parsed.tests.tests.map((test) => runRuleTest(test, rules.rules))
}

/** One test: its first lines are the head, then `expect` or `events`. */
const passes = (test: string) => run(test).map(({ passed }) => passed)

describe('a test of rules', () => {
  it('passes when exactly what it names fires at each time', () => {
    const test = `
  - name: delay and steps
    interval: 1m
    series: [{ device: d1, metric: temp_c, values: 20x2 35x4 45x4 20 }]
    expect:
      - { at: 3m, alerts: [] }
      - { at: 4m, alerts: [{ rule: hot, device: d1, severity: minor, reason: { code: above, value: 35, limit: 30 } }] }
      - { at: 8m, alerts: [{ rule: hot, severity: major }] }
      - { at: 10m, alerts: [] }`
    expect(passes(test)).toEqual([true])
  })

  it.each([
    ['something fires that is not named', 'alerts: []', false],
    ['something named does not fire', 'alerts: [{ rule: hot }, { rule: quiet }]', false],
    ['the same is named twice', 'alerts: [{ rule: hot }, { rule: hot }]', false],
    ['the severity differs', 'alerts: [{ rule: hot, severity: critical }]', false],
    ['the subject differs', 'alerts: [{ rule: hot, subject: { device: d2 } }]', false],
    ['a fact of the reason differs', 'alerts: [{ rule: hot, reason: { value: 36 } }]', false],
    ['the reason lacks a fact', 'alerts: [{ rule: hot, reason: { params: { low: 1 } } }]', false],
    ['what must not fire does', 'not: [{ rule: hot, device: d1 }]', false],
    ['what must at least fire does not', 'has: [{ rule: quiet }]', false],
    ['what must not fire is something else', 'not: [{ rule: hot, severity: major }, { rule: quiet }]', true],
    ['what must at least fire does', 'has: [{ rule: hot }]', true],
    [
      'metric and place of the facts are named',
      'alerts: [{ rule: hot, metric: temp_c, reason: { value: 35.0000000001 } }]',
      true,
    ],
  ])('when %s: %s is %s', (_what, expectation, outcome) => {
    const series = '[{ device: d1, metric: temp_c, values: 35x5 }]'
    expect(passes(`  - { name: t, series: ${series}, expect: [{ at: 4m, ${expectation} }] }`)).toEqual([outcome])
  })

  it('gives an alert that fits two expectations to the one that needs it', () => {
    const series = '[{ device: d1, metric: temp_c, values: 35x5 }, { device: d2, metric: temp_c, values: 45x5 }]'
    const devices = '[{ id: d2, type: thermometer }]'
    const test = (alerts: string) =>
      `  - { name: t, devices: ${devices}, series: ${series}, expect: [{ at: 4m, alerts: [${alerts}] }] }`
    expect(passes(test('{ rule: hot }, { rule: hot, device: d1 }'))).toEqual([true])
    expect(passes(test('{ rule: hot, device: d1 }, { rule: hot }'))).toEqual([true])
    expect(passes(test('{ rule: hot, device: d1 }, { rule: hot, severity: minor }'))).toEqual([false])
  })

  it('knows the whole order of what was raised and cleared, with or without times', () => {
    const head = 'interval: 1m, series: [{ device: d1, metric: temp_c, values: 35x4 20x2 _x6 20 }]'
    const events = (list: string) => `  - { name: t, ${head}, events: [${list}] }`
    const all = [
      '{ at: 2m, raised: hot }',
      '{ cleared: hot }',
      '{ at: 10m, raised: quiet }',
      '{ at: 12m, cleared: quiet, device: d1 }',
    ]
    expect(passes(events(all.join(', ')))).toEqual([true])
    expect(passes(events(all.slice(1).join(', ')))).toEqual([false])
    expect(passes(events([...all].reverse().join(', ')))).toEqual([false])
    expect(passes(events(all.join(', ').replace('2m', '3m')))).toEqual([false])
    expect(passes(events(''))).toEqual([false])
  })

  it('lets a device fall silent after stale, and time pass without messages', () => {
    const test = `
  - name: silence
    until: 20m
    series: [{ device: d1, metric: temp_c, values: 20x3 stale }]
    events: [{ at: 7m, raised: quiet, reason: { code: silent, durationS: 300 } }]`
    expect(passes(test)).toEqual([true])
  })

  it('sends the values of one time in one message, late where it says so, and numbers them where it says so', () => {
    const text = `rules: shipped
devices: [{ id: d1, type: hygrometer }]
tests:
  - name: t
    start: 2026-03-01T08:00:00+08:00
    interval: 30s
    series:
      - { device: d1, metric: temp_c, values: 1 _ 3, firstSeq: 7 }
      - { device: d1, metric: rh_pct, values: 50 51, interval: 1m, firstSeq: 7 }
      - { device: d1, metric: moisture_pct, values: 14, delay: 5m, offset: 30s }
    statuses: [{ device: d1, at: 10s, online: true }]
    records: [{ source: register, at: 15s, type: works.filed, body: { storeys: 2 } }]
    expect: [{ at: 0s, alerts: [] }]`
    const parsed = parseRuleTests({ path: 't.yaml', text })
    const [test] = 'tests' in parsed ? parsed.tests.tests : []
    const startMs = Date.UTC(2026, 2, 1)
    const said = test?.observations.map((each) => [
      each.seq,
      (each.arrivalMs - startMs) / 1000,
      each.kind === 'readings'
        ? [
            each.messageSeq,
            ...each.samples.map(({ metric, atMs, value }) => `${metric} ${(atMs - startMs) / 1000} ${value}`),
          ]
        : each.kind,
    ])
    expect(said).toEqual([
      [1, 0, [7, 'temp_c 0 1', 'rh_pct 0 50']],
      [2, 10, 'status'],
      [3, 15, 'record'],
      [4, 60, [9, 'temp_c 60 3']],
      [5, 60, [8, 'rh_pct 60 51']],
      [6, 330, [null, 'moisture_pct 30 14']],
    ])
  })

  it('has those of the shared devices that it sends something from, and all of its own', () => {
    const head = RULESET.replace('devices:\n', 'devices:\n  - { id: d9, type: thermometer }\n')
    const [verdict] = run(
      '  - { name: t, devices: [{ id: d2, type: lamp }], series: [{ device: d1, metric: temp_c, values: 20x60 }], expect: [{ at: 59m, alerts: [{ rule: quiet, device: d2 }] }] }',
      head,
    )
    expect(verdict?.test.devices.map(({ id }) => id)).toEqual(['d1', 'd2'])
    expect(verdict?.passed).toBe(true)
  })
})

describe('a failed test', () => {
  const FAILING = `
  - name: <too> early
    series: [{ device: d1, metric: temp_c, values: 35x5 20x3 }]
    expect:
      - { at: 1m, alerts: [{ rule: hot, device: d1, severity: minor }] }
      - { at: 4m, has: [{ rule: quiet }] }
    events:
      - { at: 1m, raised: hot }
      - { cleared: hot }
`

  it('shows what was expected and what came, and where it stands', () => {
    expect(showVerdicts(run(FAILING))).toMatchInlineSnapshot(`
      "FAIL  t.yaml:8  <too> early
            firing at 1m (t.yaml:11:9), - expected, + got:
              - hot d1 minor
            firing at 4m (t.yaml:12:9), - expected, + got:
              - quiet
                hot d1 temp_c minor code=above value=35 limit=30 durationS=120
            raised and cleared (t.yaml:8:5), - expected, + got:
              - 1m raised hot
              + 2m raised hot d1 temp_c minor code=above value=35 limit=30 durationS=120
                5m cleared hot d1 temp_c minor code=normal value=20 limit=30"
    `)
  })

  it('is a failure in JUnit, with all that is special to XML escaped', () => {
    const faults = [{ file: 'b.yaml', line: 1, column: 2, message: 'a "b" & \u0001c' }]
    expect(
      toJUnit([
        { path: 't.yaml', faults: [], verdicts: run(FAILING) },
        { path: 'b.yaml', faults, verdicts: [] },
      ]),
    ).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites>
      <testsuite name="t.yaml" tests="1" failures="1" errors="0">
        <testcase classname="t.yaml" name="&lt;too&gt; early"><failure message="not as expected">firing at 1m (t.yaml:11:9), - expected, + got:
        - hot d1 minor
      firing at 4m (t.yaml:12:9), - expected, + got:
        - quiet
          hot d1 temp_c minor code=above value=35 limit=30 durationS=120
      raised and cleared (t.yaml:8:5), - expected, + got:
        - 1m raised hot
        + 2m raised hot d1 temp_c minor code=above value=35 limit=30 durationS=120
          5m cleared hot d1 temp_c minor code=normal value=20 limit=30</failure></testcase>
      </testsuite>
      <testsuite name="b.yaml" tests="1" failures="0" errors="1">
        <testcase classname="b.yaml" name="rule tests"><error message="cannot be run">b.yaml:1:2 a &quot;b&quot; &amp; �c</error></testcase>
      </testsuite>
      </testsuites>
      "
    `)
  })
})

describe('a file of tests', () => {
  it('names every fault with file, line and column', () => {
    const text = `${RULESET}tests:
  - name: slips
    strat: 2026-03-01T08:00:00+08:00
    series:
      - { device: d1, metric: temp_c, values: 0x3 high }
      - { device: d1, values: 0x3 }
    expect:
      - { at: soon, alerts: [] }
      - { at: 1m, alerts: [{ rule: hot, severity: bad }] }
`
    expect(faultsOf(text)).toMatchInlineSnapshot(`
      [
        "t.yaml:8:5 unknown key strat; known are name, start, interval, devices, series, detections, findings, records, statuses, until, expect, events",
        "t.yaml:11:9 metric is missing",
        "t.yaml:13:15 at must be a duration such as 500ms, 10s, 5m, 2h or 1d, not "soon"",
        "t.yaml:14:51 severity must be one of critical, major, minor, warning, not "bad"",
      ]
    `)
  })

  it('names what makes no sense together', () => {
    const text = `devices: [{ id: d1, type: lamp }, { id: d1, type: lamp }]
tests:
  - name: a
    start: 2026-03-01
    series:
      - { device: d2, metric: v, values: 0x30 }
      - { device: d1, metric: v, values: "1  0x3  high" }
      - { device: d1, metric: v, values: [1, 2] }
    expect:
      - { at: 1m }
      - { at: 1m, alerts: [{ rule: hot, device: d1, subject: { device: d1 } }] }
  - name: b
    events: [{ raised: hot, cleared: hot }]
  - name: c
`
    expect(faultsOf(text)).toMatchInlineSnapshot(`
      [
        "t.yaml:1:1 rules are missing: rules names files, ruleset has them here",
        "t.yaml:1:41 device d1 is there twice",
        "t.yaml:4:12 start must be a time with its zone, such as 2026-03-01T08:00:00+08:00",
        "t.yaml:6:19 no device d2 in devices",
        "t.yaml:7:51 high is neither a value (0.2), a run (0x30, 1+2x4, _x5), _ nor stale",
        "t.yaml:8:42 values must be a text, such as 0x30 0.2x5 _ stale",
        "t.yaml:10:9 say what fires then: alerts (exactly these, [] for none), has (at least these) or not",
        "t.yaml:11:49 device cannot stand beside subject.device",
        "t.yaml:13:14 an event has either raised or cleared, each with the id of a rule",
        "t.yaml:14:5 this test expects nothing: give it expect or events",
      ]
    `)
  })

  it.each(['{', 'tests: []', '[]', 'tests: 5', '', 'a: &a [*a]'])('answers %j with a fault', (text) => {
    expect(faultsOf(text).length).toBeGreaterThan(0)
  })

  it('has faults of its own rules where they stand in it', () => {
    const bad = RULESET.replace('after: 5m', 'after: soon')
    for (const text of [
      bad,
      `# first\n"ruleset": [{ id: x }]\n`,
      `{ ruleset: [{ id: x }], tests: ${'[{ name: t, events: [] }]'} }`,
    ]) {
      const whole = text.startsWith('{') ? text : `${text}tests: [{ name: t, events: [] }]\n`
      const parsed = parseRuleTests({ path: 't.yaml', text: whole })
      if ('faults' in parsed || parsed.tests.ruleset === null) throw new Error('the tests are fine')
      const rules = parseRules([parsed.tests.ruleset])
      const [fault] = 'faults' in rules ? rules.faults : []
      const culprit = whole.split('\n')[(fault?.line ?? 0) - 1]?.slice((fault?.column ?? 0) - 1)
      expect(culprit).toMatch(/^(soon|\{ id: x)/)
    }
  })

  it('answers any damage to it with tests or with faults that lie inside the file', () => {
    const good = readFileSync(assetPath('detectors/rules/shipped/tests/smoke.yaml'), 'utf8')
    const damage = fc.record({ from: fc.nat(good.length), length: fc.nat(30), text: fc.string({ maxLength: 8 }) })
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
        let text = good
        for (const { from, length, text: inserted } of damages)
          text = text.slice(0, from) + inserted + text.slice(from + length)
        const parsed = parseRuleTests({ path: 'damaged.yaml', text })
        if (!('faults' in parsed)) return
        expect(parsed.faults.length).toBeGreaterThan(0)
        const lines = text.split('\n').length
        for (const { line, column } of parsed.faults) expect(line >= 1 && line <= lines && column >= 1).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  it('that names a rule which is not there, or a file that cannot be read, is not run', async () => {
    const [unknown, unread] = await loadRuleTests([
      assetPath('tests/fixtures/rule-tests/unknown-rule-bad.yaml'),
      assetPath('tests/fixtures/rule-tests/unread-rules-bad.yaml'),
    ])
    const said = (loaded: typeof unknown) =>
      loaded !== undefined && 'faults' in loaded
        ? loaded.faults.map(({ line, column, message }) => `${line}:${column} ${message}`)
        : []
    expect(said(unknown)).toEqual(['7:33 no rule smoke-hihg among the rules of this file'])
    expect(said(unread)[0]).toMatch(/^1:9 .*absent\.yaml cannot be read \(ENOENT\)$/)
  })
})

describe('the shipped rules', async () => {
  for (const loaded of await loadRuleTests([`${SHIPPED_RULES}/tests`])) {
    const path = 'faults' in loaded ? loaded.path : loaded.tests.path
    it(`pass ${path.split('/').at(-1)}`, () => {
      if ('faults' in loaded) throw new Error(formatFaults(loaded.faults))
      const verdicts = loaded.tests.tests.map((test) => runRuleTest(test, loaded.rules))
      expect(verdicts.length).toBeGreaterThan(0)
      const failed = verdicts.filter(({ passed }) => !passed)
      expect(showVerdicts(failed)).toBe('')
    })
  }
})
