import { dayOf, LOCAL_OFFSET_MS } from './trend-day.ts'

/** Attribute of a device or its place with the ISO date from which its total counts, and the one with dates of steps by hand. */
export const ZERO_ON = 'zeroOn'
export const STEPS_ON = 'stepsOn'

const MOST = 20

/** Local days of ISO dates (or times) separated by commas; what is none is passed over, and so is what comes after twenty. */
export function datesIn(said: unknown): number[] {
  if (typeof said !== 'string') return []
  const days = said.split(',').flatMap((text) => {
    const atMs = Date.parse(text.trim())
    if (Number.isNaN(atMs)) return []
    return [dayOf(atMs, text.includes('T') ? LOCAL_OFFSET_MS : 0)]
  })
  return days.slice(0, MOST)
}
