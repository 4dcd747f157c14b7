import { AppError } from '../../../core/errors.ts'

interface Post {
  url: string
  headers: Record<string, string>
  body: string
  signal: AbortSignal
  nowMs: number
}

/** What is read of an answer, so that the connection can be used again; a longer one costs its connection. */
const ANSWER_BYTES = 64 * 1024
/** Says "later" where it is no 5xx: request timeout, too early, too many requests. */
const LATER = new Set([408, 425, 429])

/**
 * Posts once; resolves when the other side answers 2xx, whatever the answer says. Redirects are not followed. Rejects with
 * `delivery_failed` (nobody there, broken off, 408, 425, 429, 5xx; `details.retryAfterMs` as asked) or `delivery_refused` (any other answer).
 */
export async function httpPost({ url, headers, body, signal, nowMs }: Post): Promise<void> {
  const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' }).catch(
    (cause: unknown) => {
      throw new AppError('delivery_failed', `no answer from ${hostOf(url)}: ${reasonOf(cause)}`, {}, { cause })
    },
  )
  await readSome(response)
  const { status } = response
  if (status >= 200 && status < 300) return
  const message = `${hostOf(url)} answered ${status}`
  if (status < 500 && !LATER.has(status)) throw new AppError('delivery_refused', message, { status })
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'), nowMs)
  throw new AppError('delivery_failed', message, { status, ...(retryAfterMs !== null && { retryAfterMs }) })
}

/** The status is what counts: an answer that breaks off or does not end is not waited for. */
async function readSome({ body }: Response): Promise<void> {
  if (!body) return
  const reader = body.getReader()
  let bytes = 0
  try {
    while (bytes < ANSWER_BYTES) {
      const { done, value } = await reader.read()
      if (done) return
      bytes += value.byteLength
    }
    await reader.cancel()
  } catch {
    await reader.cancel().catch(() => {})
  }
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3), as ms from now; null when it is neither. */
export function parseRetryAfter(header: string | null, nowMs: number): number | null {
  if (header === null) return null
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000
  const atMs = /\d{4}/.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs)
}

/** Without path and credentials: those may be secret. */
export function hostOf(url: string): string {
  return new URL(url).host
}

function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0])
  const { code, message } = cause as { code?: unknown; message?: unknown }
  return typeof code === 'string' ? code : String(message ?? 'connection failed')
}
