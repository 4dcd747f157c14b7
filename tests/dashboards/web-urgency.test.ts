import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { Alert } from '../../core/alert.ts'
import { toAlertView } from '../../core/alert-view.ts'
import { RESPONSE_TIMES } from '../../core/response-times.ts'
import { NO_FILTER } from '../../dashboards/web/live/alert-filter.ts'
import { deadlineOf } from '../../dashboards/web/live/deadline.ts'
import { initialLiveState } from '../../dashboards/web/live/live-state.ts'
import { toQueueView } from '../../dashboards/web/live/queue-view.ts'
import { reduceLive } from '../../dashboards/web/live/reduce-live.ts'
import { isGrowing, repeatsOf } from '../../dashboards/web/live/repeats.ts'
import { topTalkers } from '../../dashboards/web/live/talkers.ts'
import { createTimes } from '../../dashboards/web/words/times.ts'
import { alertOf } from './alert-of.ts'

const MINUTE = 60_000
const RAISED = Date.UTC(2026, 10, 22, 9)
const view = (id: string, more: Partial<Alert> = {}) => toAlertView(alertOf({ id, raisedAtMs: RAISED, ...more }))

describe('the deadline of an alert', () => {
  const dueIn = (more: Partial<Alert>) => {
    const dueMs = deadlineOf(view('A', more), RESPONSE_TIMES)
    return dueMs === null ? null : (dueMs - RAISED) / MINUTE
  }
  test.each<[string, Partial<Alert>, number | null]>([
    ['is minutes for level Ⅰ', { severity: 'critical' }, 5],
    ['is an hour for level Ⅱ', { severity: 'major' }, 60],
    ['is over once somebody has acknowledged', { acknowledged: true }, null],
    ['is none while it is kept quiet', { quiet: { gate: 'shelf', by: '王敏', sinceMs: 0 } }, null],
    ['is none for what cleared by itself', { state: 'cleared' }, null],
  ])('%s', (_, more, minutes) => expect(dueIn(more)).toBe(minutes))

  it('puts what has to be answered soonest first, where somebody asks for that order, also in a held list', () => {
    const alerts = [
      view('late-minor', { severity: 'minor', raisedAtMs: RAISED - 2_000 * MINUTE }),
      view('seen', { acknowledged: true }),
      view('new-critical'),
    ]
    const held = reduceLive(
      reduceLive(initialLiveState(NO_FILTER), {
        type: 'message',
        message: { type: 'snapshot', seq: 0, alerts, total: 3 },
        nowMs: RAISED,
      }),
      { type: 'hold' },
    )
    const ids = (state: typeof held) => toQueueView(state).rows.map(({ id }) => id)
    expect(ids(held)).toEqual(['new-critical', 'seen', 'late-minor'])
    const sorted = reduceLive(held, { type: 'filter', change: { sort: 'deadline' } })
    expect(ids(sorted)).toEqual(['late-minor', 'new-critical', 'seen'])
  })
})

describe('repeats', () => {
  const told = (occurrences: number, lastMinute: number) =>
    view('A', { occurrences, lastAtMs: RAISED + lastMinute * MINUTE })
  test.each<[string, ReturnType<typeof told>, number, boolean]>([
    ['still come when the last is as fresh as the pauses between them', told(5, 20), 25, true],
    ['have stopped when it is older than two of them', told(5, 20), 31, false],
    ['have not begun with the first', told(1, 0), 0, false],
    ['are over with the alert', view('A', { occurrences: 5, state: 'cleared' }), 1, false],
  ])('%s', (_, alert, minute, grows) => expect(isGrowing(alert, RAISED + minute * MINUTE)).toBe(grows))

  it('are counted in the stretch in which they came, and none is lost', () => {
    const step = (minute: number, occurrences: number) => ({
      ...{
        type: 'alert.updated' as const,
        at: new Date(RAISED + minute * MINUTE).toISOString(),
        version: 1,
        occurrences,
      },
    })
    expect(repeatsOf([step(0, 1), step(4, 5), step(4.5, 6), step(10, 9)], RAISED, RAISED + 10 * MINUTE, 5)).toEqual([
      1, 0, 5, 0, 3,
    ])
  })
})

describe('the loudest sources', () => {
  it('are a rule at a place each, by how often they were raised, without what nobody may put aside', () => {
    const at = (id: string, place: string, occurrences: number, more: Partial<Alert> = {}) =>
      view(id, { severity: 'minor', place, occurrences, ...more })
    const alerts = [
      at('a', '学宫巷', 3),
      at('b', '学宫巷', 4),
      at('c', '东园路', 9),
      at('d', '平桥街', 1),
      at('e', '平桥街', 99, { severity: 'critical' }),
      at('f', '平桥街', 99, { lifeSafety: true }),
      at('g', '平桥街', 99, { quiet: { gate: 'shelf', by: '王敏', sinceMs: 0 } }),
    ]
    expect(topTalkers(alerts, 2).map(({ where, times }) => `${where} ${times}`)).toEqual(['东园路 9', '学宫巷 7'])
  })
})

describe('a field for date and time', () => {
  it('shows the clock of the sub-district, and means the same minute again', () => {
    const times = createTimes('zh', 'Asia/Shanghai')
    expect(times.toField(RAISED)).toBe('2026-11-22T17:00')
    expect(times.ofField('')).toBeNaN()
    const zones = fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/St_Johns', 'UTC')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000 }), zones, (minutes, zone) => {
        const inZone = createTimes('en', zone)
        const atMs = RAISED + minutes * MINUTE
        const again = inZone.ofField(inZone.toField(atMs))
        // In the hour that a clock has twice, either will do.
        expect(inZone.toField(again)).toBe(inZone.toField(atMs))
      }),
    )
  })
})
