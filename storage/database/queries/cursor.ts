import { AppError } from '../../../core/errors.ts'

/** A place between two rows, as text that clients hand back unread. */
export function toCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** `integer`: a safe one, such as a time in ms. */
type PartType = 'string' | 'integer' | 'number'

/** The inverse; `types` says what the key must hold. Throws `bad_request` for text that `toCursor` never made. */
export function parseCursor(cursor: string, types: readonly PartType[]): (string | number)[] {
  let key: unknown
  try {
    key = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch (cause) {
    throw new AppError('bad_request', 'not a cursor of this list', { cursor }, { cause })
  }
  const fits = Array.isArray(key) && key.length === types.length && types.every((type, i) => isOf(type, key[i]))
  if (!fits) throw new AppError('bad_request', 'not a cursor of this list', { cursor })
  return key as (string | number)[]
}

function isOf(type: PartType, part: unknown): boolean {
  if (type === 'number') return typeof part === 'number'
  if (type === 'integer') return typeof part === 'number' && Math.abs(part) <= Number.MAX_SAFE_INTEGER
  return typeof part === 'string' && !part.includes('\0')
}
