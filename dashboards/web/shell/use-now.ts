import { useEffect, useState } from 'react'

/** The server's time, every second or as often as is said. */
export function useNow(clockOffsetMs: number, everyMs = 1_000): number {
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    const timer = window.setInterval(() => setNowMs(Date.now()), everyMs)
    return () => window.clearInterval(timer)
  }, [everyMs])
  return nowMs + clockOffsetMs
}
