import Type, { type Static, type TSchema } from 'typebox'
import type { AlertCommandType } from '../../core/alert-command.ts'
import { AlertEventSchema, AlertSchema } from '../../core/alert-schema.ts'
import { CATEGORIES, type Category } from '../../core/category.ts'
import { COMMAND_PARTS, perCommand } from '../../core/command-schema.ts'
import type { DispatchErrorCode, EventFilter } from '../../core/dispatch-client/messages.ts'
import { ERROR_CODES } from '../../core/errors.ts'
import { ALERT_EVENT_TYPES } from '../../core/ledger-entry.ts'
import { SEVERITIES } from '../../core/severity.ts'

/** Shapes of all messages of dispatch: what clients say is checked by them, and the AsyncAPI document is made of them. */

const Severity = Type.Enum([...SEVERITIES])
const Text = Type.String({ minLength: 1, maxLength: 200 })
const oneOrMore = <T extends TSchema>(item: T, description?: string) =>
  Type.Union([item, Type.Array(item, { minItems: 1, maxItems: 100 })], { ...(description && { description }) })

/** Every given part must match; a list matches when one of its values does. */
export const FilterSchema = Type.Object(
  {
    severity: Type.Optional(oneOrMore(Severity)),
    minSeverity: Type.Optional(Type.Enum([...SEVERITIES], { description: 'This severity and everything worse' })),
    rule: Type.Optional(oneOrMore(Text)),
    category: Type.Optional(oneOrMore(Type.Enum(Object.keys(CATEGORIES) as Category[]))),
    device: Type.Optional(oneOrMore(Text)),
    place: Type.Optional(oneOrMore(Text, "Beginning of the alert's place, for example a street")),
    community: Type.Optional(oneOrMore(Text)),
    grid: Type.Optional(oneOrMore(Text, 'Where it lies, or to whom it is or was assigned')),
    river: Type.Optional(oneOrMore(Text)),
    reach: Type.Optional(oneOrMore(Text, 'Name of the reach, for example 上塘段; of findings also its id on the map')),
    department: Type.Optional(oneOrMore(Text, 'Whose duty it is, or to whom it is or was assigned')),
    type: Type.Optional(oneOrMore(Type.Enum([...ALERT_EVENT_TYPES]), 'Event type, for example alert.raised')),
    quiet: Type.Optional(
      Type.Enum(['include'], { description: 'include: also what is written down without being pushed' }),
    ),
    test: Type.Optional(
      Type.Enum(['include', 'exclude'], {
        description:
          'Alerts that try the path, past all else that the filter says. Absent: include under a name, exclude without one',
      }),
    ),
  },
  { additionalProperties: false },
)

/** That what clients are given as a type is what is accepted. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never
export const FILTER_IS_ITS_TYPE: Same<Static<typeof FilterSchema>, EventFilter> = true

const Id = Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Integer()], {
  description: "The client's name for a command; comes back in the answer",
})
const Cursor = Type.String({
  maxLength: 200,
  description: 'Position in the ledger, as decimal text. Treat it as opaque; larger is later',
})
const Ledger = Type.String({ maxLength: 200, description: 'Id of the ledger; cursors of another one mean nothing' })

/** Unknown fields of a message are ignored, unknown fields of a filter are refused: a mistyped filter must not pass. */
export const SubscribeSchema = Type.Object({
  type: Type.Literal('subscribe'),
  subscriber: Type.Optional(
    Type.String({
      pattern: '^[\\p{L}\\p{N}][\\p{L}\\p{N}._:@-]{0,63}$',
      description:
        "Under which its acknowledgements are remembered: the token's own name, or what begins with it and : . or @; any for admins. Without one nothing is remembered",
    }),
  ),
  after: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'latest, earliest, a cursor, or absent: where the subscriber last acknowledged; a new name starts at the latest',
    }),
  ),
  ledger: Type.Optional(Ledger),
  filter: Type.Optional(FilterSchema),
})
export const AckSchema = Type.Object({ type: Type.Literal('ack'), cursor: Cursor, ledger: Type.Optional(Ledger) })

const commandParts = (name: AlertCommandType) => ({
  alert: Type.String({ minLength: 1, maxLength: 200, description: 'Id of the alert' }),
  ...COMMAND_PARTS[name],
  idempotencyKey: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'The same again changes nothing; of something else: conflict',
    }),
  ),
})
/** `{type: NAME, id?, alert, …}` */
export const SHORT_COMMANDS = perCommand(
  (name): TSchema => Type.Object({ type: Type.Literal(name), id: Type.Optional(Id), ...commandParts(name) }),
)
/** `{type: "command", name: NAME, id, alert, …}` */
export const LONG_COMMANDS = perCommand(
  (name): TSchema =>
    Type.Object({ type: Type.Literal('command'), name: Type.Literal(name), id: Id, ...commandParts(name) }),
)

/** Codes of dispatch besides those of `ERROR_CODES`. */
export const OWN_ERROR_CODES = {
  bad_cursor: 'The cursor is none of this ledger, lies after its end, or was never sent',
  not_subscribed: 'An acknowledgement before a subscription',
} as const

export const SubscribedSchema = Type.Object({
  type: Type.Literal('subscribed'),
  subscriber: Type.Optional(Type.String()),
  after: Cursor,
  latest: Cursor,
  ledger: Ledger,
})
export const EventSchema = Type.Object({ type: Type.Literal('event'), cursor: Cursor, event: AlertEventSchema })
export const ProgressSchema = Type.Object({ type: Type.Literal('progress'), cursor: Cursor })
export const ResultSchema = Type.Object({
  type: Type.Literal('result'),
  id: Type.Optional(Id),
  ok: Type.Literal(true),
  alert: AlertSchema,
})
export const ErrorSchema = Type.Object({
  type: Type.Literal('error'),
  id: Type.Optional(Id),
  code: Type.Enum([...Object.keys(ERROR_CODES), ...Object.keys(OWN_ERROR_CODES)] as DispatchErrorCode[]),
  message: Type.String({ description: 'For the developer of the client' }),
})
