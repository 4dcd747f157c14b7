import { useEffect, useState } from 'react'

/** As in the style sheet: below this width of the page the detail lies over the map, this wide. */
const SHEET_BELOW = '(max-width: 1439px) and (min-width: 900px)'
const SHEET_PX = 400

/** How much of the map the detail covers when it is open; 0 where it has a column of its own. */
export function useSheetWidth(): number {
  const [isSheet, setIsSheet] = useState(() => matchMedia(SHEET_BELOW).matches)
  useEffect(() => {
    const query = matchMedia(SHEET_BELOW)
    const update = () => setIsSheet(query.matches)
    query.addEventListener('change', update)
    return () => query.removeEventListener('change', update)
  }, [])
  return isSheet ? SHEET_PX : 0
}
