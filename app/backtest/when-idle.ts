/** Share of the time that the event loop works, from which on the service has nothing to spare. */
const BUSY_FROM = 0.6
/** Entries that the database is behind, from which on it has better things to do. */
const BEHIND_FROM = 20_000
const LOOK_EVERY_MS = 200
/** A service that is always busy still gets its back-test, page by page. */
const WAIT_MOST_MS = 20_000

/** Makes a function that resolves when the service has time to spare; it waits at most `WAIT_MOST_MS`. */
export function createWhenIdle(databaseLag: () => number): () => Promise<void> {
  let before = performance.eventLoopUtilization()
  let lookedMs = performance.now()
  let isBusy = false

  /** Measured over `LOOK_EVERY_MS` at least: a shorter time says nothing. */
  function look(): boolean {
    if (performance.now() - lookedMs >= LOOK_EVERY_MS) {
      const now = performance.eventLoopUtilization()
      isBusy = performance.eventLoopUtilization(now, before).utilization > BUSY_FROM
      before = now
      lookedMs = performance.now()
    }
    return isBusy || databaseLag() > BEHIND_FROM
  }

  return async () => {
    for (let waitedMs = 0; look() && waitedMs < WAIT_MOST_MS; waitedMs += LOOK_EVERY_MS)
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}
