import Type, { type Static } from 'typebox'
import { parse } from 'yaml'
import { FIELD_NAME } from '../../../core/device.ts'
import { AppError } from '../../../core/errors.ts'
import { DEVICE_TYPES } from '../../../core/metrics.ts'
import { checkShape, isPlainObject } from '../files/check-shape.ts'
import type { RuleFile } from '../files/rule-document.ts'
import { DURATION } from '../parts/duration.ts'

const TITLE = Type.Object({ zh: Type.String({ minLength: 1 }), en: Type.String({ minLength: 1 }) })
const BOUND = Type.Union([Type.Number(), Type.String({ pattern: DURATION.source })], {
  description: 'a number or a duration',
})
const PARAMETER = Type.Object({
  title: TITLE,
  kind: Type.Optional(Type.Enum(['number', 'duration', 'severity'])),
  unit: Type.Optional(Type.String()),
  default: Type.Union([Type.Number(), Type.String()]),
  min: Type.Optional(BOUND),
  max: Type.Optional(BOUND),
})
const TEMPLATE = Type.Object({
  id: Type.String({ pattern: FIELD_NAME.source }),
  types: Type.Array(Type.Enum(Object.keys(DEVICE_TYPES)), { minItems: 1, description: 'a list of device types' }),
  title: TITLE,
  parameters: Type.Record(Type.String(), PARAMETER),
  rising: Type.Optional(Type.Array(Type.String(), { description: 'a list of parameters' })),
  rule: Type.Record(Type.String(), Type.Unknown()),
})

/** What may be set when a rule is made of a template. `kind` is `number` unless it says otherwise. */
export type TemplateParameter = Static<typeof PARAMETER>

/**
 * A rule with blanks, for types of device. In `rule`, a text `$name` stands for a parameter; `where.type` and the id
 * are put in when it is filled. Each of `rising` must be above the one before: the same limits in another order would
 * be a rule of another meaning.
 */
export type RuleTemplate = Static<typeof TEMPLATE>

/** Reads template files. Throws `rules_invalid` for what is not a template, and for an id that is used twice. */
export function parseTemplates(files: RuleFile[]): RuleTemplate[] {
  const templates = files.flatMap((file) => parseFile(file))
  const ids = templates.map(({ id }) => id)
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index)
  if (twice.length > 0) throw new AppError('rules_invalid', `templates with the same id: ${twice.join(', ')}`)
  return templates
}

function parseFile({ path, text }: RuleFile): RuleTemplate[] {
  const content: unknown = parse(text)
  const templates = isPlainObject(content) ? content.templates : undefined
  if (!Array.isArray(templates)) throw new AppError('rules_invalid', `${path}: no templates`)
  for (const template of templates)
    for (const { path: at, message } of checkShape(TEMPLATE, template))
      throw new AppError('rules_invalid', `${path}: ${at.join('.')}: ${message}`)
  return templates as RuleTemplate[]
}
