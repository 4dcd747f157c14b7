import type { Clock } from '../core/clock.ts'
import { AppError, toAppError } from '../core/errors.ts'
import type { RuleChange, RulesEvent } from '../core/rule-change.ts'
import { createRuleBook, type RuleBook } from '../detectors/rules/book/rule-book.ts'
import type { LedgerWriter } from './ledger.ts'

/** Makes changes of rules durable, one after the other. */
export interface RuleCommits {
  /** Runs alone: what it decides is still so when it is committed. */
  exclusively<T>(work: () => Promise<T>): Promise<T>
  /**
   * Writes the changes as one entry and, in the moment in which it is durable, takes them into the book and calls
   * `then`. Throws `too_large`.
   */
  commit(changes: RuleChange[], by: string, then: () => void): Promise<void>
  /** The book with what is on its way: a snapshot names a ledger position behind it. */
  snapshot(): unknown
}

/** Half of what the journal takes as one entry. */
const MAX_EVENT_BYTES = 8 * 1024 * 1024

export function createRuleCommits(ports: {
  book: RuleBook
  ledger: Pick<LedgerWriter, 'write'>
  clock: Clock
}): RuleCommits {
  const { book, ledger, clock } = ports
  let last: Promise<unknown> = Promise.resolve()
  let onItsWay: RulesEvent | null = null

  function finish(event: RulesEvent, then: () => void): void {
    onItsWay = null
    book.applyEntry(event)
    then()
  }

  return {
    exclusively(work) {
      const mine = last.then(work, work)
      last = mine.catch(() => {})
      return mine
    },
    commit(changes, by, then) {
      const event: RulesEvent = { type: 'rules.changed', atMs: clock.nowMs(), by, changes }
      const bytes = Buffer.byteLength(JSON.stringify(event))
      if (bytes > MAX_EVENT_BYTES)
        return Promise.reject(new AppError('too_large', 'too much for one change of rules', { bytes }))
      onItsWay = event
      return new Promise((resolve, reject) => {
        ledger.write(event, () => {
          try {
            finish(event, then)
            resolve()
          } catch (thrown) {
            reject(toAppError(thrown))
          }
        })
      })
    },
    snapshot() {
      if (onItsWay === null) return book.snapshot()
      const ahead = createRuleBook(book.snapshot())
      ahead.applyEntry(onItsWay)
      return ahead.snapshot()
    },
  }
}
