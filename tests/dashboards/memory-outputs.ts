import { AppError } from '../../core/errors.ts'
import type { DeadLetter, OutputDesk, OutputState } from '../../core/output-desk.ts'

/** Ways out in memory: `siren` is well, `platform` does not answer and has two dead letters. */
export function createMemoryOutputs(nowMs: () => number): OutputDesk {
  const counts = { cursor: 10, lag: 2, delivered: 5, retried: 1, givenUp: 2, deadLettersDropped: 0 }
  const letters: DeadLetter[] = [9, 8].map((seq) => ({
    ...{ id: `memory-${seq}`, seq, alertId: `alert-${seq}`, type: 'alert.raised', atMs: nowMs(), attempts: 3 },
    ...{ code: 'delivery_refused', reason: 'platform.example answered 410' },
  }))
  const states = (): OutputState[] => [
    { name: 'siren', kind: 'mqtt', ...counts, deadLetters: 0, lastDeliveredMs: nowMs() },
    {
      ...{ name: 'platform', kind: 'webhook', ...counts, deadLetters: letters.length },
      failing: { sinceMs: nowMs(), code: 'delivery_failed', reason: 'no answer from platform.example: ECONNREFUSED' },
    },
  ]
  const known = (name: string) => {
    if (!states().some((state) => state.name === name)) throw new AppError('not_found', 'no such output', { name })
    return name === 'platform' ? letters : []
  }
  return {
    list: states,
    deadLetters: known,
    async replay(name, ids) {
      const wanted = known(name).filter(({ id }) => ids === null || ids.includes(id))
      if (ids && wanted.length < ids.length) throw new AppError('not_found', 'no such event', { ids })
      for (const letter of wanted) letter.isReplaying = true
      return wanted.length
    },
    async test(name) {
      if (known(name).length > 0) throw new AppError('delivery_failed', 'no answer from platform.example: ECONNREFUSED')
    },
  }
}
