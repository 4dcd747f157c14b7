import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseRules } from '../../../detectors/rules/files/parse-rules.ts'
import { formatFaults } from '../../../detectors/rules/rule-fault.ts'
import { RULE_KINDS } from '../../../detectors/rules/rule-kinds.ts'
import { rulesOf } from './play.ts'

function check(...names: string[]): string {
  const files = names.map((name) => ({
    path: name,
    text: readFileSync(new URL(`../../fixtures/rules/${name}`, import.meta.url), 'utf8'),
  }))
  const result = parseRules(files)
  const kinds = Object.keys(RULE_KINDS).join(', ')
  return 'faults' in result
    ? formatFaults(result.faults).replaceAll(kinds, 'KINDS')
    : `good: ${result.rules.rules.length} rules`
}

describe('a rule file', () => {
  it('is good when every rule is', () => {
    expect(check('every-kind-good.yaml')).toMatch(/^good: /)
  })

  it('is told every part that does not fit, with its line and column', () => {
    expect(check('shapes-bad.yaml')).toMatchInlineSnapshot(`
      "shapes-bad.yaml:2:9 id must be 1 to 64 letters, digits, ".", "_" or "-", not "has a space"
      shapes-bad.yaml:3:12 en is missing
      shapes-bad.yaml:4:15 category must be one of fire, gas, water, structure, climate, river, sanitation, works, safety, device, other, not "weather"
      shapes-bad.yaml:6:12 metric is missing
      shapes-bad.yaml:6:23 unknown key metrics; known are type, device, place, metric
      shapes-bad.yaml:7:12 above must be a number, or { attribute: limit_mm_s, default: 5 }, not NaN
      shapes-bad.yaml:8:17 hysteresis must be a number of 0 or more, or such a number per severity, not -1
      shapes-bad.yaml:9:14 onDelay must be a duration such as 500ms, 10s, 5m, 2h or 1d, not 10
      shapes-bad.yaml:10:15 severity must be one of critical, major, minor, warning, not "severe"
      shapes-bad.yaml:11:5 unknown key colour; known are id, title, category, kind, where, above, below, outside, inside, severities, severity, unit, hysteresis, onDelay, offDelay, repeat, lifeSafety, test, raises, schedule, enabled, notes
      shapes-bad.yaml:13:11 kind must be one of KINDS
      shapes-bad.yaml:14:5 kind is missing; known are KINDS
      shapes-bad.yaml:15:5 a rule must be a map of keys and values
      shapes-bad.yaml:20:23 debris must be one of critical, major, minor, warning, not "huge"
      shapes-bad.yaml:21:15 minScore must be a number from 0 to 1, or such a number for each label, not 2
      shapes-bad.yaml:22:17 clearAfter must be a duration such as 500ms, 10s, 5m, 2h or 1d, not "soon"
      shapes-bad.yaml:27:13 labels must be labels with a severity each, at least one, for example { debris: minor }, not {}"
    `)
  })

  it('is told every combination that makes no sense', () => {
    expect(check('combinations-bad.yaml')).toMatchInlineSnapshot(`
      "combinations-bad.yaml:2:5 a limit is missing: one of above, below, outside, inside or severities
      combinations-bad.yaml:3:114 below cannot stand beside above
      combinations-bad.yaml:4:5 severity is missing
      combinations-bad.yaml:5:108 outside must have the lower number first
      combinations-bad.yaml:6:134 hysteresis leaves no room inside the range for the value to come back to
      combinations-bad.yaml:7:109 severities needs two or more limits; for one, use above or below
      combinations-bad.yaml:8:112 severities must all rise, all fall, all widen or all narrow from warning to critical
      combinations-bad.yaml:9:111 severities must all rise, all fall, all widen or all narrow from warning to critical
      combinations-bad.yaml:10:146 severity cannot stand beside severities
      combinations-bad.yaml:11:123 warning must have the lower number first
      combinations-bad.yaml:12:5 a limit is missing: above or severities
      combinations-bad.yaml:12:100 per must be longer than nothing
      combinations-bad.yaml:12:112 window must be longer than nothing
      combinations-bad.yaml:13:129 severities must rise from warning to critical
      combinations-bad.yaml:14:138 hysteresis must not be more than the limit
      combinations-bad.yaml:15:5 a limit is missing: after or factor
      combinations-bad.yaml:16:83 after must be longer than nothing
      combinations-bad.yaml:16:95 factor cannot stand beside after
      combinations-bad.yaml:17:93 metric must be one name here, or be left out for any reading
      combinations-bad.yaml:18:128 clearAfter must be longer than nothing"
    `)
  })

  it('is told where it is not YAML', () => {
    expect(check('syntax-bad.yaml')).toMatchInlineSnapshot(`
      "syntax-bad.yaml:2:6 not valid YAML: Block collections are not allowed within flow collections
      syntax-bad.yaml:3:1 not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]"
    `)
  })

  it('is told when it has no rules at all', () => {
    expect(check('empty-bad.yaml')).toMatchInlineSnapshot(
      `"empty-bad.yaml:1:1 a rule file is a map with the key rules, a list"`,
    )
  })

  it('may not use an id twice, nor keys beside rules', () => {
    expect(check('duplicates-bad.yaml')).toMatchInlineSnapshot(`
      "duplicates-bad.yaml:1:1 unknown key limits; a rule file may have rules, places, calendars
      duplicates-bad.yaml:4:11 id same is already used at duplicates-bad.yaml:3"
    `)
  })

  it('may not use an id of another file', () => {
    const [, count] = check('every-kind-good.yaml').split(/\D+/)
    expect(check('every-kind-good.yaml', 'every-kind-good.yaml').split('\n')).toHaveLength(Number(count))
  })

  it('is told of the faults of all files at once', () => {
    const faults = check('syntax-bad.yaml', 'empty-bad.yaml', 'duplicates-bad.yaml').split('\n')
    expect(new Set(faults.map((line) => line.split(':')[0]))).toEqual(
      new Set(['syntax-bad.yaml', 'empty-bad.yaml', 'duplicates-bad.yaml']),
    )
  })

  it('cannot blow up by aliases', () => {
    const layers = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i},`.repeat(9)}]`)
    const text = ['a0: &a0 [x]', ...layers, 'rules: *a9'].join('\n')

    const result = parseRules([{ path: 'bomb.yaml', text }])

    expect('faults' in result && formatFaults(result.faults)).toBe(
      'bomb.yaml:1:1 the aliases of this file cannot be resolved',
    )
  })
})

describe('what every rule may have', () => {
  const rule = (more: string) =>
    `{ id: a, title: { zh: 甲, en: A }, category: other, kind: no-data, after: 1h, severity: minor${more} }`
  const file = (path: string, text: string, overrides = false) => ({ path, text: `rules: [${text}]`, overrides })

  it('is not about life safety and raises alerts, unless it says otherwise', () => {
    expect(rulesOf(`rules: [${rule('')}]`).rules[0]).toMatchObject({ lifeSafety: false, raises: true })
    expect(rulesOf(`rules: [${rule(', lifeSafety: true, raises: false')}]`).rules[0]).toMatchObject({
      lifeSafety: true,
      raises: false,
    })
  })

  it('is checked and then left out when it is switched off', () => {
    const off = parseRules([file('off.yaml', rule(', enabled: false'))])
    const wrong = parseRules([file('off.yaml', rule(', enabled: false, factor: 2'))])

    expect(off).toMatchObject({ rules: { rules: [] }, written: [{ spec: { id: 'a', enabled: false } }] })
    expect('faults' in wrong && formatFaults(wrong.faults)).toBe('off.yaml:1:127 factor cannot stand beside after')
  })

  it('judges alike whatever its notes say', () => {
    const [plain, noted] = ['', ', enabled: true, notes: asked for by the fire brigade'].map(
      (more) => rulesOf(`rules: [${rule(more)}]`).rules[0]?.hash,
    )
    expect(noted).toBe(plain)
  })

  it('gives way to one of the same id in a file that overrides, also when that one is switched off', () => {
    const mine = rule('').replace('1h', '2h')
    const own = rulesOf(`rules: [${mine}]`)

    const over = parseRules([file('shipped.yaml', rule('')), file('own', mine, true)])
    const off = parseRules([file('shipped.yaml', rule('')), file('own', rule(', enabled: false'), true)])
    const twice = parseRules([file('own', mine, true), file('own too', mine, true)])

    expect(over).toMatchObject({
      rules: { version: own.version },
      written: [{ overrides: false }, { overrides: true }],
    })
    expect(off).toMatchObject({ rules: { rules: [] } })
    expect('faults' in twice && formatFaults(twice.faults)).toBe('own too:1:15 id a is already used at own:1')
  })
})

describe('the version of a rule set', () => {
  const a = '{ id: a, title: { zh: 甲, en: A }, category: other, kind: no-data, after: 1h, severity: minor }'
  const aTurned = '{ severity: minor, kind: no-data, title: { en: A, zh: 甲 }, after: 1h, category: other, id: a }'
  const b = '{ id: b, title: { zh: 乙, en: B }, category: other, kind: no-data, after: 1h, severity: minor }'
  const version = (...rules: string[]) => rulesOf(`rules: [${rules.join(',')}]`).version

  it('does not depend on the order of rules or keys', () => {
    expect(version(b, aTurned)).toBe(version(a, b))
  })

  it('changes with any content', () => {
    expect(version(a.replace('1h', '2h'), b)).not.toBe(version(a, b))
    expect(version(a)).not.toBe(version(a, b))
  })
})
