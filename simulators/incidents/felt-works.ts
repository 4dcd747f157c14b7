import type { SimulatedDevice } from '../fleet.ts'
import { addDb } from '../signals/sound.ts'
import { type Effect, fading, type Tool } from './incident.ts'

/** As far as works are felt and heard, m. */
export const REACH_M = 70

/** Somebody drills into a wall, or breaks it down. */
export interface Works {
  startMs: number
  endMs: number
  /** Peak particle velocity at a sensor in the house, mm/s. */
  peakMmS: number
  /** 0…1: how hard the drill bites at a moment. */
  bite(atMs: number): number
  /** A drill when left out. */
  toolAt?(atMs: number): Tool
}
type Felt = Omit<Effect, 'deviceId'>

/** From the drill to a sensor of its house, m. */
const NEAREST_M = 3
/** Exponent of attenuation through soil and masonry: PPV = PPVref (Dref/D)^n, n = 1.1 (Caltrans 2020, table 18-19). */
const ATTENUATION = 1.1
/** A hammer drill runs in bursts: 12 s of work, 4 s of rest. */
const BURST_S = 12
const REST_S = 4
/** A hammer drill excites masonry at some tens of hertz. */
const DRILL_HZ = 42
/** Blows of a hammer make walls ring. */
const HAMMER_HZ = 30
/** A hammer drill in a room: 95 dB(A) at the worker, 1.1 kW (makers' sheets; orders of magnitude). */
const DRILL_DB = 95
const DRILL_KW = 1.1
/** Walls of old houses hold back so much of it; outdoors each doubling of distance takes 6 dB. */
const WALL_DB = 25
/** PM10 in a room in which masonry is drilled (order of magnitude), and how fast it comes and settles. */
const DUST_UG_M3 = 2_500
const DUST_TAU_S = 240
/** Rubble is carried out, times an hour. */
const CARRIED_PER_HOUR = 30

/** What a device measures of works at a distance (0: in the same house), or null where it feels nothing. */
export function felt(works: Works, device: SimulatedDevice, metres: number): Felt | null {
  switch (device.type) {
    case 'vibration-sensor':
      return shaking(works, metres)
    case 'noise-meter':
      return drillingNoise(works, metres)
    case 'dust-sensor':
      return dust(works, metres)
    case 'power-meter':
      return metres === 0 ? power(works) : null
    case 'door-counter':
      return metres === 0 ? carrying(works, device.reportEveryS) : null
    case 'occupancy-sensor':
      return metres === 0 ? during(works, { occupied: () => 1 }) : null
    default:
      return null
  }
}

type Changes = Record<string, (value: number, atMs: number) => number>

function during({ startMs, endMs }: Works, changes: Changes, untilMs = endMs): Felt {
  return { fromMs: startMs, toMs: untilMs, change: (metric, atMs, value) => changes[metric]?.(value, atMs) ?? value }
}

function isBurst({ startMs }: Works, atMs: number): boolean {
  return ((atMs - startMs) / 1000) % (BURST_S + REST_S) < BURST_S
}

function shaking(works: Works, metres: number): Felt {
  const peakMmS = works.peakMmS * (NEAREST_M / (NEAREST_M + metres)) ** ATTENUATION
  const hzAt = (atMs: number) => (works.toolAt?.(atMs) === 'hammering' ? HAMMER_HZ : DRILL_HZ)
  const changes: Changes = {
    ppv_mm_s: (value, atMs) => (isBurst(works, atMs) ? Math.max(value, peakMmS * works.bite(atMs)) : value),
    freq_hz: (value, atMs) => (isBurst(works, atMs) ? hzAt(atMs) + 6 * (works.bite(atMs) - 0.9) : value),
  }
  const { toolAt } = works
  return { ...during(works, changes), ...(toolAt && { toolAt: (atMs) => toolAt(atMs) }) }
}

function drillingNoise(works: Works, metres: number): Felt {
  const lossDb = metres === 0 ? 0 : WALL_DB + 20 * Math.log10(Math.max(1, metres / NEAREST_M))
  const levelDb = (atMs: number) => (isBurst(works, atMs) ? DRILL_DB : 68) - 4 * (1 - works.bite(atMs)) - lossDb
  return during(works, { noise_db: (value, atMs) => addDb(value, levelDb(atMs)) })
}

/** Next door comes what windows and the lane let through: a twentieth, thinned with distance. */
function dust(works: Works, metres: number): Felt {
  const { startMs, endMs } = works
  const most = metres === 0 ? DUST_UG_M3 : (DUST_UG_M3 / 20) * (NEAREST_M / (NEAREST_M + metres))
  const rise = (atMs: number) => 1 - Math.exp(-(Math.min(atMs, endMs) - startMs) / 1000 / DUST_TAU_S)
  return during(
    works,
    { pm10_ug_m3: (value, atMs) => value + most * rise(atMs) * fading(atMs, endMs, DUST_TAU_S) },
    endMs + 6 * DUST_TAU_S * 1000,
  )
}

function power(works: Works): Felt {
  return during(works, {
    power_kw: (value, atMs) => value + (isBurst(works, atMs) ? DRILL_KW * works.bite(atMs) : 0.15),
  })
}

function carrying(works: Works, reportEveryS: number): Felt {
  const carriedBy = (atMs: number) => Math.floor((Math.max(0, atMs - works.startMs) / 3_600_000) * CARRIED_PER_HOUR)
  return during(works, {
    door_count: (value, atMs) => value + carriedBy(atMs) - carriedBy(atMs - reportEveryS * 1000),
  })
}
