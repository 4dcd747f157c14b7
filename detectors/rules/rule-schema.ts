import Type, { type Static, type TProperties } from 'typebox'
import { CATEGORIES } from '../../core/category.ts'
import { FIELD_NAME } from '../../core/device.ts'
import { SEVERITIES } from '../../core/severity.ts'
import type { Delays } from './engine/hold.ts'
import { MAX_REPEAT } from './engine/repeats.ts'
import type { Objection } from './objection.ts'
import { DURATION, parseDuration } from './parts/duration.ts'
import { SCHEDULE } from './parts/schedule.ts'
import type { Repeat } from './rule.ts'

/** Every leaf says in `description` what it expects; faults and docs are written from that. */
const TITLE = Type.String({ minLength: 1, maxLength: 200, description: 'a text of 1 to 200 characters' })

export const SEVERITY = Type.Enum([...SEVERITIES], { description: `one of ${SEVERITIES.join(', ')}` })
export const DURATION_TEXT = Type.String({
  pattern: DURATION.source,
  description: 'a duration such as 500ms, 10s, 5m, 2h or 1d',
})
export const NUMBER = Type.Number({ description: 'a number' })
export const UNIT = Type.Optional(Type.String({ maxLength: 20, description: 'a text of at most 20 characters' }))
/** Per severity a value; at least one. */
export function bySeverity<T extends Parameters<typeof Type.Optional>[0]>(value: T) {
  const part = Type.Optional(value)
  return Type.Object({ warning: part, minor: part, major: part, critical: part }, { additionalProperties: false })
}

const DISTANCE = Type.Number({ minimum: 0, description: 'a number of 0 or more' })

/** How far back a value must come: one distance, or one per severity. */
export const HYSTERESIS = Type.Optional(
  Type.Union([DISTANCE, bySeverity(DISTANCE)], {
    description: 'a number of 0 or more, or such a number per severity',
  }),
)

const REPEAT = Type.Object(
  {
    count: Type.Integer({ minimum: 2, maximum: MAX_REPEAT, description: `a whole number from 2 to ${MAX_REPEAT}` }),
    of: Type.Optional(
      Type.Integer({ minimum: 2, maximum: MAX_REPEAT, description: `a whole number from 2 to ${MAX_REPEAT}` }),
    ),
    within: Type.Optional(DURATION_TEXT),
  },
  { additionalProperties: false },
)

/** Keys of every kind that judges samples: how long, and how often, its condition must hold. */
export const PATIENCE = {
  onDelay: Type.Optional(DURATION_TEXT),
  offDelay: Type.Optional(DURATION_TEXT),
  repeat: Type.Optional(REPEAT),
}
type Patience = Static<ReturnType<typeof Type.Object<typeof PATIENCE>>>

/** The part of a judge that comes from `PATIENCE`. */
export function toPatience({ onDelay, offDelay, repeat }: Patience): Delays & { repeat?: Repeat } {
  const delays = { onDelayMs: parseDuration(onDelay), offDelayMs: parseDuration(offDelay) }
  return repeat === undefined ? delays : { ...delays, repeat: toRepeat(repeat) }
}

function toRepeat({ count, of, within }: NonNullable<Patience['repeat']>): Repeat {
  return of === undefined ? { count, withinMs: parseDuration(within) } : { count, of }
}

/** What makes no sense about them. */
export function patienceObjections({ repeat }: Patience): Objection[] {
  if (repeat === undefined) return []
  const { count, of, within } = repeat
  if ((of === undefined) === (within === undefined))
    return [{ path: ['repeat'], message: 'repeat needs either of (samples) or within (a duration)' }]
  if (of !== undefined && of < count)
    return [{ path: ['repeat', 'of'], message: 'of must not be less than count: it is how many samples are looked at' }]
  if (within !== undefined && parseDuration(within) === 0)
    return [{ path: ['repeat', 'within'], message: 'within must be longer than nothing' }]
  return []
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
  test: flag('true where it only tries the path to dispatch: its alerts ask nothing of anybody'),
  raises: flag('false makes it an input of composite rules only: it raises no alerts itself'),
  schedule: Type.Optional(SCHEDULE),
  enabled: flag('false switches it off: it is checked and then left out'),
  notes: Type.Optional(Type.String({ maxLength: 4000, description: 'a text of at most 4000 characters' })),
}

/** The schema of one kind: what every rule has, the kind's own keys, what every rule may have. */
export function ruleSchema<K extends string, P extends TProperties>(kind: K, own: P) {
  return Type.Object({ ...HEAD, kind: Type.Literal(kind), ...own, ...TAIL }, { additionalProperties: false })
}
