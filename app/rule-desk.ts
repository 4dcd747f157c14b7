import { AppError } from '../core/errors.ts'
import type { KindView, ListedRule, RuleDesk, TemplateView } from '../core/rule-desk.ts'
import { diffSpecs } from '../detectors/rules/book/diff-specs.ts'
import { fillTemplate } from '../detectors/rules/book/fill-template.ts'
import type { RuleTemplate } from '../detectors/rules/book/rule-template.ts'
import { KIND_ABOUTS } from '../detectors/rules/files/kind-abouts.ts'
import { printRules } from '../detectors/rules/files/print-rules.ts'
import { RULE_KINDS } from '../detectors/rules/rule-kinds.ts'
import { rulesInFiles } from './rule-files.ts'
import type { RulesInForce } from './rules-in-force.ts'

/** The rules as the API serves them. */
export function createRuleDesk(rules: Omit<RulesInForce, 'engine'>, templates: RuleTemplate[]): RuleDesk {
  const { book } = rules

  function list(): ListedRule[] {
    const { unusable } = rules.joined()
    const files = new Map(rulesInFiles(rules.joined()).map((file) => [file.spec.id, file]))
    const own = new Map(book.all().flatMap(({ id, own: spec }) => (spec === null ? [] : [[id, spec] as const])))
    return [...new Set([...files.keys(), ...own.keys()])].sort().flatMap((id) => {
      const spec = own.get(id) ?? files.get(id)?.spec
      if (spec === undefined) return []
      const faults = unusable.get(id) ?? []
      const state = faults.length > 0 ? 'faulty' : spec.enabled === false ? 'off' : 'active'
      const { versions = [] } = book.get(id) ?? {}
      return [{ spec, state, isOwn: own.has(id), file: files.get(id) ?? null, faults, versions }]
    })
  }

  return {
    version: () => rules.joined().rules.version,
    list,
    get: (id) => list().find(({ spec }) => spec.id === id),
    versions: (id) => book.get(id)?.versions ?? [],
    faults: rules.faults,
    propose: rules.propose,
    diff: diffSpecs,
    print: printRules,
    kinds: () => Object.entries(RULE_KINDS).map(([kind, { schema }]) => toKindView(kind, schema)),
    templates: () => templates.map(toTemplateView),
    fill(id, filling) {
      const template = templates.find((one) => one.id === id)
      if (template === undefined) throw new AppError('not_found', 'no such template', { template: id })
      return fillTemplate(template, filling)
    },
  }
}

function toKindView(kind: string, schema: object): KindView {
  const about = KIND_ABOUTS[kind]
  return { kind, ...(about && { about }), schema }
}

function toTemplateView({ id, types, title, parameters, rule }: RuleTemplate): TemplateView {
  return {
    ...{ id, types, title, rule },
    parameters: Object.entries(parameters).map(([name, { kind = 'number', ...rest }]) => ({ name, kind, ...rest })),
  }
}
