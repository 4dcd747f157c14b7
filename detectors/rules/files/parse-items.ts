import type { TSchema } from 'typebox'
import { checkShape } from './check-shape.ts'
import type { RuleDocument } from './rule-document.ts'

/** The well-formed items of a list at the top of a rule file; everything wrong with the others is reported. */
export function parseItems<T>(
  { content, report }: RuleDocument,
  key: string,
  schema: TSchema,
): { item: T; path: (string | number)[] }[] {
  const list = content?.[key]
  if (list === undefined) return []
  if (!Array.isArray(list)) {
    report([key], 'value', `${key} must be a list`)
    return []
  }
  return list.flatMap((item: unknown, index) => {
    const misfits = checkShape(schema, item)
    for (const { path, at, message } of misfits) report([key, index, ...path], at, message)
    return misfits.length > 0 ? [] : [{ item: item as T, path: [key, index] }]
  })
}
