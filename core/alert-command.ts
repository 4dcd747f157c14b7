/** What a person asks of one alert. */
export interface AlertCommand {
  type: 'acknowledge' | 'comment' | 'shelve' | 'unshelve'
  alertId: string
  /** Up to 2,000 characters. `comment` needs one, the others may bring one; of a shelf it is the reason. */
  comment?: string
  /** `shelve`: until when. At most the configured maximum from now, which is also what holds when it is absent. */
  untilMs?: number
  /** `shelve`: only until the condition ends. */
  once?: boolean
  /** Act only if the alert still has this version, else `conflict`. */
  expectedVersion?: number
  /** The same key again from the same person changes nothing. Up to 200 characters. */
  idempotencyKey?: string
}
