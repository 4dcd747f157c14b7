import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createAlertBook } from '../../alerts/alert-book.ts'
import { AppError } from '../../core/errors.ts'
import type { AlertEvent } from '../../core/ledger-entry.ts'
import type { Output } from '../../core/output.ts'
import { aSignal } from '../alerts/a-signal.ts'
import { anOutbox, settle } from '../alerts/outputs/an-outbox.ts'
import { createMemoryJournal } from '../fakes/memory-journal.ts'

const DEVICES = 4
type Action =
  | { do: 'event'; device: number; severity: 'critical' | 'minor' }
  | { do: 'clear'; device: number }
  | { do: 'answers'; how: 'well' | 'away' | 'refuses' | 'hangs' }
  | { do: 'wait'; ms: number }
  | { do: 'kill' | 'stop' | 'replay' }

const device = fc.nat(DEVICES - 1)
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      ...{ do: fc.constant('event' as const), device },
      severity: fc.constantFrom('critical' as const, 'minor' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('clear' as const), device }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('answers' as const),
      how: fc.constantFrom('well' as const, 'away' as const, 'refuses' as const, 'hangs' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 500, max: 20_000 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('kill' as const, 'stop' as const, 'replay' as const) }) },
)

it('whatever fails and whenever it is killed: every event is delivered or a dead letter, first deliveries of one alert in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { minLength: 5, maxLength: 30 }),
      fc.integer({ min: 1, max: 4 }),
      async (actions, atOnce) => {
        const book = createAlertBook({ describe: () => ({}) })
        const file = { text: null as string | null }
        let ledger = createMemoryJournal()
        let how: Extract<Action, { do: 'answers' }>['how'] = 'well'
        let order = 0
        /** The output lives longer than the service does. */
        const arrived: { seq: number; alertId: string; id: string }[] = []
        const wanted: number[] = []
        const output: Output = {
          ...{ name: 'siren', kind: 'test' },
          async deliver(events) {
            if (how === 'hangs') return new Promise<undefined>(() => {})
            if (how === 'away') throw new AppError('delivery_failed', 'nobody there')
            if (how === 'refuses') throw new AppError('delivery_refused', 'not wanted')
            for (const { seq, event, view } of events) arrived.push({ seq, alertId: event.alert.id, id: view.id })
            return undefined
          },
        }
        const retries = { giveUpAfterMs: 30_000, firstMs: 1_000, longestMs: 8_000 }
        const open = () =>
          anOutbox({ ledger, file, output, atOnce, retries, routes: ({ alert }) => alert.severity === 'critical' })
        let here = await open()
        const tell = async (events: AlertEvent[]) => {
          for (const event of events) {
            const seqs = await here.write(event)
            if (event.alert.severity === 'critical') wanted.push(...seqs)
          }
        }
        const again = async () => {
          ledger = ledger.crash()
          here = await open()
          await settle()
        }
        for (const one of actions) {
          order++
          const of = { subject: { device: `d${'device' in one ? one.device : 0}`, metric: 'm' } }
          if (one.do === 'event') await tell(book.applySignal(aSignal(order, { ...of, severity: one.severity })))
          else if (one.do === 'clear') await tell(book.applySignal(aSignal(order, { ...of, state: 'cleared' })))
          else if (one.do === 'answers') how = one.how
          else if (one.do === 'wait') await here.advance(one.ms)
          else if (one.do === 'replay') await here.outbox.replay(null, '王')
          else {
            if (one.do === 'stop') await here.stop()
            await again()
          }
        }
        how = 'well'
        await here.advance(60_000)

        const known = new Set([...arrived.map(({ seq }) => seq), ...here.outbox.deadLetters().map(({ seq }) => seq)])
        expect(wanted.filter((seq) => !known.has(seq))).toEqual([])
        expect(here.outbox.state().lag).toBe(0)
        const replayed = new Set(
          (await here.inLedger('delivery.replayed')).map((entry) => ('eventSeq' in entry ? entry.eventSeq : 0)),
        )
        for (const alertId of new Set(arrived.map((one) => one.alertId))) {
          const firsts = [...new Set(arrived.filter((one) => one.alertId === alertId).map(({ seq }) => seq))]
          const inOrder = firsts.filter((seq) => !replayed.has(seq))
          expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b))
        }
      },
    ),
    { numRuns: 60 },
  )
}, 120_000)
