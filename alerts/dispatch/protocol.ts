import Type, { type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { ALERT_COMMANDS, type AlertCommand, type AlertCommandType } from '../../core/alert-command.ts'
import { CATEGORIES, type Category } from '../../core/category.ts'
import { COMMAND_PARTS, type CommandFields, isCommandType, perCommand } from '../../core/command-schema.ts'
import type { ErrorCode } from '../../core/errors.ts'
import { ALERT_EVENT_TYPES } from '../../core/ledger-entry.ts'
import { SEVERITIES } from '../../core/severity.ts'

/** Longest message a client may send, bytes. */
export const MAX_MESSAGE_BYTES = 64 * 1024

const Severity = Type.Enum([...SEVERITIES])
const Text = Type.String({ minLength: 1, maxLength: 200 })
const oneOrMore = <T extends TSchema>(item: T, description?: string) =>
  Type.Union([item, Type.Array(item, { minItems: 1, maxItems: 100 })], { ...(description && { description }) })

/** Every given part must match; a list matches when one of its values does. */
const Filter = Type.Object(
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
export type EventFilter = Static<typeof Filter>

const Id = Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Integer()])

/** Unknown fields of a message are ignored, unknown fields of a filter are refused: a mistyped filter must not pass. */
const SCHEMAS = {
  subscribe: Type.Object({
    /** Letters, digits and `. _ : @ -`, at most 64. Without one nothing is remembered. */
    subscriber: Type.Optional(Type.String({ pattern: '^[\\p{L}\\p{N}][\\p{L}\\p{N}._:@-]{0,63}$' })),
    /** `latest`, `earliest`, a cursor, or absent: where the subscriber last acknowledged. */
    after: Type.Optional(Type.String({ maxLength: 200 })),
    ledger: Type.Optional(
      Type.String({ maxLength: 200, description: 'Ledger that the cursor is of; one of another is refused' }),
    ),
    filter: Type.Optional(Filter),
  }),
  ack: Type.Object({
    cursor: Type.String({ maxLength: 200 }),
    ledger: Type.Optional(Type.String({ maxLength: 200 })),
  }),
}

/** `{type: NAME, id?, alert, …}`; the long form `{type: "command", name: NAME, id, alert, …}` takes the same. */
const COMMAND_SCHEMAS = perCommand(
  (name): TSchema =>
    Type.Object({ id: Type.Optional(Id), alert: Text, ...COMMAND_PARTS[name], idempotencyKey: Type.Optional(Text) }),
)

const VALIDATORS = {
  subscribe: Compile(SCHEMAS.subscribe),
  ack: Compile(SCHEMAS.ack),
}
const COMMAND_VALIDATORS = perCommand((name): Validator => Compile(COMMAND_SCHEMAS[name]))
type Validator = ReturnType<typeof Compile>

/** The client's name for a command; comes back in the answer. */
export type CommandId = string | number

/** What a client may say, with the short command forms spelt out. */
export type ClientMessage =
  | ({ type: 'subscribe' } & Static<typeof SCHEMAS.subscribe>)
  | ({ type: 'ack' } & Static<typeof SCHEMAS.ack>)
  | { type: 'command'; id?: CommandId; command: AlertCommand }

/** Error codes of the protocol: those of huying and three of its own. */
export type DispatchErrorCode = ErrorCode | 'bad_cursor' | 'not_subscribed'

/** A message that cannot be understood; `id` is echoed when it could be read. */
export interface BadMessage {
  bad: string
  id?: CommandId
}

/** Text of one WebSocket message → message, or what is wrong with it, for the client's developer. Never throws. */
export function parseClientMessage(text: string): ClientMessage | BadMessage {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { bad: 'not JSON' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { bad: 'not a JSON object' }
  const { type, id } = value as { type?: unknown; id?: unknown }
  const echo = typeof id === 'string' || typeof id === 'number' ? { id } : {}
  if (type === 'subscribe') return checked(type, VALIDATORS.subscribe, value) ?? toSubscribe(value)
  if (type === 'ack') return checked(type, VALIDATORS.ack, value) ?? toAck(value)
  if (type === 'command') {
    const { name } = value as { name?: unknown }
    if (!isCommandType(name)) return { bad: `command: name must be one of ${ALERT_COMMANDS.join(', ')}`, ...echo }
    if (id === undefined) return { bad: 'command: id is missing' }
    return withId(checked(`command ${name}`, COMMAND_VALIDATORS[name], value), echo) ?? toCommand(name, value)
  }
  if (!isCommandType(type))
    return { bad: `type must be one of ${['subscribe', 'ack', 'command', ...ALERT_COMMANDS].join(', ')}`, ...echo }
  return withId(checked(type, COMMAND_VALIDATORS[type], value), echo) ?? toCommand(type, value)
}

function withId(bad: BadMessage | null, echo: { id?: CommandId }): BadMessage | null {
  return bad && { ...bad, ...echo }
}

function checked(what: string, validator: Validator, value: object): BadMessage | null {
  if (validator.Check(value)) return null
  const faults = validator
    .Errors(value)
    .filter((error) => error.keyword !== 'additionalProperties')
    .map(toFault)
  return { bad: `${what}: ${[...new Set(faults)].slice(0, 3).join('; ')}` }
}

function toFault({ keyword, instancePath, message, params }: ReturnType<Validator['Errors']>[number]): string {
  if (keyword === 'boolean') return `${instancePath} is not a known field`
  if (keyword !== 'required') return `${instancePath || '/'} ${message}`
  const { requiredProperties } = params as { requiredProperties: string[] }
  return `${instancePath && `${instancePath}: `}${requiredProperties.join(', ')} is missing`
}

function toSubscribe(value: object): ClientMessage {
  return { ...(value as Static<typeof SCHEMAS.subscribe>), type: 'subscribe' }
}

function toAck(value: object): ClientMessage {
  return { ...(value as Static<typeof SCHEMAS.ack>), type: 'ack' }
}

/** `value` fits the schema of the command. */
function toCommand(type: AlertCommandType, value: object): ClientMessage {
  const fields = value as CommandFields & { id?: CommandId; alert: string; idempotencyKey?: string }
  const { id, alert, until, idempotencyKey } = fields
  const parts = Object.fromEntries(
    Object.keys(COMMAND_PARTS[type])
      .filter((part) => part !== 'until' && part in fields)
      .map((part) => [part, fields[part as keyof CommandFields]]),
  )
  return {
    type: 'command',
    ...(id !== undefined && { id }),
    command: {
      type,
      alertId: alert,
      ...(parts as Omit<CommandFields, 'until'>),
      ...(type === 'shelve' &&
        until !== undefined && { untilMs: typeof until === 'number' ? until : Date.parse(until) }),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    },
  }
}
