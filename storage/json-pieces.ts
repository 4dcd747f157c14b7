const ELEMENTS = 100
/** Deeper than this nothing is taken apart: a state is an object of parts that have lists. */
const DEPTH = 3

/**
 * What `JSON.stringify` gives of JSON-safe data, in pieces that together are the same text: entries of objects down to the
 * third level, and `ELEMENTS` of a list at a time.
 */
export function* jsonPieces(value: unknown, depth = DEPTH): Generator<string> {
  if (depth === 0 || typeof value !== 'object' || value === null) yield JSON.stringify(value)
  else if (Array.isArray(value)) yield* listPieces(value)
  else yield* objectPieces(value, depth)
}

function* listPieces(list: unknown[]): Generator<string> {
  for (let from = 0; from < list.length; from += ELEMENTS)
    yield `${from === 0 ? '[' : ','}${JSON.stringify(list.slice(from, from + ELEMENTS)).slice(1, -1)}`
  yield list.length === 0 ? '[]' : ']'
}

function* objectPieces(object: object, depth: number): Generator<string> {
  let before = '{'
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue
    yield `${before}${JSON.stringify(key)}:`
    yield* jsonPieces(value, depth - 1)
    before = ','
  }
  yield before === '{' ? '{}' : '}'
}
