import Type, { type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { AlertCommand } from '../../core/alert-command.ts'
import type { ErrorCode } from '../../core/errors.ts'
import { SEVERITIES } from '../../core/severity.ts'

/** Longest message a client may send, bytes. */
export const MAX_MESSAGE_BYTES = 64 * 1024

const Severity = Type.Enum([...SEVERITIES])
const Text = Type.String({ minLength: 1, maxLength: 200 })
const oneOrMore = <T extends TSchema>(item: T) => Type.Union([item, Type.Array(item, { minItems: 1, maxItems: 100 })])

/** Every given part must match; a list matches when one of its values does. */
const Filter = Type.Object(
  {
    severity: Type.Optional(oneOrMore(Severity)),
    /** This severity and everything worse. */
    minSeverity: Type.Optional(Severity),
    rule: Type.Optional(oneOrMore(Text)),
    category: Type.Optional(oneOrMore(Text)),
    device: Type.Optional(oneOrMore(Text)),
    /** Beginning of the alert's place, for example a street. */
    place: Type.Optional(oneOrMore(Text)),
    /** Event type, for example `alert.raised`. */
    type: Type.Optional(oneOrMore(Text)),
    /** `include`: also what is written down without being pushed. */
    quiet: Type.Optional(Type.Enum(['include'])),
  },
  { additionalProperties: false },
)
export type EventFilter = Static<typeof Filter>

const Id = Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Integer()])
const COMMAND_PARTS = {
  alert: Text,
  comment: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
  expectedVersion: Type.Optional(Type.Integer({ minimum: 0 })),
  idempotencyKey: Type.Optional(Text),
}
/** `until`: ISO 8601 with zone, or ms since the epoch. */
const SHELF_PARTS = {
  until: Type.Optional(Type.Union([Type.Number(), Type.String({ maxLength: 40, format: 'date-time' })])),
  once: Type.Optional(Type.Boolean()),
}

/** Unknown fields of a message are ignored, unknown fields of a filter are refused: a mistyped filter must not pass. */
const SCHEMAS = {
  subscribe: Type.Object({
    /** Letters, digits and `. _ : @ -`, at most 64. Without one nothing is remembered. */
    subscriber: Type.Optional(Type.String({ pattern: '^[\\p{L}\\p{N}][\\p{L}\\p{N}._:@-]{0,63}$' })),
    /** `latest`, `earliest`, a cursor, or absent: where the subscriber last acknowledged. */
    after: Type.Optional(Type.String({ maxLength: 200 })),
    filter: Type.Optional(Filter),
  }),
  ack: Type.Object({ cursor: Type.String({ maxLength: 200 }) }),
  command: Type.Object({
    id: Id,
    name: Type.Enum(['acknowledge', 'comment', 'shelve', 'unshelve']),
    ...COMMAND_PARTS,
    ...SHELF_PARTS,
  }),
  acknowledge: Type.Object({ id: Type.Optional(Id), ...COMMAND_PARTS }),
  comment: Type.Object({
    id: Type.Optional(Id),
    ...COMMAND_PARTS,
    comment: Type.String({ minLength: 1, maxLength: 2000 }),
  }),
  shelve: Type.Object({ id: Type.Optional(Id), ...COMMAND_PARTS, ...SHELF_PARTS }),
  unshelve: Type.Object({ id: Type.Optional(Id), ...COMMAND_PARTS }),
}
const VALIDATORS = {
  subscribe: Compile(SCHEMAS.subscribe),
  ack: Compile(SCHEMAS.ack),
  command: Compile(SCHEMAS.command),
  acknowledge: Compile(SCHEMAS.acknowledge),
  comment: Compile(SCHEMAS.comment),
  shelve: Compile(SCHEMAS.shelve),
  unshelve: Compile(SCHEMAS.unshelve),
}
type MessageType = keyof typeof SCHEMAS

/** The client's name for a command; comes back in the answer. */
export type CommandId = string | number

/** What a client may say, with the short command forms spelt out. */
export type ClientMessage =
  | ({ type: 'subscribe' } & Static<typeof SCHEMAS.subscribe>)
  | { type: 'ack'; cursor: string }
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
  if (typeof type !== 'string' || !Object.hasOwn(SCHEMAS, type))
    return { bad: `type must be one of ${Object.keys(SCHEMAS).join(', ')}`, ...echo }
  const fault = findFault(type as MessageType, value)
  if (fault !== null) return { bad: `${type}: ${fault}`, ...echo }
  return toMessage(type as MessageType, value)
}

function findFault(type: MessageType, value: object): string | null {
  const validator = VALIDATORS[type]
  if (validator.Check(value)) {
    const { name, comment } = value as { name?: unknown; comment?: unknown }
    return type === 'command' && name === 'comment' && comment === undefined ? 'comment is missing' : null
  }
  const faults = validator
    .Errors(value)
    .filter((error) => error.keyword !== 'additionalProperties')
    .map(({ keyword, instancePath, message }) =>
      keyword === 'boolean' ? `${instancePath} is not a known field` : `${instancePath || '/'} ${message}`,
    )
  return [...new Set(faults)].slice(0, 3).join('; ')
}

type CommandFields = Omit<Static<typeof SCHEMAS.shelve>, 'id'> & { id?: CommandId; name?: AlertCommand['type'] }

/** `value` fits the schema of `type`. */
function toMessage(type: MessageType, value: object): ClientMessage {
  if (type === 'subscribe') return { ...(value as Static<typeof SCHEMAS.subscribe>), type }
  if (type === 'ack') return { type, cursor: (value as { cursor: string }).cursor }
  const { id, name, alert, comment, until, once, expectedVersion, idempotencyKey } = value as CommandFields
  return {
    type: 'command',
    ...(id !== undefined && { id }),
    command: {
      type: type === 'command' ? (name as AlertCommand['type']) : type,
      alertId: alert,
      ...(comment !== undefined && { comment }),
      ...(until !== undefined && { untilMs: typeof until === 'number' ? until : Date.parse(until) }),
      ...(once !== undefined && { once }),
      ...(expectedVersion !== undefined && { expectedVersion }),
      ...(idempotencyKey !== undefined && { idempotencyKey }),
    },
  }
}
