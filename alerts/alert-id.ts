import { createHash } from 'node:crypto'
import { type Signal, subjectKey } from '../core/signal.ts'

/** Same rule, subject and raising signal, same id: a replay after a crash makes no second alert. 20 hex digits. */
export function alertId(signal: Signal): string {
  const { rule, subject, order, historical } = signal
  const text = JSON.stringify([rule, subjectKey(subject), order.seq, order.clockMs, ...(historical ? ['past'] : [])])
  return createHash('sha256').update(text).digest('hex').slice(0, 20)
}
