import { type RefObject, useEffect, useState } from 'react'

/** Height of one row, as in the style sheet. */
export const ROW_PX = 52
const SPARE_ROWS = 6

/** Which rows of a long list are in sight, so that only they are drawn. All rows have one height. */
export function useRowWindow(
  list: RefObject<HTMLElement | null>,
  count: number,
  rowPx = ROW_PX,
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

/** Scrolls a long list so that one of its rows is in sight, whenever it is another one. */
export function useKeptInSight(list: RefObject<HTMLElement | null>, index: number): void {
  useEffect(() => {
    const element = list.current
    if (element === null || index < 0) return
    const topPx = index * ROW_PX
    if (topPx < element.scrollTop) element.scrollTop = topPx
    else if (topPx + ROW_PX > element.scrollTop + element.clientHeight)
      element.scrollTop = topPx + ROW_PX - element.clientHeight
  }, [list, index])
}
