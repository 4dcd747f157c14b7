import { describe, expect, it, test } from 'vitest'
import type { Alert } from '../../core/alert.ts'
import { toAlertView } from '../../core/alert-view.ts'
import { NO_FILTER } from '../../dashboards/web/live/alert-filter.ts'
import { initialLiveState, type LiveState } from '../../dashboards/web/live/live-state.ts'
import { toQueueView } from '../../dashboards/web/live/queue-view.ts'
import { type LiveAction, reduceLive } from '../../dashboards/web/live/reduce-live.ts'
import { alertOf } from './alert-of.ts'

const RAISED = Date.UTC(2026, 10, 22, 9)
const SEVERITY = ['critical', 'major', 'minor', 'warning'] as const

/** `alert('B', 2, 5)` is alert B of level Ⅱ, raised in the fifth minute. */
function alert(id: string, level: 1 | 2 | 3 | 4, minute = 0, more: Partial<Alert> = {}) {
  const raisedAtMs = RAISED + minute * 60_000
  return toAlertView(alertOf({ id, severity: SEVERITY[level - 1]!, raisedAtMs, lastAtMs: raisedAtMs, ...more }))
}
const play = (...actions: LiveAction[]) => actions.reduce(reduceLive, initialLiveState(NO_FILTER))
const message = (one: Extract<LiveAction, { type: 'message' }>['message']): LiveAction => ({
  type: 'message',
  message: one,
  nowMs: RAISED,
})
const snapshot = (...alerts: ReturnType<typeof alert>[]) =>
  message({ type: 'snapshot', seq: 0, alerts, total: alerts.length })
const delta = (...alerts: ReturnType<typeof alert>[]) => message({ type: 'delta', seq: 1, alerts })
const ids = (state: LiveState) => toQueueView(state).rows.map(({ id }) => id)

describe('the order of the queue', () => {
  it('is severity, then unacknowledged first, then newest', () => {
    const state = play(
      snapshot(
        alert('old', 2, 1),
        alert('seen', 1, 9, { acknowledged: true }),
        alert('new', 2, 5),
        alert('worst', 1, 0),
      ),
    )
    expect(ids(state)).toEqual(['worst', 'seen', 'new', 'old'])
  })

  it('has what is kept quiet last, whom nobody waits for, and forgets it when it ends unheard', () => {
    const quiet = { gate: 'silence', by: 's-1', sinceMs: RAISED, untold: true } as const
    const silenced = { quiet, announced: false as const }
    const state = play(snapshot(alert('Q', 1, 5, silenced), alert('A', 4)))
    expect(ids(state)).toEqual(['A', 'Q'])
    expect(toQueueView(state).unacknowledged).toEqual([1, 0, 0, 0, 1])
    const after = play(snapshot(alert('A', 4)), delta(alert('Q', 1, 5, { ...silenced, state: 'cleared' })))
    expect(ids(after)).toEqual(['A'])
  })

  it('counts what waits, by level, whatever the filter shows', () => {
    const state = play(snapshot(alert('A', 1), alert('B', 1, 0, { acknowledged: true }), alert('C', 4)), {
      type: 'level',
      level: 4,
    })
    const view = toQueueView(state)
    expect(view.rows.map(({ id }) => id)).toEqual(['C'])
    expect([view.open, view.unacknowledged]).toEqual([
      [3, 2, 0, 0, 1],
      [2, 1, 0, 0, 1],
    ])
  })

  it('shows all levels again when the same filter is chosen twice', () => {
    expect(play({ type: 'level', level: 3 }, { type: 'level', level: 3 }).filter.level).toBe(0)
  })
})

describe('a held list', () => {
  const held = (...later: LiveAction[]) =>
    play(snapshot(alert('A', 2, 1), alert('B', 3, 1)), { type: 'select', id: 'A' }, ...later)

  it('is held by selecting, and does not move when alerts come', () => {
    const state = held(delta(alert('C', 2, 5)))
    expect(ids(state)).toEqual(['A', 'B'])
    expect(toQueueView(state).arrived).toBe(1)
  })

  it('lets level Ⅰ through, pinned above the list', () => {
    const view = toQueueView(held(delta(alert('FIRE', 1, 5), alert('C', 2, 5))))
    expect([view.pinned.map(({ id }) => id), view.rows.map(({ id }) => id), view.arrived]).toEqual([
      ['FIRE'],
      ['A', 'B'],
      1,
    ])
  })

  it('keeps a closed alert in its place until it moves again', () => {
    const closed = alert('B', 3, 1, { state: 'cleared', acknowledged: true, version: 2 })
    const state = held(delta(closed))
    expect(ids(state)).toEqual(['A', 'B'])
    expect(toQueueView(state).open[0]).toBe(1)
    expect(ids(reduceLive(state, { type: 'select', id: null }))).toEqual(['A'])
  })

  it('shows new states in the old order', () => {
    const state = held(delta(alert('A', 2, 1, { acknowledged: true, version: 2 })))
    expect(toQueueView(state).rows.map((row) => [row.id, row.acknowledged])).toEqual([
      ['A', true],
      ['B', false],
    ])
  })

  test.each([
    ['down from nothing takes the first', [1], 'A'],
    ['down and down again', [1, 1], 'B'],
    ['stops at the end', [1, 1, 1], 'B'],
    ['and up again', [1, 1, -1], 'A'],
  ] as const)('is walked by keys: %s', (_, moves, selected) => {
    const state = play(snapshot(alert('A', 2), alert('B', 3)), ...moves.map((by): LiveAction => ({ type: 'move', by })))
    expect([state.selectedId, state.held]).toEqual([selected, ['A', 'B']])
  })
})

describe('what the feed says', () => {
  it('ignores copies that are older than what is known', () => {
    const state = play(
      snapshot(alert('A', 1, 0, { version: 5, occurrences: 9 })),
      delta(alert('A', 1, 0, { version: 3 })),
    )
    expect(state.alerts.get('A')?.occurrences).toBe(9)
  })

  it('drops closed alerts from a list that moves', () => {
    const closed = alert('A', 1, 0, { state: 'cleared', acknowledged: true, version: 2 })
    expect(ids(play(snapshot(alert('A', 1), alert('B', 1)), delta(closed)))).toEqual(['B'])
  })

  it('keeps a cleared alert that nobody has acknowledged', () => {
    expect(ids(play(snapshot(alert('A', 1, 0, { state: 'cleared' }))))).toEqual(['A'])
  })

  it('is live after a snapshot, lost when it breaks, live again without doubles', () => {
    const lost = play(snapshot(alert('A', 1)), { type: 'lost', sinceMs: 7, attempt: 1 })
    const back = reduceLive(lost, snapshot(alert('A', 1), alert('B', 2)))
    expect([lost.link, ids(lost)]).toEqual([{ state: 'lost', sinceMs: 7, attempt: 1 }, ['A']])
    expect([back.link.state, ids(back)]).toEqual(['live', ['A', 'B']])
  })

  it('shows a selected alert that was closed while we were away as closed', () => {
    const state = play(
      snapshot(alert('A', 1)),
      { type: 'select', id: 'A' },
      { type: 'lost', sinceMs: 0, attempt: 1 },
      snapshot(),
    )
    expect(state.alerts.get('A')).toMatchObject({ state: 'cleared', acknowledged: true })
  })

  it('knows nothing before the first snapshot', () => {
    expect(play(message({ type: 'hello', seq: 0, serverTime: '2026-11-22T09:00:05.000Z' }))).toMatchObject({
      loaded: false,
      clockOffsetMs: 5000,
      link: { state: 'connecting' },
    })
  })

  it('measures the way there and back', () => {
    const state = play(snapshot(), message({ type: 'pong', sentAtMs: RAISED - 42 }))
    expect(state.link).toEqual({ state: 'live', latencyMs: 42 })
  })
})
