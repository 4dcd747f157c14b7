/** An event that an output was given up on for. */
export interface DeadLetter {
  /** Id of the event, as receivers would have known it. */
  id: string
  /** Its position in the ledger. */
  seq: number
  alertId: string
  /** Type of the event. */
  type: string
  /** When it was given up. */
  atMs: number
  attempts: number
  /** Error code and message of the last attempt. */
  code: string
  reason: string
  /** Somebody asked to try it again, and that has not happened yet. */
  isReplaying?: true
}

/** How a way out of huying is doing. */
export interface OutputState {
  name: string
  kind: string
  /** Last position of the ledger that it is done with. */
  cursor: number
  /** Entries of the ledger after that. */
  lag: number
  delivered: number
  retried: number
  /** Since the start; `deadLetters` is what is on the list now. */
  givenUp: number
  deadLetters: number
  /** Dead letters that left the full list; the ledger has them. */
  deadLettersDropped: number
  lastDeliveredMs?: number
  /** Since when no delivery has worked, and why the last one did not. */
  failing?: { sinceMs: number; code: string; reason: string }
}

/** What people may see and do of the ways out. All but `list` throw `not_found` for a name that is not configured. */
export interface OutputDesk {
  list(): OutputState[]
  /** Newest first. */
  deadLetters(name: string): DeadLetter[]
  /**
   * Tries dead letters once more, each once: those with these event ids, or all. Resolves with how many, once the order to do so is in the
   * ledger. Throws `not_found` for an id that is neither on the list nor an event in the ledger.
   */
  replay(name: string, ids: readonly string[] | null, by: string): Promise<number>
  /** Delivers a made-up test alert that is in no ledger. Rejects with what the output said. */
  test(name: string): Promise<void>
}

/** An event arrived at the other side of an output. */
export interface Delivered {
  output: string
  /** Position and id of the event. */
  seq: number
  eventId: string
  alertId: string
  isTest: boolean
  atMs: number
}
