/** What a kind finds impossible about a rule whose parts are each well formed. */
export interface Objection {
  /** Keys from the rule down to the culprit; empty for the rule as a whole. */
  path: string[]
  message: string
}
