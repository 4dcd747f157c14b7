import Type, { type TProperties } from 'typebox'
import { CATEGORIES } from '../../core/category.ts'
import { FIELD_NAME } from '../../core/device.ts'
import { SEVERITIES } from '../../core/severity.ts'
import { DURATION } from './duration.ts'

/** Every leaf says in `description` what it expects; faults and docs are written from that. */
const TITLE = Type.String({ minLength: 1, maxLength: 200, description: 'a text of 1 to 200 characters' })

export const SEVERITY = Type.Enum([...SEVERITIES], { description: `one of ${SEVERITIES.join(', ')}` })
export const DURATION_TEXT = Type.String({
  pattern: DURATION.source,
  description: 'a duration such as 500ms, 10s, 5m, 2h or 1d',
})
export const NUMBER = Type.Number({ description: 'a number' })
export const UNIT = Type.Optional(Type.String({ maxLength: 20, description: 'a text of at most 20 characters' }))
export const HYSTERESIS = Type.Optional(Type.Number({ minimum: 0, description: 'a number of 0 or more' }))

/** Per severity a value; at least one. */
export function bySeverity<T extends Parameters<typeof Type.Optional>[0]>(value: T) {
  const part = Type.Optional(value)
  return Type.Object({ warning: part, minor: part, major: part, critical: part }, { additionalProperties: false })
}

const flag = (meaning: string) => Type.Optional(Type.Boolean({ description: `true or false (${meaning})` }))

/** What every rule has. */
const HEAD = {
  id: Type.String({ pattern: FIELD_NAME.source, description: '1 to 64 letters, digits, ".", "_" or "-"' }),
  title: Type.Object({ zh: TITLE, en: TITLE }, { additionalProperties: false }),
  category: Type.Enum(Object.keys(CATEGORIES), { description: `one of ${Object.keys(CATEGORIES).join(', ')}` }),
}

/** What every rule may have. */
const TAIL = {
  lifeSafety: flag(
    'true where people may be harmed: its alerts are never grouped, silenced by matcher or rate-limited',
  ),
  raises: flag('false makes it an input of composite rules only: it raises no alerts itself'),
  enabled: flag('false switches it off: it is checked and then left out'),
  notes: Type.Optional(Type.String({ maxLength: 4000, description: 'a text of at most 4000 characters' })),
}

/** The schema of one kind: what every rule has, the kind's own keys, what every rule may have. */
export function ruleSchema<K extends string, P extends TProperties>(kind: K, own: P) {
  return Type.Object({ ...HEAD, kind: Type.Literal(kind), ...own, ...TAIL }, { additionalProperties: false })
}
