import { type Static, Type } from 'typebox'

const Text = (description: string) => Type.Optional(Type.String({ maxLength: 500, description }))
const Name = (description: string) => Type.Optional(Type.String({ maxLength: 200, description }))
/** `2026-12-01`, or a time with its zone. */
export const DAY_OR_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/
const Day = (description: string) => Type.Optional(Type.String({ pattern: DAY_OR_TIME.source, description }))

/** What every entry of a register may say in its `body`, whatever its type. */
export const COMMON_FACTS = {
  building: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
      description: 'Id of the building, where the source knows it',
    }),
  ),
  filing: Name('Number under which it was filed, 备案号'),
  validFrom: Day('First day, 2026-12-01, or a time with its zone'),
  validTo: Day('Last day, or the time at which it ends'),
  corrects: Type.Optional(
    Type.String({ maxLength: 128, description: 'Id of a record of this source that this one puts right' }),
  ),
  withdraws: Type.Optional(
    Type.String({ maxLength: 128, description: 'Id of a record of this source that this one takes back' }),
  ),
  remarks: Text('In words'),
}

const LEASE = { tenant: Name('Who rents'), landlord: Name('Who lets'), use: Name('What for') }
const WORKS = {
  kind: Name('What is done: repair, conversion, demolition …'),
  description: Text('In words'),
  contractor: Name('Who does it'),
  decidedBy: Name('Authority that decided'),
}

/** Types of register entries and what their bodies say besides. The list is open: a type that is not here may say anything. */
export const REGISTER_TYPES = {
  'lease.signed': LEASE,
  'lease.changed': LEASE,
  'lease.ended': LEASE,
  'scope.changed': {
    business: Name('Whose'),
    before: Text('Business scope before'),
    after: Text('Business scope now'),
  },
  'owner.changed': { before: Name('Owner before'), after: Name('Owner now') },
  'account.changed': {
    utility: Type.Optional(Type.Enum(['electricity', 'water', 'gas'])),
    before: Name('Holder before'),
    after: Name('Holder now'),
  },
  'works.filed': WORKS,
  'works.approved': WORKS,
  'works.refused': WORKS,
  'works.finished': WORKS,
  'record.withdrawn': {},
} as const

/** Body of a type of the list; more may stand in it and is kept. */
export const REGISTER_BODIES: Record<string, ReturnType<typeof bodyOf>> = Object.fromEntries(
  Object.entries(REGISTER_TYPES).map(([type, own]) => [type, bodyOf(own)]),
)

const AnyBody = Type.Object({
  ...COMMON_FACTS,
  ...WORKS,
  ...LEASE,
  utility: Name('Which'),
  business: Name('Whose'),
  before: Text(''),
  after: Text(''),
})

/** What a register's entry says, texts as they came. */
export type RecordFacts = Static<typeof AnyBody>

const FACTS = Object.keys(AnyBody.properties) as (keyof RecordFacts)[]

function bodyOf(own: Parameters<typeof Type.Object>[0]) {
  return Type.Object({ ...COMMON_FACTS, ...own })
}

/** The facts of a body of any type; of a type that is not in the list only those that every entry may say. */
export function toFacts(type: string, body: Record<string, unknown>): RecordFacts {
  const names = type in REGISTER_TYPES ? FACTS : (Object.keys(COMMON_FACTS) as (keyof RecordFacts)[])
  const said = names.filter((name) => isFact(body[name])).map((name) => [name, body[name]])
  return Object.fromEntries(said) as RecordFacts
}

function isFact(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 500
}
