import { PLACE, type PlaceSpec, placeObjections } from '../parts/place-attributes.ts'
import { parseItems } from './parse-items.ts'
import type { RuleDocument } from './rule-document.ts'

/** What all files say of places, in their order. Faults are reported. */
export function parsePlaces(documents: RuleDocument[]): PlaceSpec[] {
  const found = documents.flatMap((document) =>
    parseItems<PlaceSpec>(document, 'places', PLACE).map(({ item, path }) => ({ item, path, document })),
  )
  const places = found.map(({ item }) => item)
  for (const { path, message } of placeObjections(places)) {
    const [index, ...rest] = path
    const culprit = found[Number(index)]!
    culprit.document.report([...culprit.path, ...rest], 'value', message)
  }
  return places
}
