import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { Alert } from '../../core/alert.ts'
import { toAlertView } from '../../core/alert-view.ts'
import type { LiveMessage } from '../../dashboards/contract.ts'
import {
  type AlertFilter,
  addressOfFilter,
  filterOfAddress,
  matchesFilter,
  NO_FILTER,
  SHOWS,
  SORTS,
} from '../../dashboards/web/live/alert-filter.ts'
import { initialLiveState } from '../../dashboards/web/live/live-state.ts'
import { toQueueView } from '../../dashboards/web/live/queue-view.ts'
import { type LiveAction, reduceLive } from '../../dashboards/web/live/reduce-live.ts'
import { targetsOf } from '../../dashboards/web/live/selection.ts'
import { alertOf } from './alert-of.ts'

const view = (id: string, more: Partial<Alert> = {}) => toAlertView(alertOf({ id, ...more }))
const given = { assigned: { to: { department: '消防救援站', person: '李工' }, by: '王敏', atMs: 0 } }
const quiet = { quiet: { gate: 'shelf' as const, by: '王敏', sinceMs: 0 } }

describe('the filter', () => {
  test.each<[string, Partial<AlertFilter>, Partial<Alert>, boolean]>([
    ['nothing lets all through', {}, {}, true],
    ['a level', { level: 2 }, { severity: 'critical' }, false],
    ['a category', { category: 'fire' }, { category: 'river' }, false],
    ['what waits: not what is seen', { show: 'waiting' }, { acknowledged: true }, false],
    ['what waits: not what is kept quiet', { show: 'waiting' }, quiet, false],
    ['what is seen', { show: 'seen' }, { acknowledged: true }, true],
    ['what is given to somebody', { show: 'given' }, given, true],
    ['what is given: not the others', { show: 'given' }, {}, false],
    ['what is kept quiet', { show: 'quiet' }, quiet, true],
    ['words in the title', { text: '烟雾' }, {}, true],
    ['words in either language, in any case', { text: 'SMOKE density' }, {}, true],
    ['all words must be there', { text: '烟雾 学宫巷' }, {}, false],
    ['words of the place and the device', { text: '东园路 sn-1' }, {}, true],
    ['the person it is given to', { text: '李工' }, given, true],
  ])('%s', (_, change, alert, isShown) => {
    expect(matchesFilter(view('A', alert), { ...NO_FILTER, ...change })).toBe(isShown)
  })

  const filters: fc.Arbitrary<AlertFilter> = fc.record({
    level: fc.constantFrom(0, 1, 2, 3, 4),
    show: fc.constantFrom(...SHOWS),
    category: fc.constantFrom('', 'fire', 'river'),
    sort: fc.constantFrom(...SORTS),
    text: fc.string().map((text) => text.trim()),
  })
  it('comes back from an address as it went in, and leaves the rest of the address alone', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        const search = addressOfFilter(filter, '?theme=light&wall')
        expect(filterOfAddress(search)).toEqual(filter)
        expect(new URLSearchParams(search).get('theme')).toBe('light')
        expect(new URLSearchParams(search).has('wall')).toBe(true)
      }),
    )
  })

  it('is nothing for an address that says nothing it knows', () => {
    expect(filterOfAddress('?level=9&show=any&category=__proto__')).toEqual(NO_FILTER)
  })
})

const snapshot = (...alerts: ReturnType<typeof view>[]): LiveAction => ({
  type: 'message',
  message: { type: 'snapshot', seq: 0, alerts, total: alerts.length },
  nowMs: 0,
})
const play = (...actions: LiveAction[]) => actions.reduce(reduceLive, initialLiveState(NO_FILTER))
const minute = (n: number) => ({ raisedAtMs: n * 60_000 })
const four = snapshot(view('A', minute(4)), view('B', minute(3)), view('C', minute(2)), view('D', minute(1)))
const pickedBy = (...actions: LiveAction[]) => [...play(four, ...actions).picked].sort().join('')

describe('a filter that hides', () => {
  it('says how many of level Ⅰ wait behind it', () => {
    const state = play(four, { type: 'filter', change: { text: 'nothing like it' } })
    expect(toQueueView(state)).toMatchObject({ rows: [], hiddenCritical: 4 })
  })

  it('holds nothing of level Ⅰ back that comes to a held list', () => {
    const state = play(snapshot(view('A', { category: 'river' })), { type: 'select', id: 'A' })
    const filtered = reduceLive(state, { type: 'filter', change: { category: 'river' } })
    const message: LiveMessage = { type: 'delta', seq: 1, alerts: [view('FIRE')] }
    const after = reduceLive(filtered, { type: 'message', message, nowMs: 0 })
    expect(toQueueView(after).pinned.map(({ id }) => id)).toEqual(['FIRE'])
  })

  it('never shows alerts by which the path is tried', () => {
    expect(play(snapshot(view('T', { test: true }))).alerts.size).toBe(0)
  })
})

describe('picking several alerts', () => {
  const select: LiveAction = { type: 'select', id: 'B' }
  test.each<[string, LiveAction[], string]>([
    ['a click alone picks none', [select], ''],
    ['Ctrl adds to the selected one', [select, { type: 'pick', id: 'D', how: 'one' }], 'BD'],
    [
      'Ctrl again takes out',
      [select, { type: 'pick', id: 'D', how: 'one' }, { type: 'pick', id: 'B', how: 'one' }],
      'D',
    ],
    ['Shift takes all from the selected one on', [select, { type: 'pick', id: 'D', how: 'range' }], 'BCD'],
    ['upwards too', [select, { type: 'pick', id: 'A', how: 'range' }], 'AB'],
    ['Shift and arrows', [select, { type: 'extend', by: 1 }, { type: 'extend', by: 1 }], 'BCD'],
    ['and back again', [select, { type: 'extend', by: 1 }, { type: 'extend', by: -1 }], 'B'],
    ['all', [{ type: 'pickAll' }], 'ABCD'],
    ['moving on lets go', [{ type: 'pickAll' }, { type: 'move', by: 1 }], ''],
    ['the list that moves again lets go', [{ type: 'pickAll' }, { type: 'release' }], ''],
  ])('%s', (_, actions, picked) => expect(pickedBy(...actions)).toBe(picked))

  it('holds the list, and is what an act is for', () => {
    const state = play(four, select, { type: 'pick', id: 'D', how: 'one' })
    expect(state.held).toEqual(['A', 'B', 'C', 'D'])
    expect(targetsOf(state, toQueueView(state)).map(({ id }) => id)).toEqual(['B', 'D'])
  })

  it('is not needed for one', () => {
    const state = play(four, select)
    expect(targetsOf(state, toQueueView(state)).map(({ id }) => id)).toEqual(['B'])
  })
})

describe('an alert that a link names', () => {
  it('is shown though it is closed, and goes when another is selected', () => {
    const closed = view('OLD', { state: 'cleared', acknowledged: true })
    const state = play(four, { type: 'show', alert: closed })
    expect([state.selectedId, state.alerts.get('OLD')?.state]).toEqual(['OLD', 'cleared'])
    expect(reduceLive(state, { type: 'select', id: null }).alerts.has('OLD')).toBe(false)
  })
})
