import type { IncidentOf } from '../scenario.ts'
import { fading, type PlanContext, type PlannedIncident, truthAt } from './incident.ts'

const DEFAULT_RELEASE_LPM = 150
/** A closed kitchen of 5 m². */
const DEFAULT_ROOM_M3 = 12
const AIR_CHANGES_PER_H = 0.5
/** Lower explosive limit of methane, share of volume (NFPA 325: 5.0 %). */
const METHANE_LEL = 0.05
/** Window open. */
const AIRING_TAU_S = 30

/**
 * Methane in a well-mixed room, %LEL: C(t) = G/Q · (1 − e^(−Q·t/V)) with release G, ventilation Q and volume V.
 * `t` in seconds, `releaseLpm` in litres per minute.
 */
export function methaneLel(t: number, releaseLpm: number, roomM3: number): number {
  const airM3S = (AIR_CHANGES_PER_H * roomM3) / 3600
  const share = (releaseLpm / 60_000 / airM3S) * (1 - Math.exp((-airM3S * t) / roomM3))
  return Math.min(100, (share / METHANE_LEL) * 100)
}

/** A hose slips off; gas mixes into the room until the valve is shut and the window opened. */
export function planGas(entry: IncidentOf<'gas'>, context: PlanContext): PlannedIncident {
  const device = context.pick('gas-detector')
  const { startMs, endMs } = context
  const releaseLpm = entry.releaseLpm ?? DEFAULT_RELEASE_LPM
  const roomM3 = entry.roomM3 ?? DEFAULT_ROOM_M3
  return {
    truth: truthAt(context, device, 'gas'),
    effects: [
      {
        deviceId: device.id,
        fromMs: startMs,
        toMs: endMs + 8 * AIRING_TAU_S * 1000,
        change(metric, atMs, value) {
          if (metric !== 'ch4_lel') return value
          const t = (Math.min(atMs, endMs) - startMs) / 1000
          return value + methaneLel(t, releaseLpm, roomM3) * fading(atMs, endMs, AIRING_TAU_S)
        },
      },
    ],
  }
}
