import type { AppError } from '../../../core/errors.ts'
import type { Journal } from '../../../core/journal.ts'
import type { Log } from '../../../core/log.ts'

/** Appends one entry and waits for its fate: its position when it is durable, throws the AppError when it was given up. */
export function appended(journal: Journal, entry: string | Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    const seq = journal.append(Buffer.from(entry), (error) => (error ? reject(error) : resolve(seq)))
  })
}

/** Appends one entry; resolves to `stored` or the code of the error. */
export function fate(journal: Journal, entry: string | Uint8Array): Promise<string> {
  return appended(journal, entry).then(
    () => 'stored',
    (error: AppError) => error.code,
  )
}

/** Everything that is durable, as text. */
export async function contents(journal: Journal): Promise<string[]> {
  const entries = await journal.read(0, Number.MAX_SAFE_INTEGER)
  return entries.map((entry) => entry.bytes.toString())
}

/** A log whose messages can be waited for. */
export function createWatchedLog(): Log & { said: (message: string) => Promise<object> } {
  const heard = new Map<string, object>()
  const waiting = new Map<string, (facts: object) => void>()
  const note = (facts: object, message: string) => {
    heard.set(message, facts)
    waiting.get(message)?.(facts)
  }
  return {
    error: note,
    warn: note,
    info: note,
    debug: note,
    said(message) {
      const facts = heard.get(message)
      if (facts) return Promise.resolve(facts)
      return new Promise((resolve) => waiting.set(message, resolve))
    },
  }
}
