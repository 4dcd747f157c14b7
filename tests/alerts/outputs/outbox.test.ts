import { describe, expect, it } from 'vitest'
import { createAlertBook } from '../../../alerts/alert-book.ts'
import { AppError } from '../../../core/errors.ts'
import type { AlertEvent } from '../../../core/ledger-entry.ts'
import { createMemoryJournal } from '../../fakes/memory-journal.ts'
import { aSignal } from '../a-signal.ts'
import { anEvent } from '../an-event.ts'
import { anOtherSide, anOutbox, settle } from './an-outbox.ts'

const aDevice = (device: string) => ({ subject: { device, metric: 'smoke_dbm' } })
const forAnHour = { giveUpAfterMs: 3_600_000, firstMs: 1_000, longestMs: 60_000 }

/** Raised, worse, cleared, acknowledged: one alert from its beginning to its end. */
function aLife(device = 'smoke-1'): AlertEvent[] {
  const book = createAlertBook({ describe: () => ({}) })
  const of = aDevice(device)
  return [
    ...book.applySignal(aSignal(1, { ...of, severity: 'minor' })),
    ...book.applySignal(aSignal(2, { ...of, severity: 'critical' })),
    ...book.applySignal(aSignal(3, { ...of, state: 'cleared' })),
    ...[book.open()[0]?.id as string].map((alertId) => {
      const outcome = book.applyCommand({ type: 'acknowledge', alertId, by: '王' }, 4_000)
      return 'event' in outcome ? outcome.event : (undefined as never)
    }),
  ]
}

describe('an output', () => {
  it('gets every event in order, and says what it has got', async () => {
    const { write, side, outbox, deliveredTo } = await anOutbox()

    await write(anEvent(1), anEvent(2, aDevice('smoke-2')), anEvent(3, aDevice('smoke-3')))

    expect(side.seqs()).toEqual([1, 2, 3])
    expect(side.received[0]?.view).toMatchObject({ id: 'memory-1', type: 'alert.raised' })
    expect(outbox.state()).toMatchObject({ cursor: 3, lag: 0, delivered: 3, lastDeliveredMs: 1_000_000 })
    expect(deliveredTo.map(({ output, seq, eventId }) => [output, seq, eventId])).toEqual([
      ['siren', 1, 'memory-1'],
      ['siren', 2, 'memory-2'],
      ['siren', 3, 'memory-3'],
    ])
  })

  it('that is new begins after the latest event, and not later than its start', async () => {
    const ledger = createMemoryJournal({ entries: [Buffer.from(JSON.stringify(anEvent(1)))] })
    const first = await anOutbox({ ledger })
    first.side.answers('is away')
    await first.write(anEvent(2))
    expect(first.side.attempts).toEqual([[2]])

    // Killed before anything else was stored.
    const second = await anOutbox({ ledger: ledger.crash(), file: first.file })
    await settle()

    expect(second.side.seqs()).toEqual([2])
  })

  it('is passed by what is quiet, what is no alert and what the tree sends elsewhere', async () => {
    const routes = ({ alert }: AlertEvent) => alert.severity === 'critical'
    const { write, side, outbox } = await anOutbox({ routes })

    await write({ ...anEvent(1, { severity: 'critical' }), push: false }, anEvent(2), { type: 'x' } as never)
    await write(anEvent(3, { severity: 'critical', ...aDevice('smoke-3') }))

    expect(side.seqs()).toEqual([4])
    expect(outbox.state()).toMatchObject({ cursor: 4, lag: 0 })
  })

  it('keeps its place across a restart, and may get the last event twice but none never', async () => {
    const first = await anOutbox()
    await first.write(anEvent(1), anEvent(2))
    await first.stop()
    const ledger = first.ledger.crash()

    const second = await anOutbox({ ledger, file: first.file })
    await second.write(anEvent(3))

    expect(second.side.seqs()).toEqual([3])
  })

  it('that was told of an alert hears the rest of it, though the tree would now send it elsewhere', async () => {
    const [raised, worse, cleared, acknowledged] = aLife() as [AlertEvent, AlertEvent, AlertEvent, AlertEvent]
    const first = await anOutbox({ routes: ({ alert }) => alert.severity === 'critical' })
    await first.write(raised, worse)
    expect(first.side.seqs()).toEqual([2])
    await first.stop()

    const { write, side, file, stop } = await anOutbox({
      ...{ ledger: first.ledger.crash(), file: first.file, routes: () => false },
    })
    await write(cleared, acknowledged, { ...acknowledged, type: 'alert.commented' })
    expect(side.seqs()).toEqual([3, 4])

    await stop()
    expect(JSON.parse(file.text ?? '').told).toEqual({})
  })

  it('forgets an alert that ends while it is not told of the end', async () => {
    const [raised, , , last] = aLife() as [AlertEvent, AlertEvent, AlertEvent, AlertEvent]
    const { write, stop, file } = await anOutbox()
    await write(raised, { ...last, push: false })
    await stop()

    expect(JSON.parse(file.text ?? '')).toMatchObject({ told: {}, cursor: 2 })
  })

  it('goes on from the ledger where entries of it are no longer in memory', async () => {
    const entries = Array.from({ length: 700 }, (_, n) =>
      Buffer.from(JSON.stringify(anEvent(n + 1, aDevice(`smoke-${n}`)))),
    )
    const file = { text: JSON.stringify({ ledgerId: 'memory', cursor: 0, told: {}, letters: [], dropped: 0 }) }
    const { side } = await anOutbox({ ledger: createMemoryJournal({ entries }), file })
    for (let turn = 0; turn < 100; turn++) await settle()

    expect(side.seqs()).toEqual(entries.map((_, n) => n + 1))
  })
})

describe('an output that fails', () => {
  it('is tried again, each time after twice as long, until it takes the event', async () => {
    const { write, side, advance, outbox } = await anOutbox({ retries: forAnHour })
    side.answers('is away')
    await write(anEvent(1))
    const tries = [side.attempts.length]
    for (const ms of [1_000, 2_000, 4_000]) {
      await advance(ms)
      tries.push(side.attempts.length)
    }
    expect(tries).toEqual([1, 2, 3, 4])
    expect(outbox.state()).toMatchObject({
      lag: 1,
      retried: 4,
      failing: { sinceMs: 1_000_000, code: 'delivery_failed' },
    })

    side.answers('takes it')
    await advance(8_000)

    expect(side.seqs()).toEqual([1])
    expect(outbox.state()).not.toHaveProperty('failing')
  })

  it('is not bothered before the time that it asked for', async () => {
    const { write, side, advance } = await anOutbox({ retries: forAnHour })
    side.answers(new AppError('delivery_failed', 'busy', { retryAfterMs: 120_000 }))
    await write(anEvent(1))
    side.answers('takes it')
    await advance(119_000)
    expect(side.seqs()).toEqual([])
    await advance(1_000)

    expect(side.seqs()).toEqual([1])
  })

  it('and hangs is called off after the timeout', async () => {
    const { write, side, advance } = await anOutbox({ retries: forAnHour })
    side.answers('hangs')
    await write(anEvent(1))
    side.answers('takes it')
    await advance(11_000)

    expect(side.attempts).toEqual([[1], [1]])
    expect(side.seqs()).toEqual([1])
  })

  it('with one event lets those of other alerts go past it, but begins no new ones while many fail', async () => {
    const { write, side, advance } = await anOutbox({ retries: forAnHour })
    side.answers(({ seq }) => (seq === 1 ? 'is away' : 'takes it'))
    await write(anEvent(1), anEvent(2, aDevice('smoke-2')))
    expect(side.seqs()).toEqual([2])

    side.answers('is away')
    await write(...Array.from({ length: 20 }, (_, n) => anEvent(n + 3, aDevice(`smoke-${n + 3}`))))
    expect(new Set(side.attempts.flat())).toSatisfy((seqs: Set<number>) => seqs.size === 9)
    side.answers('takes it')
    await advance(60_000)

    expect(side.seqs().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 22 }, (_, n) => n + 1))
  })

  it('is given up after the configured time, in the ledger and on the list', async () => {
    const { write, side, advance, outbox, inLedger } = await anOutbox({
      retries: { giveUpAfterMs: 60_000, firstMs: 1_000, longestMs: 10_000 },
    })
    side.answers(({ seq }) => (seq === 1 ? 'is away' : 'takes it'))
    await write(anEvent(1), anEvent(2, aDevice('smoke-2')))
    await advance(59_500)
    expect(outbox.deadLetters()).toEqual([])
    await advance(1_000)

    expect(outbox.deadLetters()).toMatchObject([
      { id: 'memory-1', seq: 1, type: 'alert.raised', code: 'delivery_failed', reason: 'nobody there' },
    ])
    expect(await inLedger('delivery.given_up')).toMatchObject([
      { output: 'siren', eventSeq: 1, reason: 'delivery_failed: nobody there' },
    ])
    expect(outbox.state()).toMatchObject({ lag: 0, givenUp: 1, deadLetters: 1 })
  })

  it('for good is given up at once', async () => {
    const { write, side, outbox } = await anOutbox({ retries: forAnHour })
    side.answers(({ seq }) => (seq === 1 ? 'refuses' : 'takes it'))
    await write(anEvent(1), anEvent(2, aDevice('smoke-2')))

    expect(side.attempts).toEqual([[1], [2]])
    expect(outbox.deadLetters()).toMatchObject([{ seq: 1, code: 'delivery_refused', attempts: 1 }])
  })

  it('keeps the events of one alert in order while others go ahead, where several may be under way', async () => {
    const { write, side, advance } = await anOutbox({ retries: forAnHour, atOnce: 4 })
    const [one, two] = [aLife('smoke-1'), aLife('smoke-2')]
    side.answers(({ event }) => (event.alert.subject.device === 'smoke-1' ? 'is away' : 'takes it'))
    await write(...one, ...two)
    expect(side.seqs()).toEqual([5, 6, 7, 8])
    side.answers('takes it')
    await advance(2_000)

    expect(side.seqs()).toEqual([5, 6, 7, 8, 1, 2, 3, 4])
  })

  it('that stops while it hangs delivers again after the next start', async () => {
    const first = await anOutbox()
    first.side.answers('hangs')
    await first.write(anEvent(1))
    await first.stop()

    const second = await anOutbox({ ledger: first.ledger.crash(), file: first.file })
    await settle()
    expect(second.side.seqs()).toEqual([1])
    expect(second.outbox.state()).toMatchObject({ deadLetters: 0, retried: 0 })
  })
})

describe('dead letters', () => {
  async function withLetters(count: number, options: Parameters<typeof anOutbox>[0] = {}) {
    const made = await anOutbox({ retries: forAnHour, ...options })
    made.side.answers('refuses')
    for (let n = 1; n <= count; n++) await made.write(anEvent(n, aDevice(`smoke-${n}`)))
    return made
  }

  it('are delivered on demand, which is in the ledger first', async () => {
    const { outbox, side, inLedger } = await withLetters(3)
    side.answers('takes it')
    const ids = outbox.deadLetters().map(({ id }) => id)

    expect(await outbox.replay([ids[0] as string, ids[2] as string], '王')).toBe(2)
    await settle()

    expect(side.received.map(({ view }) => view.id)).toEqual([ids[2], ids[0]])
    expect(outbox.deadLetters().map(({ id }) => id)).toEqual([ids[1]])
    expect(await inLedger('delivery.replayed')).toMatchObject([
      { output: 'siren', by: '王' },
      { output: 'siren', by: '王' },
    ])
  })

  it('that are refused again stay, and each is tried once', async () => {
    const { outbox, side } = await withLetters(2)
    side.attempts.length = 0

    await outbox.replay(null, '王')
    await settle()

    expect(side.attempts).toHaveLength(2)
    expect(outbox.deadLetters()).toMatchObject([{ attempts: 2 }, { attempts: 2 }])
    expect(outbox.deadLetters()[0]).not.toHaveProperty('isReplaying')
  })

  it('survive a restart, also in the middle of being tried again', async () => {
    const first = await withLetters(1)
    first.side.answers('hangs')
    await first.outbox.replay(null, '王')
    await settle()
    await first.stop()

    const second = await anOutbox({ ledger: first.ledger.crash(), file: first.file })
    await settle()

    expect(second.side.seqs()).toEqual([1])
    expect(second.outbox.deadLetters()).toEqual([])
  })

  it('that are too many leave the list, and can still be tried again by their ids', async () => {
    const { outbox, side } = await withLetters(4, { maxLetters: 3 })
    expect(outbox.state()).toMatchObject({ deadLetters: 3, deadLettersDropped: 1 })
    side.answers('takes it')

    expect(await outbox.replay(['memory-1'], '王')).toBe(1)
    await settle()

    expect(side.seqs()).toEqual([1])
  })

  it('that nobody knows are refused', async () => {
    const { outbox } = await withLetters(1)

    await expect(outbox.replay(['memory-9999'], '王')).rejects.toMatchObject({ code: 'not_found' })
    await expect(outbox.replay(['other-1'], '王')).rejects.toMatchObject({ code: 'not_found' })
    await expect(outbox.replay(['memory-2'], '王')).rejects.toMatchObject({ code: 'not_found' })
  })
})

it('an output that bundles gets what waited while it would take nothing', async () => {
  let afterMs = 0
  const side = anOtherSide({ pace: () => ({ afterMs, atMost: 3 }) })
  const { write, advance } = await anOutbox({ output: side.output })
  await write(anEvent(1))
  afterMs = 30_000
  await write(...[2, 3, 4, 5].map((n) => anEvent(n, aDevice(`smoke-${n}`))))
  expect(side.attempts).toEqual([[1]])
  afterMs = 0
  await advance(30_000)

  expect(side.attempts).toEqual([[1], [2, 3, 4], [5]])
})

it('an output gets back what it wanted to remember of an alert, until that is over', async () => {
  const given: unknown[] = []
  const output = {
    name: 'siren',
    kind: 'test',
    deliver: async ([one]: Parameters<ReturnType<typeof anOtherSide>['output']['deliver']>[0]) => {
      given.push(one?.before)
      const { id = '', version } = one?.event.alert ?? {}
      return new Map([[id, { version }]])
    },
  }
  const first = await anOutbox({ output })
  const [raised, worse, cleared] = aLife() as [AlertEvent, AlertEvent, AlertEvent]
  await first.write(raised, worse)
  await first.stop()
  const second = await anOutbox({ output, ledger: first.ledger.crash(), file: first.file })
  await second.write(cleared)

  expect(given).toEqual([undefined, { version: 1 }, { version: 2 }])
})

it('an output tried by hand gets a test alert, and its success ends the failure', async () => {
  const { outbox, side, write } = await anOutbox()
  side.answers('refuses')
  await write(anEvent(1))
  const event = { ...anEvent(2), alert: { ...anEvent(2).alert, test: true as const } }
  const outgoing = { seq: 0, event, view: {} as never }
  await expect(outbox.test(outgoing)).rejects.toMatchObject({ code: 'delivery_refused' })
  side.answers('takes it')

  await outbox.test(outgoing)

  expect(outbox.state()).not.toHaveProperty('failing')
})
