/** Per subscriber the position up to which it has got everything since the service started. */
export interface Reached {
  /** 0 for a name that was sent nothing yet. */
  get(subscriber: string): number
  note(subscriber: string, seq: number): void
  forget(subscriber: string): void
}

export function createReached(): Reached {
  const positions = new Map<string, number>()
  return {
    get: (subscriber) => positions.get(subscriber) ?? 0,
    note(subscriber, seq) {
      if (seq > (positions.get(subscriber) ?? 0)) positions.set(subscriber, seq)
    },
    forget: (subscriber) => void positions.delete(subscriber),
  }
}
