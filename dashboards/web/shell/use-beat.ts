import { useEffect, useState } from 'react'

const SOON_MS = 500
const SOON_TIMES = 4
const EVERY_MS = 10_000

/**
 * Counts up when something should be looked up again: a few times soon after each new `version`, since whoever looks at
 * once may be faster than the database, and then every ten seconds while `isRunning`.
 */
export function useBeat(version: number, isRunning: boolean): number {
  const [beat, setBeat] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version begins anew
  useEffect(() => {
    let timer = 0
    function wait(soonTimes: number): void {
      if (soonTimes === 0 && !isRunning) return
      const next = () => {
        setBeat((count) => count + 1)
        wait(Math.max(0, soonTimes - 1))
      }
      timer = window.setTimeout(next, soonTimes > 0 ? SOON_MS : EVERY_MS)
    }
    wait(SOON_TIMES)
    return () => window.clearTimeout(timer)
  }, [version, isRunning])
  return beat
}
