import type { IncidentOf } from '../scenario.ts'
import type { Effect, PlanContext, PlannedIncident } from './incident.ts'

const DEFAULT_BOD_MG_L = 90
/** Domestic sewage holds 30 to 50 mg/L; here diluted three to one. */
const DEFAULT_NH3N_MG_L = 12
const DEFAULT_TURBIDITY_NTU = 120
const DEFAULT_FLOW_M_S = 0.1
const DEFAULT_TIME_SCALE = 200
const S_PER_DAY = 86_400
/** Deoxygenation and reaeration per day at 20 °C: raw sewage, slow deep canal (Chapra 1997, chapters 19 and 20). */
const KD_PER_DAY = 0.35
const KA_PER_DAY = 0.7
/** Share of the travel time by which the edges of the slug are smeared when they arrive. */
const SMEAR = 0.12
/** Suspended matter settles on the way: half is left after this distance, m. */
const SETTLING_M = 1500

/**
 * Streeter and Phelps (1925): oxygen deficit, mg/L, after `days` of travel below an outlet that brought the water to an
 * oxygen demand of `bodMgL`; D = kd·L0/(ka−kd) · (e^(−kd·t) − e^(−ka·t)).
 */
export function oxygenDeficitMgL(days: number, bodMgL: number): number {
  const decay = Math.exp(-KD_PER_DAY * days) - Math.exp(-KA_PER_DAY * days)
  return ((KD_PER_DAY * bodMgL) / (KA_PER_DAY - KD_PER_DAY)) * decay
}

/**
 * A slug of sewage enters the river and passes station after station: ammonia and turbidity jump as it arrives, oxygen
 * sags more the further it came. `timeScale` compresses the hours of travel into minutes.
 */
export function planDischarge(entry: IncidentOf<'discharge'>, context: PlanContext): PlannedIncident {
  const { startMs, endMs } = context
  const scale = entry.timeScale ?? DEFAULT_TIME_SCALE
  const flowMS = entry.flowMS ?? DEFAULT_FLOW_M_S
  const passages = context.fleet
    .filter((device) => device.type === 'river-station' && (device.alongM ?? -1) >= entry.fromM)
    .map((device) => {
      const metres = device.alongM! - entry.fromM
      const delayMs = (metres / flowMS / scale) * 1000
      return { device, metres, days: metres / flowMS / S_PER_DAY, fromMs: startMs + delayMs, toMs: endMs + delayMs }
    })
    .sort((a, b) => a.metres - b.metres)
  const first = passages[0]
  const at = first?.device ?? context.pick('river-station')
  return {
    truth: {
      id: context.id,
      kind: 'discharge',
      isIncident: true,
      startMs,
      endMs,
      device: at.id,
      place: at.place,
      position: at.position,
      alerts: passages.map(({ device, fromMs, toMs }) => ({
        device: device.id,
        category: 'river' as const,
        fromMs: Math.max(startMs, fromMs - smearMs(fromMs - startMs) * 3),
        byMs: toMs,
      })),
    },
    effects: passages.map((passage) => toEffect(passage, startMs, entry)),
  }
}

interface Passage {
  device: { id: string }
  metres: number
  days: number
  fromMs: number
  toMs: number
}

function toEffect(passage: Passage, startMs: number, entry: IncidentOf<'discharge'>): Effect {
  const { device, metres, days, fromMs, toMs } = passage
  const edgeMs = smearMs(fromMs - startMs)
  const settled = 2 ** (-metres / SETTLING_M)
  const added: Record<string, number> = {
    do_mg_l: -oxygenDeficitMgL(days, entry.bodMgL ?? DEFAULT_BOD_MG_L),
    nh3n_mg_l: entry.nh3nMgL ?? DEFAULT_NH3N_MG_L,
    codmn_mg_l: (entry.bodMgL ?? DEFAULT_BOD_MG_L) * 0.25 * Math.exp(-KD_PER_DAY * days),
    turbidity_ntu: (entry.turbidityNtu ?? DEFAULT_TURBIDITY_NTU) * settled,
    ph: -0.4,
  }
  return {
    deviceId: device.id,
    fromMs: Math.max(startMs, fromMs - 5 * edgeMs),
    toMs: toMs + 5 * edgeMs,
    change(metric, atMs, value) {
      const change = added[metric]
      if (change === undefined) return value
      const share = edge((atMs - fromMs) / edgeMs) - edge((atMs - toMs) / edgeMs)
      return Math.max(metric === 'do_mg_l' ? 0.2 : 0, value + change * share)
    },
  }
}

function smearMs(travelMs: number): number {
  return 1000 + SMEAR * travelMs
}

/** The normal distribution function to within 0.01, by a logistic curve. */
function edge(z: number): number {
  return 1 / (1 + Math.exp(-1.702 * z))
}
