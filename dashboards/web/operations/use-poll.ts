import { useEffect, useState } from 'react'

/** Counts up every `everyMs` while somebody looks at the tab, and at once when he comes back. */
export function usePoll(everyMs: number): number {
  const [beat, setBeat] = useState(0)
  useEffect(() => {
    const next = () => document.visibilityState === 'visible' && setBeat((count) => count + 1)
    const timer = window.setInterval(next, everyMs)
    document.addEventListener('visibilitychange', next)
    return () => {
      window.clearInterval(timer)
      document.removeEventListener('visibilitychange', next)
    }
  }, [everyMs])
  return beat
}
