import type { Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { ALERT_COMMANDS, type AlertCommand, type AlertCommandType } from '../../core/alert-command.ts'
import { COMMAND_PARTS, type CommandFields, isCommandType, perCommand } from '../../core/command-schema.ts'
import { AckSchema, LONG_COMMANDS, SHORT_COMMANDS, SubscribeSchema } from './message-schemas.ts'

export type { DispatchErrorCode, EventFilter } from '../../core/dispatch-client/messages.ts'

/** Longest message a client may send, bytes. */
export const MAX_MESSAGE_BYTES = 64 * 1024

const VALIDATORS = {
  subscribe: Compile(SubscribeSchema),
  ack: Compile(AckSchema),
  short: perCommand((name): Validator => Compile(SHORT_COMMANDS[name])),
  long: perCommand((name): Validator => Compile(LONG_COMMANDS[name])),
}
type Validator = ReturnType<typeof Compile>

/** The client's name for a command; comes back in the answer. */
export type CommandId = string | number

/** What a client may say, with the short command forms spelt out. */
export type ClientMessage =
  | Static<typeof SubscribeSchema>
  | Static<typeof AckSchema>
  | { type: 'command'; id?: CommandId; command: AlertCommand }

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
  if (type === 'subscribe')
    return checked(type, VALIDATORS.subscribe, value) ?? (value as Static<typeof SubscribeSchema>)
  if (type === 'ack') return checked(type, VALIDATORS.ack, value) ?? (value as Static<typeof AckSchema>)
  if (type === 'command') {
    const { name } = value as { name?: unknown }
    if (!isCommandType(name)) return { bad: `command: name must be one of ${ALERT_COMMANDS.join(', ')}`, ...echo }
    return withId(checked(`command ${name}`, VALIDATORS.long[name], value), echo) ?? toCommand(name, value)
  }
  if (!isCommandType(type))
    return { bad: `type must be one of ${['subscribe', 'ack', 'command', ...ALERT_COMMANDS].join(', ')}`, ...echo }
  return withId(checked(type, VALIDATORS.short[type], value), echo) ?? toCommand(type, value)
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
