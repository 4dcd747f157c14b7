import { describe, expect, it } from 'vitest'
import { toAlertView } from '../../core/alert-view.ts'
import type { LedgerEntryView } from '../../dashboards/contract.ts'
import { actsOf, floodsSince, openItems, talliesOf } from '../../dashboards/web/command/report/shift-facts.ts'
import { alertOf } from './alert-of.ts'

const entry = (seq: number, type: string, by: string | undefined, comment?: string): LedgerEntryView => ({
  ...{ seq, type, at: '2026-11-22T09:00:00.000Z', leafHash: '' },
  ...(by !== undefined && { by }),
  entry: { type, alert: alertOf({ id: `A-${seq}` }), ...(comment !== undefined && { comment }) },
})

describe('the shift report', () => {
  const acts = actsOf([
    entry(4, 'alert.acknowledged', '王敏'),
    entry(3, 'alert.commented', '李工', '现场无明火'),
    entry(2, 'alert.acknowledged', '王敏'),
    entry(1, 'alert.raised', undefined),
    { seq: 0, type: 'rule.changed', by: '王敏', at: '', leafHash: '', entry: {} },
  ])

  it('tells what people did to alerts, not what rules did', () => {
    expect(acts.map(({ seq, by, comment, place }) => [seq, by, comment, place])).toEqual([
      [4, '王敏', '', '东园路45号'],
      [3, '李工', '现场无明火', '东园路45号'],
      [2, '王敏', '', '东园路45号'],
    ])
  })

  it('counts it by person, the busiest first', () => {
    expect(talliesOf(acts)).toEqual([
      { name: '王敏', acts: [{ type: 'alert.acknowledged', count: 2 }] },
      { name: '李工', acts: [{ type: 'alert.commented', count: 1 }] },
    ])
  })

  it('leaves what is open, the most urgent first, and floods of the shift', () => {
    const alerts = [alertOf({ id: 'B', severity: 'minor' }), alertOf({ id: 'A' })].map(toAlertView)
    expect(openItems(new Map(alerts.map((alert) => [alert.id, alert]))).map(({ id }) => id)).toEqual(['A', 'B'])
    const over = ['2026-11-22T01:00:00Z', '2026-11-22T08:00:00Z'].map((endedAt) => ({ endedAt }))
    expect(floodsSince(over as never, Date.parse('2026-11-22T02:00:00Z'))).toEqual([over[1]])
  })
})
