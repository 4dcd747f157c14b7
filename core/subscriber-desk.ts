/** A name under which dispatch events are taken, as it stands now. */
export interface SubscriberState {
  name: string
  /** Connections under it. */
  connected: number
  /** Ledger position that it acknowledged. */
  acknowledged: number
  /** Ledger entries after that. */
  lag: number
  /** How long ago the first of them was decided, in seconds; 0 when there is none, null while that is not known. */
  lagS: number | null
  /** What its connections asked for, one each. */
  filters: object[]
  /** When it last subscribed, acknowledged or left; absent for names from before this was written down. */
  seenMs?: number
}

/** Who takes dispatch events. */
export interface SubscriberDesk {
  list(): SubscriberState[]
  /** Forgets a name; resolves once that is in the ledger. Throws `not_found`, `conflict` while it is connected. */
  remove(name: string, by: string): Promise<void>
}
