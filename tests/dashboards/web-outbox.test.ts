import { describe, expect, it, test } from 'vitest'
import type { Alert } from '../../core/alert.ts'
import { toAlertView } from '../../core/alert-view.ts'
import { type Act, createCommands, meantBy } from '../../dashboards/web/command/commands.ts'
import {
  EMPTY_OUTBOX,
  type Job,
  type OutboxAction,
  pendingIds,
  reduceOutbox,
} from '../../dashboards/web/command/outbox.ts'
import type { Http } from '../../dashboards/web/http.ts'
import { alertOf } from './alert-of.ts'

const job = (key: string, ...ids: string[]): Job => ({
  key,
  act: { type: 'acknowledge' },
  targets: ids.map((id) => ({ id, version: 1 })),
  dueMs: 10_000,
})
const play = (...actions: OutboxAction[]) => actions.reduce(reduceOutbox, EMPTY_OUTBOX)

describe('an act for several alerts', () => {
  it('waits, and is gone when somebody takes it back', () => {
    const waiting = play({ type: 'wait', job: job('1', 'A', 'B') })
    expect([...pendingIds(waiting)]).toEqual(['A', 'B'])
    expect(reduceOutbox(waiting, { type: 'undo' })).toEqual(EMPTY_OUTBOX)
  })

  it('goes out when its time is over, and cannot be taken back then', () => {
    const sent = play({ type: 'wait', job: job('1', 'A') }, { type: 'send', key: '1' }, { type: 'undo' })
    expect([sent.waiting, sent.underWay.map(({ key }) => key)]).toEqual([null, ['1']])
  })

  it('goes out at once when another one follows: there is one way back, not two', () => {
    const two = play({ type: 'wait', job: job('1', 'A') }, { type: 'wait', job: job('2', 'B') })
    expect([two.underWay.map(({ key }) => key), two.waiting?.key]).toEqual([['1'], '2'])
  })

  it('is not sent by a time that was meant for the one before', () => {
    const state = play({ type: 'wait', job: job('2', 'B') }, { type: 'send', key: '1' })
    expect(state.waiting?.key).toBe('2')
  })

  it('tells what became of it until the next one', () => {
    const outcome = { key: '1', act: { type: 'acknowledge' } as const, done: 1, refused: [] }
    const done = play({ type: 'at once', job: job('1', 'A') }, { type: 'done', outcome })
    expect([done.underWay, done.last]).toEqual([[], outcome])
    expect(reduceOutbox(done, { type: 'wait', job: job('2', 'B') }).last).toBeNull()
  })
})

const view = (id: string, more: Partial<Alert> = {}) => toAlertView(alertOf({ id, ...more }))
const shelf = { shelf: { by: '王敏', atMs: 0, untilMs: 1 } }

describe('an act', () => {
  const alerts = [view('new'), view('seen', { acknowledged: true }), view('shelved', shelf)]
  test.each<[Act['type'], Act, string[]]>([
    ['acknowledge', { type: 'acknowledge' }, ['new', 'shelved']],
    ['reopen', { type: 'reopen' }, ['seen']],
    ['unshelve', { type: 'unshelve' }, ['shelved']],
    ['comment', { type: 'comment', comment: '看过' }, ['new', 'seen', 'shelved']],
  ])('%s means only what it would change', (_, act, ids) => {
    expect(meantBy(act, alerts).map(({ id }) => id)).toEqual(ids)
  })

  test.each<[Act, string, object]>([
    [{ type: 'acknowledge' }, 'acknowledge', {}],
    [{ type: 'false_alarm', reason: 'weather' }, 'false-alarm', { reason: 'weather' }],
    [
      { type: 'shelve', until: '2026-11-22T10:00:00Z', once: true },
      'shelve',
      { until: '2026-11-22T10:00:00Z', once: true },
    ],
    [{ type: 'assign', to: { grid: '3' } }, 'assign', { to: { grid: '3' } }],
    [{ type: 'assign', to: null }, 'assign', { to: null }],
    [
      { type: 'hand_over', external: { system: '12345', number: '7' } },
      'hand-over',
      { external: { system: '12345', number: '7' } },
    ],
  ])('%o names the version that was seen, and a key', async (act, path, body) => {
    const sent: unknown[] = []
    const http = { send: async (...asked: unknown[]) => void sent.push(asked) } as unknown as Http
    await createCommands(http).run(act, { id: 'A/1', version: 7 }, 'key-1')
    expect(sent).toEqual([
      ['POST', `/api/v1/alerts/A%2F1/${path}`, { ...body, expectedVersion: 7 }, { key: 'key-1', outlivesPage: false }],
    ])
  })
})
