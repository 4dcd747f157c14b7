import { MONTH_DAYS, type TrendDay } from '../../../core/trend/trend-day.ts'
import { gaussAt, randomAt } from '../../../simulators/random.ts'

/** A wall that moves by itself, with the sun, and under a sensor's unrest. Values in mm. */
export interface Wall {
  seed?: number
  days?: number
  /** mm per month. */
  speed?: number
  /** mm/°C that follow within the day, and those that follow slowly. */
  atOnce?: number
  slowly?: number
  lagDays?: number
  /** Standard deviation of a day, mm, and how alike days are. */
  noise?: number
  likeness?: number
  firstDay?: number
  hasTemperature?: boolean
}

const BEFORE_DAYS = 200

/** Days of a wall, with weather as in the lower Yangtze; its response is that of a first-order lag, begun long before. */
export function aWall(wall: Wall = {}): TrendDay[] {
  const { seed = 1, days = 120, speed = 0, atOnce = 0.01, slowly = 0.015, lagDays = 6, noise = 0.02 } = wall
  const { likeness = 0.5, firstDay = 20_500, hasTemperature = true } = wall
  const out: TrendDay[] = []
  let [weather, unrest, slowC] = [0, 0, Number.NaN]
  for (let i = -BEFORE_DAYS; i < days; i++) {
    const day = firstDay + i
    weather = 0.75 * weather + Math.sqrt(1 - 0.75 ** 2) * 2.8 * gaussAt(seed, 'weather', i)
    unrest = likeness * unrest + Math.sqrt(1 - likeness ** 2) * gaussAt(seed, 'unrest', i)
    const tempC = 16.8 + 12 * Math.cos((2 * Math.PI * (day - 208)) / 365.25) + weather
    slowC = Number.isNaN(slowC) ? tempC : slowC + (tempC - slowC) * (1 - Math.exp(-1 / lagDays))
    if (i < 0) continue
    const value = 1 + (speed * i) / MONTH_DAYS + atOnce * tempC + slowly * slowC + noise * unrest
    out.push({ day, value, parts: 8, ...(hasTemperature && { tempC }) })
  }
  return out
}

/** A wall drawn by its seed, within what walls may do. */
export function anyWall(seed: number): Required<Pick<Wall, 'speed'>> & Wall {
  const between = (what: string, least: number, most: number) => least + randomAt(seed, what) * (most - least)
  return {
    seed,
    days: Math.round(between('days', 30, 200)),
    speed: between('speed', -0.5, 0.5),
    atOnce: between('at once', -0.01, 0.02),
    slowly: between('slowly', 0, 0.03),
    lagDays: between('lag', 0.5, 25),
    noise: between('noise', 0.01, 0.06),
    likeness: between('likeness', 0, 0.85),
    firstDay: 20_000 + Math.floor(between('day', 0, 366)),
  }
}
