import Type, { type Static } from 'typebox'
import { type Attributes, FIELD_NAME } from '../../../core/device.ts'
import { toGlob } from '../../../core/glob.ts'
import type { Objection } from '../objection.ts'

const WORD = Type.Union([Type.String({ maxLength: 200 }), Type.Number(), Type.Boolean()], {
  description: 'a text, a number, true or false',
})
const WORDS = Type.Union([WORD, Type.Array(WORD, { minItems: 1 })], {
  description: 'a value, or a list of them; in texts * and ? are wildcards',
})

/** Devices that a rule is about because of what they, or their houses and places, say of themselves. */
export const ONLY_WHERE = Type.Array(
  Type.Object(
    {
      attribute: Type.String({ pattern: FIELD_NAME.source, description: 'the name of an attribute' }),
      is: Type.Optional(WORDS),
      isNot: Type.Optional(WORDS),
      default: Type.Optional(WORD),
    },
    { additionalProperties: false },
  ),
  { minItems: 1, maxItems: 10, description: 'a list of { attribute, is or isNot, default }' },
)
export type OnlyWhere = Static<typeof ONLY_WHERE>
type Words = OnlyWhere[number]['is']

/**
 * True when every attribute has one of the values of `is` and none of `isNot`; one that nobody says has its default, and where there is
 * none it fits no `is` and every `isNot`.
 */
export function isMeant(only: OnlyWhere | undefined, attributes: Attributes): boolean {
  return (only ?? []).every(({ attribute, is, isNot, default: byDefault }) => {
    const said = Object.hasOwn(attributes, attribute) ? attributes[attribute] : byDefault
    if (said === undefined) return is === undefined
    return (is === undefined || isOneOf(is, said)) && (isNot === undefined || !isOneOf(isNot, said))
  })
}

/** An entry that asks for nothing. */
export function onlyObjections(only: OnlyWhere | undefined): Objection[] {
  return (only ?? []).flatMap(({ is, isNot }, index) =>
    is === undefined && isNot === undefined
      ? [{ path: ['only', String(index)], message: 'only needs is or isNot: which values of the attribute are meant' }]
      : [],
  )
}

function isOneOf(words: NonNullable<Words>, said: string | number | boolean): boolean {
  return toGlob([words].flat().map(String))(String(said))
}
