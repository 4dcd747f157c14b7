import { expect, test } from 'vitest'
import { toEventTest } from '../../../alerts/dispatch/event-filter.ts'
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
  [{ type: 'subscribe', filter: { category: 'fires' } }],
  [{ type: 'subscribe', filter: { type: ['alert.razed'] } }],
  [{ type: 'subscribe', filter: { department: '' } }],
  [{ type: 'subscribe', filter: { test: 'only' } }],
  [{ type: 'false_alarm', alert: 'a' }],
  [{ type: 'false_alarm', alert: 'a', reason: 'boredom' }],
  [{ type: 'assign', alert: 'a' }],
  [{ type: 'assign', alert: 'a', to: {} }],
  [{ type: 'assign', alert: 'a', to: { team: 'x' } }],
  [{ type: 'command', id: 1, name: 'hand_over', alert: 'a', external: { system: '12345' } }],
  [{ type: '__proto__' }],
])('%j is not a message', (message) => {
  expect(parse(message)).toHaveProperty('bad')
})

test.each([
  [{ type: 'false_alarm', alert: 'a', reason: 'weather' }, { reason: 'weather' }],
  [{ type: 'assign', alert: 'a', to: { grid: 'g', person: '李' } }, { to: { grid: 'g', person: '李' } }],
  [{ type: 'assign', alert: 'a', to: null }, { to: null }],
  [
    { type: 'hand_over', alert: 'a', external: { system: 's', number: '1' } },
    { external: { system: 's', number: '1' } },
  ],
  [{ type: 'reopen', alert: 'a' }, {}],
])('%j is a command', (message, parts) => {
  expect(parse(message)).toEqual({ type: 'command', command: { type: message.type, alertId: 'a', ...parts } })
  const { type, ...rest } = message
  expect(parse({ ...rest, type: 'command', name: type, id: 1 })).toMatchObject({ id: 1, command: { type, ...parts } })
})

test('names may be Chinese, unknown fields of a message are passed over', () => {
  expect(parse({ type: 'subscribe', subscriber: '指挥中心-1', later: true })).not.toHaveProperty('bad')
})

const smoke: AlertEvent = anEvent(1, { subject: { device: 'd1', place: '东园路45号' } })
const about = (alert: Partial<AlertEvent['alert']>): AlertEvent => ({ ...smoke, alert: { ...smoke.alert, ...alert } })
const placed: AlertEvent = about({
  area: { community: '上塘社区', grid: '上塘社区第1网格', river: '文津河', reach: '上塘段' },
  department: '消防救援站',
})
const assigned: AlertEvent = {
  ...about({ assigned: { to: { department: '城管中队', grid: '仁和社区第2网格' }, by: '王', atMs: 1 } }),
  assignedBefore: { department: '派出所' },
}
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
  ['the community', { community: ['上塘社区', '仁和社区'] }, placed, true],
  ['another community', { community: '仁和社区' }, placed, false],
  ['the grid', { grid: '上塘社区第1网格' }, placed, true],
  ['no grid', { grid: '上塘社区第1网格' }, smoke, false],
  ['the river', { river: '文津河' }, placed, true],
  ['the reach', { reach: ['平桥段', '上塘段'] }, placed, true],
  ['another reach', { reach: '平桥段' }, placed, false],
  ['the department whose duty it is', { department: '消防救援站' }, placed, true],
  ['the department that it was assigned to', { department: '城管中队' }, assigned, true],
  ['the grid that it was assigned to', { grid: '仁和社区第2网格' }, assigned, true],
  ['the department that no longer has it', { department: '派出所' }, assigned, true],
  ['another department', { department: '河长办' }, assigned, false],
])('filter: %s', (_, filter, event, passes) => {
  expect(toEventTest(filter, true)(event)).toBe(passes)
})

const trial: AlertEvent = about({ test: true })
test.each<[string, EventFilter, boolean, boolean]>([
  [
    'passes by name, whatever the filter says',
    { severity: 'critical', place: '别处', type: 'alert.cleared' },
    true,
    true,
  ],
  ['is not sent by name when it is excluded', { test: 'exclude' }, true, false],
  ['is not sent without a name', {}, false, false],
  ['is sent without a name when asked for', { test: 'include', category: 'water' }, false, true],
])('an alert that tries the path %s', (_, filter, isNamed, passes) => {
  expect(toEventTest(filter, isNamed)(trial)).toBe(passes)
})
