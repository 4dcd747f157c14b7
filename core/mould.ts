/**
 * Growth of mould on building materials: the model of VTT. A differential equation of the mould index, driven by temperature
 * and relative humidity at the surface, hour by hour.
 *
 * Sources: Hukka and Viitanen, A mathematical model of mould growth on wooden material, Wood Science and Technology 33 (1999)
 * 475-485: growth, critical humidity, decline. Ojanen, Viitanen, Peuhkuri, Lähdesmäki, Vinha and Salminen, Mold Growth Modeling
 * of Building Structures Using Sensitivity Classes of Materials, Buildings XI, ASHRAE 2010: classes and their factors. Not read
 * in the original; taken from two implementations that agree with each other in every number (A. Laukkarinen, Tampere University,
 * `mi.py`, 2011-2016, which also has the decline by class; C. Kongsgaard, RIBuild `mould_index`, 2018), and compared with the
 * first in `tests/core/mould.test.ts`.
 */

/** How readily mould grows on a material, and how slowly it declines there. */
export interface MouldMaterial {
  /** Speed against untreated pine, below an index of 1 and from there on (k1). */
  speed: readonly [below1: number, from1: number]
  /** The highest index by humidity: a + b x - c x², x the share of the way from the critical humidity to saturation. */
  highest: readonly [a: number, b: number, c: number]
  /** Least relative humidity at which it grows, %, in warm air. */
  lowestRhPct: number
  /** Decline against pine. */
  decline: number
}

/** The sensitivity classes, most sensitive first. Which material belongs where is that of the sources. */
export const MOULD_MATERIALS = {
  /** Untreated sawn wood, above all sapwood. */
  'very-sensitive': { speed: [1, 2], highest: [1, 7, 2], lowestRhPct: 80, decline: 0.5 },
  /** Planed wood, boards of wood, paper, gypsum board. */
  sensitive: { speed: [0.578, 0.386], highest: [0.3, 6, 1], lowestRhPct: 80, decline: 0.25 },
  /** Brick, concrete, lime and cement plaster, mineral wool. */
  'medium-resistant': { speed: [0.072, 0.097], highest: [0, 5, 1.5], lowestRhPct: 85, decline: 0.1 },
  /** Glass, metal, what is treated against mould. */
  resistant: { speed: [0.033, 0.014], highest: [0, 3, 1], lowestRhPct: 85, decline: 0.1 },
} as const satisfies Record<string, MouldMaterial>
export type MouldClass = keyof typeof MOULD_MATERIALS

/** The index: 0 none, 1 begins under the microscope, 3 seen by the eye, 6 everything covered. */
export const HIGHEST_INDEX = 6

/** Where mould on a surface stands. */
export interface MouldState {
  index: number
  /** Hours that growth has been impossible, without a break. */
  dryH: number
  /** The last hour that was counted, in hours since 1970-01-01 00:00 UTC; -1 before the first. */
  hour: number
  /** Hours since the first of which nothing is known. */
  unknownH: number
}
export const NO_MOULD: MouldState = { index: 0, dryH: 0, hour: -1, unknownH: 0 }

/** The air at the surface in one hour, on average. `hour` as in `MouldState`. */
export interface MouldHour {
  hour: number
  rhPct: number
  tempC: number
}

/** Hours before a known one that are taken to have been like it: sensors that speak every few hours. Local choice. */
const LIKE_BEFORE_H = 2
/** Nothing grows in frost; above 50 °C the model was never fitted. */
const WARMEST_C = 50
const DAY_H = 24
/** Decline a day on pine: at first, then nothing for the rest of the first day, then slowly. */
const FIRST_DECLINE = { untilH: 6, perDay: 0.032 }
const LATE_DECLINE = { fromH: 24, perDay: 0.016 }

/** Relative humidity below which mould does not grow at this temperature, %; 100 in frost. */
export function criticalHumidityPct(tempC: number, material: MouldMaterial): number {
  if (tempC <= 0) return 100
  const byTemp = tempC > 20 ? 0 : -0.00267 * tempC ** 3 + 0.16 * tempC ** 2 - 3.13 * tempC + 100
  return Math.max(byTemp, material.lowestRhPct)
}

/** The index that growth tends to in air that stays like this; 0 where it does not grow. */
export function highestIndex(tempC: number, rhPct: number, material: MouldMaterial): number {
  const criticalPct = criticalHumidityPct(tempC, material)
  if (!grows(tempC, rhPct, criticalPct)) return 0
  const x = (rhPct - criticalPct) / (100 - criticalPct)
  const [a, b, c] = material.highest
  return Math.max(0, a + b * x - c * x * x)
}

/** Change of the index, per day; below 0 while it declines. `dryH` counts the hour that is asked about. */
export function changePerDay(
  { index, dryH }: Pick<MouldState, 'index' | 'dryH'>,
  air: Pick<MouldHour, 'rhPct' | 'tempC'>,
  material: MouldMaterial,
): number {
  const { tempC } = air
  const rhPct = Math.min(100, air.rhPct)
  if (!grows(tempC, rhPct, criticalHumidityPct(tempC, material))) return -material.decline * declinePerDay(dryH)
  const weeksToIndex1 = Math.exp(-0.68 * Math.log(tempC) - 13.9 * Math.log(rhPct) + 66.02)
  const slowing = Math.max(0, 1 - Math.exp(2.3 * (index - highestIndex(tempC, rhPct, material))))
  return (material.speed[index < 1 ? 0 : 1] * slowing) / (7 * weeksToIndex1)
}

/**
 * The state after one more hour. Hours that were counted already change nothing. Up to two missing hours before it are taken to
 * have been like it; of a longer gap nothing is known, and in it nothing grows and nothing declines.
 */
export function nextMould(state: MouldState, air: MouldHour, material: MouldMaterial): MouldState {
  const missing = state.hour < 0 ? 0 : air.hour - state.hour - 1
  if (missing < 0) return state
  const alike = Math.min(missing, LIKE_BEFORE_H)
  let { index, dryH } = state
  for (let i = 0; i <= alike; i++) {
    dryH = grows(air.tempC, air.rhPct, criticalHumidityPct(air.tempC, material)) ? 0 : dryH + 1
    const change = changePerDay({ index, dryH }, air, material) / DAY_H
    index = Math.min(HIGHEST_INDEX, Math.max(0, index + change))
  }
  return { index, dryH, hour: air.hour, unknownH: state.unknownH + missing - alike }
}

/** The state after a history of hours, oldest first, from `from` on. */
export function mouldAfter(
  hours: Iterable<MouldHour>,
  material: MouldMaterial,
  from: MouldState = NO_MOULD,
): MouldState {
  let state = from
  for (const hour of hours) state = nextMould(state, hour, material)
  return state
}

/**
 * Relative humidity at a surface that is colder than the air by some kelvin: the same vapour, less room for it. At most 100.
 * Saturation over water by the Magnus formula, WMO Guide to Instruments and Methods of Observation (WMO-No. 8), annex 4.B.
 */
export function atSurface({ rhPct, tempC }: { rhPct: number; tempC: number }, colderK: number) {
  const surfaceC = tempC - colderK
  const saturation = (celsius: number) => Math.exp((17.62 * celsius) / (243.12 + celsius))
  return { tempC: surfaceC, rhPct: Math.min(100, (rhPct * saturation(tempC)) / saturation(surfaceC)) }
}

function grows(tempC: number, rhPct: number, criticalPct: number): boolean {
  return tempC > 0 && tempC < WARMEST_C && rhPct >= criticalPct && criticalPct < 100
}

function declinePerDay(dryH: number): number {
  if (dryH <= FIRST_DECLINE.untilH) return FIRST_DECLINE.perDay
  return dryH > LATE_DECLINE.fromH ? LATE_DECLINE.perDay : 0
}
