import Type, { type Static } from 'typebox'
import { type Attributes, FIELD_NAME } from '../../../core/device.ts'

const WORD = Type.Union([Type.String({ maxLength: 200 }), Type.Number(), Type.Boolean()], {
  description: 'a text, a number, true or false',
})

/** Devices that a rule is about because of what they, or their places, say of themselves. */
export const ONLY_WHERE = Type.Array(
  Type.Object(
    {
      attribute: Type.String({ pattern: FIELD_NAME.source, description: 'the name of an attribute' }),
      is: Type.Union([WORD, Type.Array(WORD, { minItems: 1 })], { description: 'a value, or a list of them' }),
      default: Type.Optional(WORD),
    },
    { additionalProperties: false },
  ),
  { minItems: 1, maxItems: 10, description: 'a list of { attribute, is, default }' },
)
export type OnlyWhere = Static<typeof ONLY_WHERE>

/** True when every attribute has one of the values named; one that nobody says has its default, if there is one. */
export function isMeant(only: OnlyWhere | undefined, attributes: Attributes): boolean {
  return (only ?? []).every(({ attribute, is, default: byDefault }) => {
    const said = Object.hasOwn(attributes, attribute) ? attributes[attribute] : byDefault
    return said !== undefined && [is].flat().some((one) => String(one) === String(said))
  })
}
