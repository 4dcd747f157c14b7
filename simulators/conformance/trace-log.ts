import type { TraceEvent } from './trace.ts'

/** A trace while it is written. */
export interface TraceLog {
  readonly events: readonly TraceEvent[]
  note(event: TraceEvent): void
}

/** More events than a run of minutes can have from a device that behaves; what comes after is passed over. */
const MAX_EVENTS = 200_000

export function createTraceLog(): TraceLog {
  const events: TraceEvent[] = []
  return {
    events,
    note(event) {
      if (events.length < MAX_EVENTS) events.push(event)
    },
  }
}
