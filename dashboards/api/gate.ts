/** Lets at most `limit` holders in at once; entering or leaving twice counts once. */
export interface Gate {
  enter(holder: object): boolean
  leave(holder: object): void
}

export function createGate(limit: number): Gate {
  const inside = new Set<object>()
  return {
    enter(holder) {
      if (inside.size >= limit && !inside.has(holder)) return false
      inside.add(holder)
      return true
    },
    leave: (holder) => void inside.delete(holder),
  }
}
