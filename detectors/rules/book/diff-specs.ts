import { canonical } from '../files/canonical.ts'
import { isPlainObject } from '../files/check-shape.ts'

/** One place in which two rules differ. Without `before` it was added, without `after` it was taken away. */
export interface SpecDifference {
  /** JSON pointer; empty for the whole. */
  path: string
  before?: unknown
  after?: unknown
}

/** Where two values differ, down to single keys; lists are compared as a whole. Null: there is no rule. */
export function diffSpecs(before: unknown, after: unknown): SpecDifference[] {
  return diffAt('', before ?? undefined, after ?? undefined)
}

/** True when both say the same, whatever the order of their keys. */
export function isSameSpec(a: unknown, b: unknown): boolean {
  return canonical(a ?? null) === canonical(b ?? null)
}

function diffAt(path: string, before: unknown, after: unknown): SpecDifference[] {
  if (isPlainObject(before) && isPlainObject(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      diffAt(`${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`, before[key], after[key]),
    )
  if (isSameSpec(before, after)) return []
  return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }]
}
