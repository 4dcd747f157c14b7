/** Why something that arrived was not admitted. A closed list: it labels metrics. */
export type RefusalReason =
  | 'unknown_device'
  | 'bad_token'
  | 'already_connected'
  | 'topic_not_allowed'
  | 'bad_client_id'
  | 'bad_payload'
  | 'too_large'
  | 'rate_limited'
  | 'not_a_jpeg'
  | 'time_out_of_range'
  | 'overloaded'

/** Bad input is a value, not an exception. */
export interface Refusal {
  refused: RefusalReason
  /** For the operator: which field, what was expected. Never contains the payload. */
  detail: string
}

export function refuse(refused: RefusalReason, detail: string): Refusal {
  return { refused, detail }
}

export function isRefusal(value: object): value is Refusal {
  return 'refused' in value
}
