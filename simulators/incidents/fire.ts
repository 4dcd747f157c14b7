import type { IncidentOf } from '../scenario.ts'
import { type Effect, fading, type PlanContext, type PlannedIncident, truthAt } from './incident.ts'

/** A t-squared fire is defined by the time to 1055 kW (NFPA 72, annex B; Heskestad and Delichatsios 1978). */
const GROWTH_REFERENCE_KW = 1055
const DEFAULT_GROWTH_S = 150
/** What a room's openings let burn. */
const VENTILATION_LIMIT_KW = 1200
/** Wood and upholstery: heat of combustion, and mass optical density (SFPE Handbook, smoke production: 0.1…0.4 m²/g). */
const HEAT_KJ_PER_G = 18
const OPTICAL_DENSITY_M2_PER_G = 0.2
const ROOM_M3 = 60
/** End of the detector's range. */
const SENSOR_MAX_DBM = 4
/**
 * McCaffrey, Quintiere and Harkleroad (1981): ΔT = 6.85 (Q² / (A√H · h·A_T))^⅓. One door of 0.9 m × 2 m gives
 * A√H = 2.55 m^2.5; plaster walls h = 0.03 kW/m²K over 94 m².
 */
const MQH_DIVISOR = 2.55 * 0.03 * 94
const AIRING_TAU_S = 90
/** A flame detector in the room answers to a fire of some tens of kilowatts within seconds (EN 54-10; from memory, unverified). */
const FLAME_KW = 30

/** Heat release, kW, `t` seconds after ignition. */
export function heatReleaseKw(t: number, growthS: number): number {
  return Math.min(VENTILATION_LIMIT_KW, GROWTH_REFERENCE_KW * (t / growthS) ** 2)
}

/** Smoke in a closed room, dB/m: fuel burnt so far by its optical density over the room's volume. */
export function smokeDbm(t: number, growthS: number): number {
  const burntG = (GROWTH_REFERENCE_KW * t ** 3) / (3 * growthS ** 2) / HEAT_KJ_PER_G
  return Math.min(SENSOR_MAX_DBM, (10 * OPTICAL_DENSITY_M2_PER_G * burntG) / ROOM_M3)
}

/** Rise of the hot layer, K. */
export function layerRiseK(t: number, growthS: number): number {
  return 6.85 * Math.cbrt(heatReleaseKw(t, growthS) ** 2 / MQH_DIVISOR)
}

/** A room catches fire, grows by t², is put out at the end and aired. */
export function planFire(entry: IncidentOf<'fire'>, context: PlanContext): PlannedIncident {
  const device = context.pick('smoke-detector')
  const { startMs, endMs } = context
  const growthS = entry.growthS ?? DEFAULT_GROWTH_S
  const flames = context.fleet.filter(({ type, place }) => type === 'flame-detector' && place === device.place)
  const flameFromMs = startMs + growthS * 1000 * Math.sqrt(FLAME_KW / GROWTH_REFERENCE_KW)
  const truth = truthAt(context, device, 'fire')
  const seen = flames.filter(({ reportEveryS }) => endMs - flameFromMs > reportEveryS * 1000)
  return {
    truth: {
      ...truth,
      alerts: [
        ...truth.alerts,
        ...seen.map(({ id }) => ({ device: id, category: 'fire' as const, fromMs: flameFromMs, byMs: endMs })),
      ],
    },
    effects: [
      ...flames.map(
        ({ id }): Effect => ({
          deviceId: id,
          fromMs: flameFromMs,
          toMs: endMs,
          change: (metric, _atMs, value) => (metric === 'flame' ? 1 : value),
        }),
      ),
      {
        deviceId: device.id,
        fromMs: startMs,
        toMs: endMs + 6 * AIRING_TAU_S * 1000,
        change(metric, atMs, value) {
          const t = (Math.min(atMs, endMs) - startMs) / 1000
          const left = fading(atMs, endMs, AIRING_TAU_S)
          if (metric === 'smoke_dbm') return value + smokeDbm(t, growthS) * left
          return metric === 'temp_c' ? value + layerRiseK(t, growthS) * left : value
        },
      },
    ],
  }
}
