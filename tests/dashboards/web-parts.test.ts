import { describe, expect, it, test } from 'vitest'
import { toAlertView } from '../../core/alert-view.ts'
import { protocolsWithToken } from '../../core/dispatch-client/token-protocols.ts'
import { tokenOfProtocols } from '../../core/token-of-protocols.ts'
import type { AlertStepView, DeviceView } from '../../dashboards/contract.ts'
import { chartWindow } from '../../dashboards/web/detail/chart-window.ts'
import { foldUpdates } from '../../dashboards/web/detail/fold-updates.ts'
import { toSeries } from '../../dashboards/web/detail/to-series.ts'
import { NO_FILTER } from '../../dashboards/web/live/alert-filter.ts'
import { alertMarkers, deviceMarkers } from '../../dashboards/web/map/to-markers.ts'
import { stepFrom } from '../../dashboards/web/shell/step-from.ts'
import { alertOf } from './alert-of.ts'

const MINUTE = 60_000
const NOW = Date.UTC(2026, 10, 22, 12)

test('keys go through a list one by one to its ends, and begin with the first', () => {
  const ids = ['a', 'b', 'c']
  const walk: [string | null, number, string][] = [
    [null, 1, 'a'],
    ['gone', -1, 'a'],
    ['a', 1, 'b'],
    ['a', -1, 'a'],
    ['c', 1, 'c'],
    ['b', 9, 'c'],
  ]
  for (const [from, by, to] of walk) expect(stepFrom(ids, from, by)).toBe(to)
  expect(stepFrom([], 'a', 1)).toBeUndefined()
})

describe('the curve of an alert', () => {
  it('shows a pause in the readings as a gap', () => {
    const at = (second: number) => new Date(NOW + second * 1000).toISOString()
    const readings = [0, 10, 20, 100, 110].map((second) => ({ at: at(second), value: second }))
    expect(toSeries(readings).values).toEqual([0, 10, 20, null, 100, 110])
  })

  it('is in order of time, whatever came first', () => {
    const readings = [3, 1, 2].map((value) => ({ at: new Date(NOW + value * 1000).toISOString(), value }))
    expect(toSeries(readings).values).toEqual([1, 2, 3])
  })

  test.each([
    ['an active one: from before it until now', 10, undefined, [-25, 0]],
    ['one that cleared: until a little after', 60, 50, [-75, -45]],
    ['one of long ago: the last two hours', 600, undefined, [-120, 0]],
  ])('covers %s', (_, raisedAgo, clearedAgo, [from, to]) => {
    const ago = (minutes: number) => new Date(NOW - minutes * MINUTE).toISOString()
    const state = clearedAgo === undefined ? 'active' : 'cleared'
    const alert = {
      raisedAt: ago(raisedAgo),
      state,
      ...(clearedAgo !== undefined && { clearedAt: ago(clearedAgo) }),
    } as const
    const { fromMs, toMs } = chartWindow(alert, NOW)
    expect([Math.round((fromMs - NOW) / MINUTE), Math.round((toMs - NOW) / MINUTE)]).toEqual([from, to])
  })
})

describe('the timeline', () => {
  it('shows the first and the last of many repeats, and all that people did', () => {
    const types = ['raised', 'updated', 'updated', 'commented', 'updated', 'acknowledged'] as const
    const steps = types.map(
      (type, index): AlertStepView => ({ type: `alert.${type}`, at: '', version: index + 1, occurrences: 1 }),
    )
    expect(foldUpdates(steps).map(({ version }) => version)).toEqual([1, 2, 4, 5, 6])
  })
})

describe('the way back to the server', () => {
  test.each(['plain-token', 'with/slash+and=', '带中文'])('carries the token %s', (token) => {
    expect(tokenOfProtocols(protocolsWithToken('huying.live.v1', token).join(', '))).toBe(token)
  })
})

describe('the map', () => {
  const position = { lat: 31.3, lon: 120.6 }
  const device: DeviceView = { id: 'SN-1', type: 'smoke-detector', registeredAt: '', position, online: true }

  it('shows open alerts of the filter that have a place, their own or their device’s', () => {
    const own = { lat: 31.4, lon: 120.7 }
    const alerts = [
      alertOf({ id: 'of-device' }),
      alertOf({ id: 'own', position: own, acknowledged: true }),
      alertOf({ id: 'nowhere', subject: { device: 'SN-404' } }),
      alertOf({ id: 'closed', state: 'cleared', acknowledged: true }),
      alertOf({ id: 'filtered', severity: 'warning' }),
    ].map(toAlertView)
    expect(alertMarkers(alerts, { ...NO_FILTER, level: 1 }, new Map([[device.id, device]]))).toEqual([
      { id: 'of-device', position, properties: { level: 1, isWaiting: true } },
      { id: 'own', position: own, properties: { level: 1, isWaiting: false } },
    ])
  })

  it('claims nothing about devices while the feed is lost', () => {
    expect(deviceMarkers([device], false)[0]?.properties).toEqual({ isOnline: true })
    expect(deviceMarkers([device], true)[0]?.properties).toEqual({ isOnline: undefined })
  })
})
