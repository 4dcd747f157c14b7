/** Bounds what is under way: `enter` waits for a place, `leave` gives one back. */
export interface Window {
  enter(): Promise<void>
  leave(): void
  /** Resolves when nothing is under way. */
  empty(): Promise<void>
}

/** An aborted signal ends all waiting; look at the signal after it. */
export function createWindow(places: number, signal?: AbortSignal): Window {
  let inside = 0
  let waiting: (() => void)[] = []
  function wake(): void {
    const woken = waiting
    waiting = []
    for (const wakeUp of woken) wakeUp()
  }
  signal?.addEventListener('abort', wake, { once: true })
  async function until(isSo: () => boolean): Promise<void> {
    while (signal?.aborted !== true && !isSo()) await new Promise<void>((resolve) => waiting.push(resolve))
  }
  return {
    async enter() {
      await until(() => inside < places)
      inside++
    },
    leave() {
      inside--
      wake()
    },
    empty: () => until(() => inside === 0),
  }
}
