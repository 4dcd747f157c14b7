/** Waiting as a port, so that tests move time by hand. */
export interface Timers {
  /** Runs once after `ms`. Returns a function that calls it off. */
  after(ms: number, run: () => void): () => void
}

/** Real time; a waiting timer does not keep the process alive. Runs in browsers as well. */
export const systemTimers: Timers = {
  after(ms, run) {
    const timer: unknown = setTimeout(run, ms)
    if (typeof timer === 'object' && timer !== null && 'unref' in timer) (timer as { unref(): void }).unref()
    return () => clearTimeout(timer as number)
  },
}

/** The same for who has nothing else to live for: a program that only waits to reconnect must not end meanwhile. */
export const holdingTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
