import { expect, it } from 'vitest'
import { toParts, toText } from '../../app/commands/why.ts'
import type { WhyView } from '../../dashboards/contract.ts'

it.each([
  ['smoke-1/smoke_dbm', { device: 'smoke-1', metric: 'smoke_dbm' }],
  ['smoke-1', { device: 'smoke-1' }],
  ['place=东园路45号', { place: '东园路45号' }],
  ['label=debris,cell=139138,458080', { label: 'debris', cell: '139138,458080' }],
])('a subject is named on the command line as %s', (text, parts) => {
  expect(toParts(text)).toEqual(parts)
})

it('is told with the verdict first, then the readings, each severity and each gate', () => {
  const answer: WhyView = {
    rule: { id: 'smoke-high', title: { zh: '烟雾', en: 'Smoke' }, kind: 'threshold', version: 'abc', number: 3 },
    subject: { device: 'smoke-1', metric: 'smoke_dbm' },
    at: '2026-11-22T10:00:00.000Z',
    source: 'recomputed',
    state: 'inactive',
    stoppedBy: 'delay',
    inputs: [],
    readings: [
      {
        device: 'smoke-1',
        metric: 'smoke_dbm',
        at: '2026-11-22T09:59:58.000Z',
        value: 0.12,
        arrivedAt: '2026-11-22T09:59:58.100Z',
      },
    ],
    predicates: [
      {
        severity: 'critical',
        holds: true,
        byHysteresis: false,
        reason: { code: 'above', value: 0.12, limit: 0.1, unit: 'dB/m', clause: 'EN 54-7' },
      },
    ],
    gates: [
      { gate: 'condition', passed: true, facts: { measured: 0.12 } },
      { gate: 'delay', passed: false, facts: { onDelayS: 10 }, until: '2026-11-22T10:00:08.000Z' },
    ],
    recomputed: { from: '2026-11-21T10:00:00.000Z', observations: 1440, complete: true },
  }
  expect(toText(answer)).toBe(
    `smoke-high (threshold, version 3, abc)  smoke-1 smoke_dbm  2026-11-22T10:00:00.000Z
NOT FIRING: stopped by delay
readings:
  2026-11-22T09:59:58.000Z  smoke_dbm 0.12
predicates:
  critical 0.12 above 0.1 dB/m: holds (EN 54-7)
gates:
  ✓ condition      measured 0.12
  ✗ delay          onDelayS 10, until 2026-11-22T10:00:08.000Z
recomputed from 2026-11-21T10:00:00.000Z, 1440 observations`,
  )
})
