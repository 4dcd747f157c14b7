import { driftAt, randomAt } from '../../random.ts'
import { DAY_MS, dayOf } from './calendar.ts'

const YEAR_MEAN_UG_M3 = 62
/** Winters are dustier by this share, summers cleaner. */
const SEASON = 0.3
/** Days on which sand comes from the north, in March and April. */
const SAND = { from: 60, to: 119, share: 0.04, ugM3: 320 }
const RAIN_SHARE = 0.28

/**
 * PM10 outside, µg/m³: season, episodes of still air over some days, rain that washes it out, and sandstorms. Mean and swing are
 * rounded from cities of the lower Yangtze; from memory, unverified.
 */
export function outdoorDustUgM3(atMs: number, seed: number): number {
  const day = dayOf(atMs)
  const season = 1 + SEASON * Math.cos((2 * Math.PI * (day - 10)) / 365)
  const episode = Math.exp(
    0.55 * driftAt(seed, 'still air', atMs, 3 * DAY_MS) + 0.2 * driftAt(seed, 'air', atMs, DAY_MS / 4),
  )
  const rain = randomAt(seed, 'rain', day) < RAIN_SHARE ? 0.55 : 1
  const isSand = SAND.from <= day && day <= SAND.to && randomAt(seed, 'sand', Math.floor(day / 2)) < SAND.share
  return YEAR_MEAN_UG_M3 * season * episode * rain + (isSand ? SAND.ugM3 : 0)
}
