import Type, { type Static } from 'typebox'
import { ALERT_COMMANDS, type AlertCommandType } from './alert-command.ts'
import { FALSE_ALARM_REASONS, type FalseAlarmReason } from './alert-hands.ts'

/** Shapes of what people ask of an alert, over HTTP as over dispatch. */

const closed = { additionalProperties: false } as const
const Name = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })
const Comment = Type.String({ minLength: 1, maxLength: 2_000, pattern: '\\S' })

const Assignee = Type.Object(
  { department: Type.Optional(Name), grid: Type.Optional(Name), person: Type.Optional(Name) },
  { ...closed, minProperties: 1 },
)
const PARTS = {
  until: Type.Optional(
    Type.Union([Type.Number(), Type.String({ maxLength: 40, format: 'date-time' })], {
      description: 'ISO 8601 with zone, or ms since the epoch',
    }),
  ),
  once: Type.Optional(Type.Boolean({ description: 'true: only until the condition ends' })),
  reason: Type.Enum(Object.keys(FALSE_ALARM_REASONS) as FalseAlarmReason[]),
  to: Type.Union([Assignee, Type.Null()], { description: 'To whom; null takes it from whoever had it' }),
  external: Type.Object(
    { system: Name, number: Name },
    { ...closed, description: 'The case of the other system, for example {"system": "12345", "number": "2026-1187"}' },
  ),
}

/** What each command takes besides the alert that it means. */
export const COMMAND_PARTS = {
  acknowledge: commented({}),
  comment: { ...commented({}), comment: Comment },
  shelve: commented({ until: PARTS.until, once: PARTS.once }),
  unshelve: commented({}),
  false_alarm: commented({ reason: PARTS.reason }),
  assign: commented({ to: PARTS.to }),
  hand_over: commented({ external: PARTS.external }),
  reopen: commented({}),
} satisfies Record<AlertCommandType, Type.TProperties>

function commented<P extends Type.TProperties>(parts: P) {
  return {
    ...parts,
    comment: Type.Optional(Comment),
    expectedVersion: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Version that was seen; refused when more was told of the alert since' }),
    ),
  }
}

/** Everything that some command takes. */
export interface CommandFields {
  comment?: string
  expectedVersion?: number
  until?: number | string
  once?: boolean
  reason?: FalseAlarmReason
  to?: Static<typeof Assignee> | null
  external?: { system: string; number: string }
}

/** One of something for each command. */
export function perCommand<T>(make: (type: AlertCommandType) => T): Record<AlertCommandType, T> {
  return Object.fromEntries(ALERT_COMMANDS.map((type) => [type, make(type)])) as Record<AlertCommandType, T>
}

export function isCommandType(name: unknown): name is AlertCommandType {
  return (ALERT_COMMANDS as readonly unknown[]).includes(name)
}
