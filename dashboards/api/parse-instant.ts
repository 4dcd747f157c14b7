import { AppError } from '../../core/errors.ts'

const EPOCH_MS = /^-?\d{1,15}$/
const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/
/** `+` means a blank in a query string, and is often sent bare before a zone. */
const BLANK_BEFORE_ZONE = /(T\S+) (\d\d:\d\d)$/

/** `2026-11-22T10:45:00+08:00` or ms since the epoch, as ms; a time without a zone is UTC. Throws `bad_request`. */
export function parseInstant(text: string, key: string): number {
  if (EPOCH_MS.test(text)) return Number(text)
  const iso = text.replace(BLANK_BEFORE_ZONE, '$1+$2')
  const isLocal = iso.includes('T') && !/(Z|[+-]\d\d:\d\d)$/.test(iso)
  const ms = ISO.test(iso) ? Date.parse(isLocal ? `${iso}Z` : iso) : Number.NaN
  if (Number.isNaN(ms)) throw new AppError('bad_request', `${key} is neither ISO 8601 nor ms since the epoch`, { key })
  return ms
}

/** The same for a key that may be absent. */
export function parseOptionalInstant(text: string | undefined, key: string): number | undefined {
  return text === undefined ? undefined : parseInstant(text, key)
}
