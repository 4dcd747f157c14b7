import { expect, test } from 'vitest'
import { passesFilter } from '../../../alerts/dispatch/event-filter.ts'
import { type EventFilter, parseClientMessage } from '../../../alerts/dispatch/protocol.ts'
import type { AlertEvent } from '../../../core/ledger-entry.ts'
import { anEvent } from '../an-event.ts'

const parse = (message: object) => parseClientMessage(JSON.stringify(message))

test('the short forms of commands mean the same as the long one', () => {
  const long = parse({
    type: 'command',
    id: 'c1',
    name: 'acknowledge',
    alert: 'a1',
    comment: '在看',
    expectedVersion: 3,
  })
  expect(long).toEqual({
    type: 'command',
    id: 'c1',
    command: { type: 'acknowledge', alertId: 'a1', comment: '在看', expectedVersion: 3 },
  })
  expect(parse({ type: 'acknowledge', id: 'c1', alert: 'a1', comment: '在看', expectedVersion: 3 })).toEqual(long)
  expect(parse({ type: 'shelve', alert: 'a1', until: '2026-11-22T08:00:00+08:00', once: true })).toEqual({
    type: 'command',
    command: { type: 'shelve', alertId: 'a1', untilMs: Date.UTC(2026, 10, 22), once: true },
  })
  expect(parse({ type: 'comment', alert: 'a1', comment: '好' })).toEqual({
    type: 'command',
    command: { type: 'comment', alertId: 'a1', comment: '好' },
  })
})

test.each([
  [{ type: 'subscribe', subscriber: 'x'.repeat(65) }],
  [{ type: 'subscribe', subscriber: '../etc' }],
  [{ type: 'subscribe', after: 5 }],
  [{ type: 'subscribe', filter: { severity: [] } }],
  [{ type: 'subscribe', filter: { minSeverity: 'terrible' } }],
  [{ type: 'ack' }],
  [{ type: 'ack', cursor: 5 }],
  [{ type: 'command', name: 'acknowledge', alert: 'a' }],
  [{ type: 'command', id: 1, name: 'delete', alert: 'a' }],
  [{ type: 'comment', alert: 'a' }],
  [{ type: 'comment', alert: 'a', comment: 'x'.repeat(2001) }],
  [{ type: 'shelve', alert: 'a', until: 'tomorrow' }],
  [{ type: 'subscribe', filter: { quiet: true } }],
  [{ type: '__proto__' }],
])('%j is not a message', (message) => {
  expect(parse(message)).toHaveProperty('bad')
})

test('names may be Chinese, unknown fields of a message are passed over', () => {
  expect(parse({ type: 'subscribe', subscriber: '指挥中心-1', later: true })).not.toHaveProperty('bad')
})

const smoke: AlertEvent = anEvent(1, { subject: { device: 'd1', place: '东园路45号' } })
const quiet: AlertEvent = { ...smoke, push: false }
const lowered: AlertEvent = { ...smoke, type: 'alert.updated', severityBefore: 'critical' }

test.each<[string, EventFilter, AlertEvent, boolean]>([
  ['everything passes no filter', {}, smoke, true],
  ['one of the severities', { severity: ['major', 'minor'] }, smoke, true],
  ['none of the severities', { severity: 'minor' }, smoke, false],
  ['at least as severe', { minSeverity: 'major' }, smoke, true],
  ['less severe', { minSeverity: 'critical' }, smoke, false],
  ['no longer so severe', { minSeverity: 'critical' }, lowered, true],
  ['no longer of that severity', { severity: ['critical'] }, lowered, true],
  ['the rule', { rule: 'smoke' }, smoke, true],
  ['another rule', { rule: ['gas', 'tilt'] }, smoke, false],
  ['the category', { category: ['fire'] }, smoke, true],
  ['another category', { category: 'water' }, smoke, false],
  ['the device', { device: ['d1', 'd2'] }, smoke, true],
  ['another device', { device: 'd' }, smoke, false],
  ['the beginning of the place', { place: '东园路' }, smoke, true],
  ['another place', { place: ['西园路'] }, smoke, false],
  ['the type', { type: 'alert.raised' }, smoke, true],
  ['another type', { type: ['alert.cleared'] }, smoke, false],
  ['what is not pushed', {}, quiet, false],
  ['what is not pushed, for who asks', { quiet: 'include' }, quiet, true],
  ['all parts must match', { rule: 'smoke', device: 'd2' }, smoke, false],
])('filter: %s', (_, filter, event, passes) => {
  expect(passesFilter(filter, event)).toBe(passes)
})
