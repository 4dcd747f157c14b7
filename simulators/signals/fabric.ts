import { type Moment, noise, type Signal, trait } from './moment.ts'
import { coreTempC, wallTempC } from './weather.ts'

/** Temperature at which sensors were set to zero, °C: the mean of the year. */
const ZERO_C = 17

/** How far one kind of sensor moves: by itself, with the skin of the wall and with its core, per kelvin. */
interface Response {
  zero: number
  skinPerK: number
  corePerK: number
  noise: number
}

/** Orders of magnitude of published monitoring of masonry, from memory. A crack closes when stones grow warm. */
const TILT: Response = { zero: 0.08, skinPerK: 0.003, corePerK: 0.004, noise: 0.002 }
const CRACK: Response = { zero: 0.05, skinPerK: -0.006, corePerK: -0.007, noise: 0.003 }
const SETTLEMENT: Response = { zero: 0.4, skinPerK: 0.004, corePerK: 0.012, noise: 0.02 }

/** What the sun and the year make walls do; nothing moves by itself. */
export const FABRIC: Record<string, Signal> = {
  tilt_mm_m: (moment) => moved(moment, TILT),
  crack_mm: (moment) => moved(moment, CRACK),
  settle_mm: (moment) => moved(moment, SETTLEMENT),
}

/** Some walls stand in the sun, some in the shade. */
export function skinTempC(moment: Moment): number {
  return wallTempC(moment.atMs, moment.seed, 5 * (1 + trait(moment, 'sun')))
}

function moved(moment: Moment, response: Response): number {
  const skin = skinTempC(moment) - ZERO_C
  const core = coreTempC(moment.atMs, moment.seed) - ZERO_C
  const stiff = 1 + 0.4 * trait(moment, 'stiffness')
  const sun = stiff * (response.skinPerK * skin + response.corePerK * core)
  return response.zero * trait(moment, 'zero') + sun + response.noise * noise(moment, 'fabric')
}
