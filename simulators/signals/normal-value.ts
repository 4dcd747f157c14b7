import { driftAt, randomAt } from '../random.ts'
import { FABRIC, skinTempC } from './fabric.ts'
import { HOUSE_LIFE } from './house-life.ts'
import { type Moment, noise, type Signal, trait } from './moment.ts'
import { bustle, dailyWave, outdoorHumidityPct, outdoorTempC, recentRainMmH } from './weather.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The value of a metric on an ordinary day, before the sensor's resolution is applied. 0 for a metric it doesn't know. */
export function normalValue(metric: string, moment: Moment): number {
  const signal = BY_TYPE[moment.device.type]?.[metric] ?? SIGNALS[metric]
  return signal === undefined ? 0 : signal(moment)
}

function indoorTempC(moment: Moment): number {
  const { atMs, seed, device } = moment
  const outside = outdoorTempC(atMs - 2 * HOUR_MS, seed)
  return 20 + 0.4 * (outside - 17) + 1.5 * trait(moment, 'warmth') + 0.6 * driftAt(seed, device.id, atMs, 3 * HOUR_MS)
}

/** Kitchens are seen by a smoke detector as a trace, far below 0.05 dB/m. */
function clearAirDbm(moment: Moment): number {
  return Math.max(0, 0.004 + 0.006 * bustle(moment.atMs) + 0.0012 * noise(moment, 'smoke'))
}

/** A sump fills in 40 to 90 minutes and is pumped down in two. */
function sumpLevelM(moment: Moment): number {
  const periodMs = (65 + 25 * trait(moment, 'period')) * MINUTE_MS
  const phase = (moment.atMs / periodMs + trait(moment, 'phase') + 1) % 1
  const filled = phase < 0.96 ? phase / 0.96 : (1 - phase) / 0.04
  return 0.1 + 0.16 * filled + 0.001 * noise(moment, 'level')
}

/** Footfall on the floor of an old house, and lorries in the lane: far below the 2.25 mm/s of a first warning. */
function footfallMmS(moment: Moment): number {
  const passing = randomAt(moment.seed, moment.device.id, 'lorry', moment.atMs) < 0.04 * bustle(moment.atMs)
  const base = 0.02 + 0.12 * bustle(moment.atMs) * randomAt(moment.seed, moment.device.id, 'steps', moment.atMs)
  return base + (passing ? 0.15 + 0.45 * randomAt(moment.seed, moment.device.id, 'load', moment.atMs) : 0)
}

/** Sensors on a wall measure its skin. */
function onTheWallC(moment: Moment): number {
  return skinTempC(moment) + 0.1 * noise(moment, 'temp')
}

/** Water follows the air slowly and at two thirds of its swing. */
function waterTempC({ atMs, seed }: Moment): number {
  return 17 + 0.65 * (outdoorTempC(atMs - 5 * HOUR_MS, seed) - 17) + 0.4 * dailyWave(atMs, 17)
}

/** Saturation falls with temperature (Weiss 1970 to 0.1 mg/L over 5…30 °C by this fit); algae add by day, take by night. */
function riverOxygenMgL(moment: Moment): number {
  const tempC = waterTempC(moment)
  const saturation = 14.5 - 0.385 * tempC + 0.0058 * tempC ** 2
  const photosynthesis = 0.6 * dailyWave(moment.atMs, 16)
  const downstream = 0.0001 * (moment.device.alongM ?? 0)
  return saturation * 0.86 + photosynthesis - downstream + 0.05 * noise(moment, 'do')
}

/** What a shower of 1 mm/h adds to the river in the end: metres, and what it washes in. */
const LEVEL_M_PER_MM_H = 0.02
const TURBIDITY_PER_MM_H = 3

/** Values rise a little downstream, by what the town lets go. */
function riverLoad(moment: Moment, base: number, swing: number, what: string): number {
  const { device, atMs, seed } = moment
  const downstream = 1 + 0.00004 * (device.alongM ?? 0)
  return (base + swing * driftAt(seed, what, atMs, 7 * HOUR_MS)) * downstream * (1 + 0.01 * noise(moment, what))
}

const SIGNALS: Record<string, Signal> = {
  ...HOUSE_LIFE,
  ...FABRIC,
  smoke_dbm: clearAirDbm,
  temp_c: (moment) => indoorTempC(moment) + 0.05 * noise(moment, 'temp'),
  leak: () => 0,
  level_m: sumpLevelM,
  ch4_lel: (moment) => Math.max(0, 0.3 + 0.4 * bustle(moment.atMs) + 0.15 * noise(moment, 'ch4')),
  co_ppm: (moment) => Math.max(0, 1 + 3 * bustle(moment.atMs) + 0.4 * noise(moment, 'co')),
  ppv_mm_s: footfallMmS,
  freq_hz: (moment) => 18 + 6 * trait(moment, 'freq') + 1.5 * noise(moment, 'freq'),
  rh_pct: (moment) =>
    60 + 0.35 * (outdoorHumidityPct(moment.atMs - 3 * HOUR_MS, moment.seed) - 72) + 0.3 * noise(moment, 'rh'),
  moisture_pct: (moment) =>
    12.8 + 0.9 * trait(moment, 'wood') + 0.4 * driftAt(moment.seed, moment.device.id, moment.atMs, 3 * DAY_MS),
  // A cover lies as its ring lies in the street, and rocks a little under wheels.
  cover_tilt_deg: (moment) =>
    Math.max(0, 1.6 + 1.2 * trait(moment, 'ring') + 0.3 * bustle(moment.atMs) * Math.abs(noise(moment, 'wheels'))),
  falling_objects: () => 0,
  do_mg_l: riverOxygenMgL,
  ph: (moment) => 7.5 + 0.15 * dailyWave(moment.atMs, 16) + 0.02 * noise(moment, 'ph'),
  nh3n_mg_l: (moment) => riverLoad(moment, 0.38, 0.08, 'nh3n'),
  codmn_mg_l: (moment) => riverLoad(moment, 3.4, 0.4, 'codmn'),
  turbidity_ntu: (moment) =>
    riverLoad(moment, 16, 4, 'turbidity') + TURBIDITY_PER_MM_H * recentRainMmH(moment.atMs, moment.seed),
  battery_pct: ({ device, atMs, seed }) => {
    const lifeMs = 900 * DAY_MS
    const age = (randomAt(seed, device.id, 'battery') * 0.7 + atMs / lifeMs) % 0.7
    return 100 * (1 - age)
  },
}

/** Where a type means something else by a metric's name. */
const BY_TYPE: Record<string, Record<string, Signal>> = {
  'tilt-sensor': { temp_c: onTheWallC },
  'crack-gauge': { temp_c: onTheWallC },
  'settlement-gauge': { temp_c: onTheWallC },
  'river-station': {
    temp_c: (moment) => waterTempC(moment) + 0.03 * noise(moment, 'temp'),
    level_m: (moment) =>
      1.42 +
      LEVEL_M_PER_MM_H * recentRainMmH(moment.atMs, moment.seed) +
      0.04 * driftAt(moment.seed, 'weir', moment.atMs, 5 * HOUR_MS) +
      0.004 * noise(moment, 'level'),
  },
}
