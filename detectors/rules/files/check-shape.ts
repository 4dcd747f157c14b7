import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'

/** One way in which a value does not fit its schema. `at` says whether the culprit is a key or a value. */
export interface Misfit {
  path: string[]
  at: 'key' | 'value'
  message: string
}

interface ObjectSchema {
  properties: Record<string, TSchema>
  required?: string[]
}

/**
 * Everything that does not fit, in plain words made of the leaves' `description`. Goes down into objects and maps by
 * itself, so that each leaf has at most one complaint and none is left out.
 */
export function checkShape(schema: TSchema, value: unknown, path: string[] = []): Misfit[] {
  const named = nameOf(path)
  if (isObjectList(schema) && Array.isArray(value)) {
    const within = value.flatMap((item, index) => checkShape(schema.items, item, [...path, String(index)]))
    if (within.length > 0) return within
  }
  if (isObjectSchema(schema)) {
    if (!isPlainObject(value)) return [{ path, at: 'value', message: `${named} must be a map of keys and values` }]
    return checkObject(schema, value, path)
  }
  if (isRecordSchema(schema) && isPlainObject(value)) {
    const [part] = Object.values(schema.patternProperties)
    const within = Object.entries(value).flatMap(([key, item]) => checkShape(part!, item, [...path, key]))
    if (within.length > 0) return within
  }
  if (Value.Check(schema, value)) return []
  return [{ path, at: 'value', message: `${named} must be ${expectation(schema)}, not ${show(value)}` }]
}

function checkObject(schema: ObjectSchema, value: Record<string, unknown>, path: string[]): Misfit[] {
  const known = Object.keys(schema.properties)
  const misfits: Misfit[] = []
  for (const key of Object.keys(value))
    if (!known.includes(key))
      misfits.push({ path: [...path, key], at: 'key', message: `unknown key ${key}; known are ${known.join(', ')}` })
  for (const key of schema.required ?? [])
    if (!Object.hasOwn(value, key)) misfits.push({ path, at: 'value', message: `${key} is missing` })
  for (const key of known)
    if (Object.hasOwn(value, key)) misfits.push(...checkShape(schema.properties[key]!, value[key], [...path, key]))
  return misfits
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isObjectSchema(schema: object): schema is ObjectSchema {
  return 'properties' in schema
}

function isObjectList(schema: TSchema): schema is TSchema & { items: TSchema } {
  return 'items' in schema && typeof schema.items === 'object' && schema.items !== null && isObjectSchema(schema.items)
}

function isRecordSchema(schema: object): schema is { patternProperties: Record<string, TSchema> } {
  return 'patternProperties' in schema
}

/** The last key of a path; of an entry of a list, which one. */
function nameOf(path: string[]): string {
  const last = path.at(-1) ?? 'this'
  return /^\d+$/.test(last) && path.length > 1 ? `entry ${Number(last) + 1} of ${path.at(-2)}` : last
}

function expectation(schema: { description?: string; const?: unknown }): string {
  return schema.description ?? (schema.const === undefined ? 'something else' : String(schema.const))
}

/** The value as the user would recognise it, shortened. */
function show(value: unknown): string {
  if (typeof value === 'number') return String(value)
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
