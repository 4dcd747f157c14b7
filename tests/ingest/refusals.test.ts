import { expect, it } from 'vitest'
import { refuse } from '../../core/refusal.ts'
import { createRefusals } from '../../ingest/refusals.ts'

it('refusals are counted per device and reason, latest first, with the last detail', () => {
  let nowMs = 0
  const refusals = createRefusals({ clock: { nowMs: () => ++nowMs } })
  refusals.count('a', refuse('bad_payload', 'first'))
  refusals.count('b', refuse('bad_payload', 'x'.repeat(500)))
  refusals.count(null, refuse('bad_token', 'nobody'))
  refusals.count('a', refuse('bad_payload', 'second'))

  expect(refusals.list()).toEqual([
    { device: 'a', reason: 'bad_payload', count: 2, lastAtMs: 4, lastDetail: 'second' },
    { device: '?', reason: 'bad_token', count: 1, lastAtMs: 3, lastDetail: 'nobody' },
    { device: 'b', reason: 'bad_payload', count: 1, lastAtMs: 2, lastDetail: 'x'.repeat(200) },
  ])
  expect([refusals.total('bad_payload'), refusals.total('too_large'), refusals.total()]).toEqual([3, 0, 4])
})

it('refusals keep their memory bounded, and strangers cannot crowd out devices', () => {
  const refusals = createRefusals({ clock: { nowMs: () => 1 }, maxDevices: 100 })
  for (let i = 0; i < 1000; i++) refusals.count(`stranger-${i}`, refuse('unknown_device', 'x'))
  for (let i = 0; i < 1000; i++) refusals.count(`device-${i}`, refuse('bad_payload', 'x'))
  refusals.count('not an id', refuse('bad_payload', 'x'))

  const rows = refusals.list()
  const counted = (device: string) =>
    rows.filter((row) => row.device === device).reduce((sum, row) => sum + row.count, 0)
  expect(rows.length).toBeLessThanOrEqual(102)
  expect(rows.filter(({ device }) => device.startsWith('stranger')).length).toBe(10)
  expect(rows.filter(({ device }) => device.startsWith('device')).length).toBeGreaterThan(85)
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(2001)
  expect(counted('?')).toBeGreaterThan(1890)
  expect(refusals.total()).toBe(2001)
})

it('refusals come back from a snapshot', () => {
  const clock = { nowMs: () => 5 }
  const before = createRefusals({ clock })
  before.count('a', refuse('bad_payload', 'x'))
  const after = createRefusals({ clock, restored: before.snapshot() })
  after.count('a', refuse('bad_payload', 'y'))

  expect(after.list()).toEqual([{ device: 'a', reason: 'bad_payload', count: 2, lastAtMs: 5, lastDetail: 'y' }])
})
