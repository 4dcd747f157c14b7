import type { Signal } from '../../core/signal.ts'

/** A signal of the smoke rule for device `smoke-1`, one per `seq`, at one second per `seq`. */
export function aSignal(seq: number, over: Partial<Signal> = {}): Signal {
  return {
    rule: 'smoke',
    ruleTitle: { zh: '烟雾', en: 'Smoke' },
    category: 'fire',
    subject: { device: 'smoke-1', metric: 'smoke_dbm' },
    state: 'active',
    severity: 'major',
    order: { seq, clockMs: seq * 1000 },
    atMs: seq * 1000 - 100,
    reason: { code: 'above', metric: 'smoke_dbm', value: 0.12, limit: 0.1, unit: 'dB/m' },
    ...over,
  }
}
