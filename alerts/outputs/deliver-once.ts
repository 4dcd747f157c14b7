import { AppError, toAppError } from '../../core/errors.ts'
import type { Memos, OutgoingEvent, Output } from '../../core/output.ts'
import type { Timers } from '../../core/timers.ts'

interface Limits {
  timeoutMs: number
  /** Calls off what is under way; then it rejects with `stopped`. */
  stopped: AbortSignal
  timers: Timers
}

/** One attempt that ends in time, whatever the output does. Rejects with an AppError, `delivery_failed` after the timeout. */
export async function deliverOnce(
  output: Output,
  events: readonly OutgoingEvent[],
  { timeoutMs, stopped, timers }: Limits,
): Promise<Memos | undefined> {
  const attempt = new AbortController()
  const end = () => attempt.abort(new AppError('stopped', 'stopping'))
  const cancel = timers.after(timeoutMs, () =>
    attempt.abort(new AppError('delivery_failed', `no answer within ${timeoutMs} ms`)),
  )
  if (stopped.aborted) end()
  stopped.addEventListener('abort', end)
  try {
    return await orAborted(attempt.signal, () => output.deliver(events, attempt.signal))
  } catch (thrown) {
    // Libraries tell of an abort in errors of their own.
    throw toAppError(attempt.signal.aborted ? attempt.signal.reason : thrown)
  } finally {
    cancel()
    stopped.removeEventListener('abort', end)
  }
}

function orAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    work().then(resolve, reject)
  })
}
