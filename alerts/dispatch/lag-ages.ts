import type { Clock } from '../../core/clock.ts'
import type { EventLog } from '../event-log.ts'

/** How long the first entry that a subscriber has not acknowledged has been waiting. */
export interface LagAges {
  /** Seconds; 0 when there is none, null while it is being looked up: what is no longer in memory is read once. */
  of(name: string, acknowledged: number): number | null
  forget(name: string): void
}

export function createLagAges(events: EventLog, clock: Clock): LagAges {
  /** Position that was acknowledged and when the entry after it was decided; null while that is being read. */
  const known = new Map<string, { acknowledged: number; atMs: number | null }>()

  function ageOf(atMs: number): number {
    return Math.max(0, clock.nowMs() - atMs) / 1000
  }

  return {
    of(name, acknowledged) {
      if (acknowledged >= events.latest) return 0
      const before = known.get(name)
      if (before?.acknowledged === acknowledged) return before.atMs === null ? null : ageOf(before.atMs)
      const found = events.read(acknowledged, 1)
      if (Array.isArray(found)) {
        const atMs = found[0]?.atMs ?? null
        if (atMs !== null) known.set(name, { acknowledged, atMs })
        return atMs === null ? null : ageOf(atMs)
      }
      const asked = { acknowledged, atMs: null as number | null }
      known.set(name, asked)
      found.then(
        ([first]) => {
          if (first) asked.atMs = first.atMs
          else if (known.get(name) === asked) known.delete(name)
        },
        () => known.delete(name),
      )
      return null
    },
    forget: (name) => void known.delete(name),
  }
}
