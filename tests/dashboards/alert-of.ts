import type { Alert } from '../../core/alert.ts'

/** An alert of a smoke detector at 09:00 UTC, but for what is said otherwise. */
export function alertOf(changes: Partial<Alert> & { id: string }): Alert {
  const raisedAtMs = Date.UTC(2026, 10, 22, 9)
  return {
    rule: 'smoke-high',
    ruleTitle: { zh: '烟雾浓度超限', en: 'Smoke density high' },
    category: 'fire',
    severity: 'critical',
    state: 'active',
    acknowledged: false,
    subject: { device: 'SN-1', metric: 'smoke_dbm' },
    place: '东园路45号',
    raisedAtMs,
    lastAtMs: raisedAtMs,
    occurrences: 1,
    reason: { code: 'above', metric: 'smoke_dbm', value: 0.25, limit: 0.1, unit: 'dB/m', durationS: 10 },
    evidence: [],
    version: 1,
    lastOrder: { seq: 1, clockMs: raisedAtMs },
    ...changes,
  }
}
