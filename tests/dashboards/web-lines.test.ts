import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Alert } from '../../core/alert.ts'
import { toAlertView } from '../../core/alert-view.ts'
import { alertsOf, type Cause, type Grouping, type QueueLine, toLines } from '../../dashboards/web/live/queue-lines.ts'
import { alertOf } from './alert-of.ts'

const SEVERITY = ['critical', 'major', 'minor', 'warning'] as const
const at = (id: string, place: string, level: 1 | 2 | 3 | 4, more: Partial<Alert> = {}) =>
  toAlertView(alertOf({ id, place, severity: SEVERITY[level - 1]!, ...more }))
const grouping = (more: Partial<Grouping> = {}): Grouping => ({
  causes: new Map(),
  opened: new Set(),
  firstId: undefined,
  ...more,
})
const told = (lines: QueueLine[]) =>
  lines.map((line) => (line.kind === 'alert' ? line.id : `[${line.group.members.map(({ id }) => id).join('')}]`))

describe('the lines of a flood', () => {
  const rows = [at('a', '东园', 1), at('b', '东园', 1), at('c', '东园', 2), at('d', '学宫', 2), at('e', '东园', 3)]

  it('are the alerts themselves while there is none', () => {
    expect(told(toLines(rows, null))).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('put those of one place and category together, never level Ⅰ, nor one that would be alone', () => {
    expect(told(toLines(rows, grouping()))).toEqual(['a', 'b', '[ce]', 'd'])
  })

  it('never put together what lives depend on', () => {
    const gas = [at('f', '东园', 2, { lifeSafety: true }), at('g', '东园', 2)]
    expect(told(toLines(gas, grouping()))).toEqual(['f', 'g'])
  })

  it('follow the cause that the service names, rather than the place', () => {
    const gateway: Cause = { kind: 'gateway', name: 'GW-1' }
    const causes = new Map(['d', 'e'].map((id) => [id, gateway]))
    expect(told(toLines(rows, grouping({ causes })))).toEqual(['a', 'b', 'c', '[de]'])
  })

  it('show the members of a group that is open, and which group has the first-out', () => {
    const id = 'group:building|东园|fire'
    const [, , group, first] = toLines(rows, grouping({ opened: new Set([id]), firstId: 'e' }))
    expect(group).toMatchObject({ kind: 'group', id, group: { worst: 2, waiting: 2, isOpen: true, hasFirst: true } })
    expect(first).toMatchObject({ kind: 'alert', id: 'c', isMember: true })
  })

  it('lose no alert and show none twice', () => {
    const some = fc.array(
      fc.record({ place: fc.constantFrom('东', '西', '南'), level: fc.constantFrom<1 | 2 | 3 | 4>(1, 2, 3, 4) }),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(some, (told) => {
        const alerts = told.map(({ place, level }, index) => at(`n${index}`, place, level))
        const shown = toLines(alerts, grouping()).flatMap(alertsOf)
        expect(shown.map(({ id }) => id).sort()).toEqual(alerts.map(({ id }) => id).sort())
      }),
    )
  })
})
