/** What a person asks of one alert. */
export interface AlertCommand {
  type: 'acknowledge' | 'comment'
  alertId: string
  /** Up to 2,000 characters. `comment` needs one, `acknowledge` may bring one. */
  comment?: string
  /** Act only if the alert still has this version, else `conflict`. */
  expectedVersion?: number
  /** The same key again from the same person changes nothing. Up to 200 characters. */
  idempotencyKey?: string
}
