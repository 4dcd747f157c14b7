import { describe, expect, it } from 'vitest'
import { DEVICE_TYPES, METRICS } from '../../../core/metrics.ts'
import { fillTemplate } from '../../../detectors/rules/book/fill-template.ts'
import { loadTemplates } from '../../../detectors/rules/book/load-templates.ts'
import { parseTemplates, type RuleTemplate } from '../../../detectors/rules/book/rule-template.ts'
import { parseRules } from '../../../detectors/rules/files/parse-rules.ts'
import { printRules } from '../../../detectors/rules/files/print-rules.ts'
import { formatFaults } from '../../../detectors/rules/rule-fault.ts'

const templates = await loadTemplates()
const templateOf = (id: string) => templates.find((template) => template.id === id) as RuleTemplate
const faultsOf = (spec: ReturnType<typeof fillTemplate>) => {
  const result = parseRules([{ path: 'filled', text: printRules([spec]) }])
  return 'faults' in result ? formatFaults(result.faults) : ''
}
const codeAndMessage = (work: () => unknown) => {
  try {
    return work()
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`
  }
}

describe('the templates', () => {
  it('are there for every type of device, and for all that it measures but its frequency', () => {
    for (const [type, { metrics }] of Object.entries(DEVICE_TYPES)) {
      const own = templates.filter(({ types }) => types.includes(type))
      const covered = own.map(({ rule }) => (rule.where as { metric?: string } | undefined)?.metric)
      expect(metrics.filter((metric) => !covered.includes(metric) && metric !== 'freq_hz')).toEqual([])
    }
  })

  it.each(templates.map((template) => [template.id, template] as const))('%s gives a rule that is fine', (id, one) => {
    for (const type of [...one.types, undefined])
      expect(faultsOf(fillTemplate(one, { id, ...(type && { type }), where: { place: '东园*' } }))).toBe('')
  })

  it.each(templates.map((template) => [template.id, template] as const))('%s uses every parameter', (_id, one) => {
    const text = JSON.stringify(one.rule)
    const used = [...text.matchAll(/"\$(\w+)"/g)].map(([, name]) => name)
    expect(new Set(used)).toEqual(new Set(Object.keys(one.parameters)))
  })

  it('give limits in the unit of what they judge', () => {
    for (const { id, rule, parameters } of templates) {
      const metric = (rule.where as { metric?: string } | undefined)?.metric
      if (rule.kind !== 'threshold' || metric === undefined) continue
      for (const { kind = 'number', unit = '' } of Object.values(parameters))
        if (kind === 'number') expect([id, unit]).toEqual([id, METRICS[metric]?.unit])
    }
  })
})

describe('filling a template', () => {
  it('puts in what was said, and the default where nothing was', () => {
    const spec = fillTemplate(templateOf('smoke-level'), {
      id: 'kitchen-smoke',
      parameters: { limit: 0.3 },
      where: { place: '平桥街*' },
      enabled: false,
    })

    expect(spec).toEqual({
      id: 'kitchen-smoke',
      title: { zh: '烟雾浓度超限', en: 'Smoke above limit' },
      category: 'fire',
      kind: 'threshold',
      lifeSafety: true,
      where: { type: 'smoke-detector', place: '平桥街*', metric: 'smoke_dbm' },
      above: 0.3,
      unit: 'dB/m',
      hysteresis: 0.02,
      offDelay: '30s',
      severity: 'critical',
      enabled: false,
    })
  })

  it('names every parameter that is wrong', () => {
    const parameters = { limit: 5, offDelay: '1y', severity: 'huge', colour: 'red' }

    expect(codeAndMessage(() => fillTemplate(templateOf('smoke-level'), { id: 'a', parameters }))).toBe(
      'bad_request: colour is no parameter of smoke-level; known are limit, hysteresis, offDelay, severity; ' +
        'limit must be a number from 0.02 to 1 dB/m, not 5; ' +
        'offDelay must be a duration from 0s to 10m, not "1y"; ' +
        'severity must be one of critical, major, minor, warning, not "huge"',
    )
  })

  it('refuses a type that the template is not for', () => {
    expect(codeAndMessage(() => fillTemplate(templateOf('smoke-level'), { id: 'a', type: 'drone' }))).toBe(
      'bad_request: smoke-level is for smoke-detector',
    )
  })

  it('refuses limits in the wrong order: they would mean the opposite', () => {
    const parameters = { low: 25, high: 5 }

    expect(codeAndMessage(() => fillTemplate(templateOf('gas-level'), { id: 'a', parameters }))).toBe(
      'bad_request: high must be above low',
    )
  })
})

it('a template with several limits says in which order they rise', () => {
  for (const { id, rule, parameters, rising = [] } of templates) {
    const limits = JSON.stringify([rule.severities, rule.outside]).match(/(?<="\$)\w+/g) ?? []
    expect([id, new Set(rising)]).toEqual([id, new Set(limits)])
    expect(rising.every((name) => name in parameters)).toBe(true)
  }
})

it.each([
  ['no templates', 'rules: []', 'rules_invalid: t.yaml: no templates'],
  ['a template without a type', 'templates: [{ id: a }]', 'rules_invalid: t.yaml: : types is missing'],
])('a template file with %s is refused', (_what, text, message) => {
  expect(codeAndMessage(() => parseTemplates([{ path: 't.yaml', text }]))).toBe(message)
})
