import { expect, it } from 'vitest'
import { createAlertBook } from '../../alerts/alert-book.ts'
import { toEventTest } from '../../alerts/dispatch/event-filter.ts'
import type { Silence } from '../../core/quiet.ts'
import { aSignal } from './a-signal.ts'

const EVERYTHING: Silence = {
  id: 's',
  match: { category: 'fire' },
  fromMs: 0,
  toMs: 1e9,
  reason: 'works',
  by: 'li',
  atMs: 0,
}

it('an alert that tries the path is told whatever is silent, closes by itself, and is apart from the others', () => {
  const book = createAlertBook({
    describe: () => ({}),
    noise: {
      flap: { changes: 2, withinMs: 60_000, stableMs: 60_000 },
      recurrence: { announcements: 1, withinMs: 600_000 },
    },
  })
  book.orders.setSilence(EVERYTHING, 0)
  const events = [1, 2, 3, 4, 5, 6].flatMap((seq) =>
    book.applySignal(aSignal(seq, { test: true, state: seq % 2 === 1 ? 'active' : 'cleared' })),
  )

  expect(events.map(({ type, push }) => [type, push])).toEqual(
    [1, 2, 3].flatMap(() => [
      ['alert.raised', undefined],
      ['alert.cleared', undefined],
    ]),
  )
  expect(new Set(events.map(({ alert }) => alert.id)).size).toBe(3)
  expect([book.open(), book.openTests()]).toEqual([[], []])
  book.applySignal(aSignal(7, { test: true }))
  expect([book.open().length, book.openTests().length]).toEqual([0, 1])
})

it('an alert about a silent way out passes the filter of every subscriber with a name', () => {
  const book = createAlertBook({ describe: () => ({}) })
  const [event] = book.applySignal(aSignal(1, { rule: 'huying.path_silent', category: 'device' }))
  if (!event) throw new Error('no event')

  expect(toEventTest({ category: 'fire' }, true)(event)).toBe(true)
  expect(toEventTest({ category: 'fire' }, false)(event)).toBe(false)
})
