import { useEffect, useState } from 'react'

/** The server's time, every second. */
export function useNow(clockOffsetMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    const timer = window.setInterval(() => setNowMs(Date.now()), 1_000)
    return () => window.clearInterval(timer)
  }, [])
  return nowMs + clockOffsetMs
}
