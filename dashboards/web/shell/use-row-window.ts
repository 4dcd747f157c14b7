import { type RefObject, useEffect, useState } from 'react'

const SPARE_ROWS = 6

/** Which rows of a long list are in sight, so that only they are drawn. All rows have one height. */
export function useRowWindow(
  list: RefObject<HTMLElement | null>,
  count: number,
  rowPx: number,
): { first: number; last: number } {
  const [view, setView] = useState({ topPx: 0, heightPx: 600 })
  useEffect(() => {
    const element = list.current
    if (element === null) return
    const measure = () => setView({ topPx: element.scrollTop, heightPx: element.clientHeight })
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    element.addEventListener('scroll', measure, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', measure)
    }
  }, [list])
  const first = Math.max(0, Math.floor(view.topPx / rowPx) - SPARE_ROWS)
  const last = Math.min(count, Math.ceil((view.topPx + view.heightPx) / rowPx) + SPARE_ROWS)
  return { first, last }
}
