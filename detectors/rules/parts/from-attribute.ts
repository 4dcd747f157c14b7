import Type, { type Static, type TSchema } from 'typebox'
import { type Attributes, FIELD_NAME } from '../../../core/device.ts'

/** A value that each device, or its place, says of itself: `{ attribute: limit_mm_s, default: 5 }`. */
export function fromAttribute<T extends TSchema>(value: T) {
  return Type.Object(
    {
      attribute: Type.String({ pattern: FIELD_NAME.source, description: 'the name of an attribute' }),
      default: Type.Optional(value),
    },
    { additionalProperties: false },
  )
}
export type FromAttribute<T extends TSchema> = Static<ReturnType<typeof fromAttribute<T>>>

/** The attribute as a number (a text that is one counts), else the default, else undefined. */
export function numberOf(attributes: Attributes, from: { attribute: string; default?: number }): number | undefined {
  const found = Object.hasOwn(attributes, from.attribute) ? attributes[from.attribute] : undefined
  if (typeof found === 'number') return found
  const number = typeof found === 'string' && found.trim() !== '' ? Number(found) : Number.NaN
  return Number.isFinite(number) ? number : from.default
}
