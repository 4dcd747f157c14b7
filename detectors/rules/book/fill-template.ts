import { AppError } from '../../../core/errors.ts'
import type { RuleSpec } from '../../../core/rule-change.ts'
import type { TemplateFilling } from '../../../core/rule-desk.ts'
import { SEVERITIES } from '../../../core/severity.ts'
import { isPlainObject } from '../files/check-shape.ts'
import { DURATION, parseDuration } from '../parts/duration.ts'
import type { RuleTemplate, TemplateParameter } from './rule-template.ts'

/**
 * The rule that a template gives; not checked yet. Throws `bad_request` with every parameter that is unknown, of the
 * wrong kind or out of its bounds.
 */
export function fillTemplate(template: RuleTemplate, filling: TemplateFilling): RuleSpec {
  const values = toValues(template, filling.parameters ?? {})
  if (filling.type !== undefined && !template.types.includes(filling.type))
    throw new AppError('bad_request', `${template.id} is for ${template.types.join(', ')}`, { type: filling.type })
  const { where, title, ...rest } = substitute(template.rule, values) as Record<string, unknown>
  const spec: unknown = {
    id: filling.id,
    title: filling.title ?? title,
    ...rest,
    where: { type: filling.type ?? toOneOrMany(template.types), ...filling.where, ...(where as object | undefined) },
    ...(filling.enabled !== undefined && { enabled: filling.enabled }),
  }
  return spec as RuleSpec
}

function toOneOrMany(types: string[]): string | string[] {
  const [only] = types
  return types.length === 1 && only !== undefined ? only : types
}

function toValues({ id, parameters, rising = [] }: RuleTemplate, given: Record<string, unknown>): Map<string, unknown> {
  const faults = Object.keys(given)
    .filter((name) => !Object.hasOwn(parameters, name))
    .map((name) => `${name} is no parameter of ${id}; known are ${Object.keys(parameters).join(', ')}`)
  const values = new Map<string, unknown>()
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = given[name] ?? parameter.default
    const expected = whatIsExpected(parameter)
    if (!isAllowed(parameter, value)) faults.push(`${name} must be ${expected}, not ${JSON.stringify(value)}`)
    values.set(name, value)
  }
  for (const [index, name] of rising.entries()) {
    const below = rising[index - 1]
    if (faults.length === 0 && below !== undefined && Number(values.get(name)) <= Number(values.get(below)))
      faults.push(`${name} must be above ${below}`)
  }
  if (faults.length > 0) throw new AppError('bad_request', faults.join('; '), { faults })
  return values
}

function isAllowed({ kind = 'number', min, max }: TemplateParameter, value: unknown): boolean {
  if (kind === 'severity') return SEVERITIES.includes(value as never)
  const size = kind === 'number' ? value : toMs(value)
  if (typeof size !== 'number' || !Number.isFinite(size)) return false
  return size >= toBound(min, Number.NEGATIVE_INFINITY) && size <= toBound(max, Number.POSITIVE_INFINITY)
}

function toMs(value: unknown): number | undefined {
  return typeof value === 'string' && DURATION.test(value) ? parseDuration(value) : undefined
}

function toBound(bound: number | string | undefined, open: number): number {
  if (bound === undefined) return open
  return typeof bound === 'number' ? bound : parseDuration(bound)
}

function whatIsExpected({ kind = 'number', unit, min, max }: TemplateParameter): string {
  if (kind === 'severity') return `one of ${SEVERITIES.join(', ')}`
  const range = [min !== undefined && `from ${min}`, max !== undefined && `to ${max}`].filter(Boolean).join(' ')
  const what = kind === 'number' ? 'a number' : 'a duration'
  return [what, range, unit].filter(Boolean).join(' ')
}

/** Puts values where the template says `$name`, at any depth. */
function substitute(part: unknown, values: Map<string, unknown>): unknown {
  if (typeof part === 'string' && part.startsWith('$')) return values.get(part.slice(1))
  if (Array.isArray(part)) return part.map((item) => substitute(item, values))
  if (isPlainObject(part))
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, substitute(value, values)]))
  return part
}
