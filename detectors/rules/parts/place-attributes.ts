import Type, { type Static } from 'typebox'
import { type Attributes, type Device, FIELD_NAME } from '../../../core/device.ts'
import { toGlob } from '../../../core/glob.ts'
import type { Objection } from '../objection.ts'
import { GLOBS } from './where.ts'

const ATTRIBUTE = Type.Union([Type.String({ maxLength: 200 }), Type.Number(), Type.Boolean()], {
  description: 'a text of at most 200 characters, a number, true or false',
})
const MAX_ATTRIBUTES = 50

/** What is known of places, as it is written. */
export const PLACE = Type.Object(
  {
    place: GLOBS,
    attributes: Type.Optional(
      Type.Record(Type.String({ pattern: FIELD_NAME.source }), ATTRIBUTE, {
        additionalProperties: false,
        maxProperties: MAX_ATTRIBUTES,
        description: `at most ${MAX_ATTRIBUTES} names with a text, a number, true or false each`,
      }),
    ),
    parent: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'the place that it is part of' })),
  },
  { additionalProperties: false },
)
export type PlaceSpec = Static<typeof PLACE>

/** What rules may ask about a device because of where it is. */
export interface PlaceAttributes {
  /** Own attributes of the device first, then those of its place, then those of what the place is part of. */
  attributesOf(device: Pick<Device, 'place' | 'attributes'>): Attributes
  /** The places that a place is part of, nearest first. */
  placesAbove(place: string): string[]
}

const NONE: Attributes = {}
/** House, street, community, sub-district, district and city are six. */
const MAX_PLACES_ABOVE = 10
const MAX_CACHED_PLACES = 20_000

/** Of several entries that fit a place and name the same attribute, the later one counts. */
export function createPlaceAttributes(specs: PlaceSpec[]): PlaceAttributes {
  const entries = specs.map((spec) => ({ ...spec, fits: toGlob(spec.place) }))
  const cache = new Map<string, Attributes>()

  /** An entry such as `东园*` is not above `东园` though it fits: nothing is part of itself. */
  const parentOf = (place: string) =>
    entries.findLast(({ parent, fits }) => parent !== undefined && parent !== place && fits(place))?.parent

  function placesAbove(place: string): string[] {
    const above: string[] = []
    let next = parentOf(place)
    while (next !== undefined && next !== place && !above.includes(next) && above.length < MAX_PLACES_ABOVE) {
      above.push(next)
      next = parentOf(next)
    }
    return above
  }

  function attributesAt(place: string): Attributes {
    const known = cache.get(place)
    if (known !== undefined) return known
    const farthestFirst = [...placesAbove(place).reverse(), place]
    const found = farthestFirst.flatMap((one) => entries.filter(({ fits }) => fits(one)))
    const attributes = Object.assign({}, ...found.map((entry) => entry.attributes ?? NONE)) as Attributes
    if (cache.size >= MAX_CACHED_PLACES) cache.clear()
    cache.set(place, attributes)
    return attributes
  }

  return {
    placesAbove,
    attributesOf({ place, attributes = NONE }) {
      if (place === undefined) return attributes
      const local = attributesAt(place)
      return attributes === NONE ? local : { ...local, ...attributes }
    },
  }
}

/** Entries that say nothing, and places that would be part of themselves. Paths begin at the list. */
export function placeObjections(specs: PlaceSpec[]): Objection[] {
  const { placesAbove } = createPlaceAttributes(specs)
  return specs.flatMap(({ attributes, parent }, index) => {
    if (attributes === undefined && parent === undefined)
      return [{ path: [String(index)], message: 'a place needs attributes or a parent' }]
    if (parent === undefined) return []
    const above = placesAbove(parent)
    const last = above.at(-1) ?? parent
    const isRound = placesAbove(last).some((place) => place === parent || above.includes(place))
    if (!isRound) return []
    return [{ path: [String(index), 'parent'], message: `${parent} would be part of itself` }]
  })
}
