import { useEffect, useRef, useState } from 'react'

/** The newest value, but at most once in `everyMs`: what is drawn of thousands need not follow each change. */
export function useRarely<T>(value: T, everyMs: number): T {
  const [shown, setShown] = useState(value)
  const latest = useRef({ value, shownAtMs: Number.NEGATIVE_INFINITY })
  latest.current.value = value
  useEffect(() => {
    const show = () => {
      latest.current.shownAtMs = performance.now()
      setShown(latest.current.value)
    }
    if (value === shown) return
    const waitMs = latest.current.shownAtMs + everyMs - performance.now()
    if (waitMs <= 0) {
      show()
      return
    }
    const timer = window.setTimeout(show, waitMs)
    return () => window.clearTimeout(timer)
  }, [value, shown, everyMs])
  return shown
}
