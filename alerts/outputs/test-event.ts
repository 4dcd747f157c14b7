import type { OutgoingEvent } from '../../core/output.ts'
import { toOutgoing } from './to-outgoing.ts'

/** A made-up alert by which somebody tries an output by hand. It is in no ledger, so its id is one that no event has. */
export function aTestEvent(ledgerId: string, nowMs: number): OutgoingEvent {
  const id = `test-${nowMs}`
  const outgoing = toOutgoing(ledgerId, 0, {
    type: 'alert.raised',
    atMs: nowMs,
    alert: {
      id,
      rule: 'huying.test',
      ruleTitle: { zh: '测试告警', en: 'Test alert' },
      category: 'other',
      severity: 'warning',
      state: 'active',
      acknowledged: false,
      subject: { place: 'huying' },
      place: 'huying',
      raisedAtMs: nowMs,
      lastAtMs: nowMs,
      occurrences: 1,
      reason: { code: 'test' },
      evidence: [],
      version: 1,
      lastOrder: { seq: 0, clockMs: nowMs },
      test: true,
    },
  })
  return { ...outgoing, view: { ...outgoing.view, id: `${ledgerId}-${id}` } }
}
