import type { SubscribedMessage } from './messages.ts'

/** Where a client stands in the ledger: cursors of one ledger mean nothing in another. */
export interface Position {
  /** What to ask for: after what was acknowledged, else where the first subscription began. */
  start(): { after?: string; ledger?: string }
  /** `other ledger`: nothing that was known holds, and `start` asks for the new one's first event. */
  subscribed(start: SubscribedMessage): 'other ledger' | 'same'
  received(cursor: string): void
  /** False when that is nothing new, or was not received. */
  acknowledge(cursor: string): boolean
  acknowledged(): string | undefined
  ledger(): string | undefined
  /** The service does not know our cursor: its memory of us is the best there is, and where that fails too, the earliest. */
  forget(): void
}

export function createPosition(begin: { after?: string; ledger?: string }): Position {
  let { after, ledger } = begin
  let acknowledged: string | undefined
  let received = -1

  return {
    start() {
      const from = acknowledged ?? after
      if (from === undefined) return {}
      return { after: from, ...(ledger !== undefined && { ledger }) }
    },
    subscribed({ after: begun, ledger: now }) {
      const isOther = ledger !== undefined && ledger !== now
      ledger = now
      if (isOther) {
        acknowledged = undefined
        after = 'earliest'
        received = -1
        return 'other ledger'
      }
      after = begun
      received = Math.max(received, Number(begun))
      return 'same'
    },
    received(cursor) {
      received = Math.max(received, Number(cursor))
    },
    acknowledge(cursor) {
      const seq = Number(cursor)
      if (!(seq <= received) || (acknowledged !== undefined && seq <= Number(acknowledged))) return false
      acknowledged = cursor
      return true
    },
    acknowledged: () => acknowledged,
    ledger: () => ledger,
    forget() {
      after = acknowledged === undefined && after === undefined ? 'earliest' : undefined
      acknowledged = undefined
    },
  }
}
