import type { FaultPlan } from './fault-run.ts'

type Plan = Omit<FaultPlan, 'seed' | 'say'> & { limitMs: number }

/** Within the normal test suite. */
export const SHORT: Plan = {
  alerts: 200,
  kills: 4,
  service: { upMs: [500, 4_000], awayMs: [0, 400] },
  database: { upMs: [1_000, 4_000], awayMs: [300, 2_000] },
  fleet: { devices: 12, paceMs: [60, 300] },
  settleMs: 30_000,
  limitMs: 240_000,
}

/** `npm run test:faults`. */
export const LONG: Plan = {
  alerts: 10_000,
  kills: 40,
  service: { upMs: [300, 8_000], awayMs: [0, 1_500] },
  database: { upMs: [1_000, 12_000], awayMs: [300, 6_000] },
  fleet: { devices: 40, paceMs: [100, 500] },
  settleMs: 120_000,
  limitMs: 3_600_000,
}
