import { type Effect, fading, type PlanContext } from './incident.ts'

/** Adds to metrics an amount that settles by 1 − e^(−t/τ), τ a fifth of the duration, and fades as fast afterwards. */
export function settlingEffect(context: PlanContext, deviceId: string, rises: Record<string, number>): Effect {
  const { startMs, endMs } = context
  const tauS = (endMs - startMs) / 5000
  return {
    deviceId,
    fromMs: startMs,
    toMs: endMs + 6 * tauS * 1000,
    change(metric, atMs, value) {
      const rise = rises[metric]
      if (rise === undefined) return value
      const t = (Math.min(atMs, endMs) - startMs) / 1000
      return value + rise * (1 - Math.exp(-t / tauS)) * fading(atMs, endMs, tauS)
    },
  }
}
