import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type AlertBook, type AlertBookSnapshot, type AlertCommand, createAlertBook } from '../../alerts/alert-book.ts'
import type { AlertEvent } from '../../core/ledger-entry.ts'
import { SEVERITIES } from '../../core/severity.ts'
import type { Signal } from '../../core/signal.ts'
import { aSignal } from '../alerts/a-signal.ts'

type Operation =
  | { do: 'signal'; subject: number; state: 'active' | 'cleared'; severity: number; afterMs: number }
  | {
      do: 'command'
      target: number
      type: 'acknowledge' | 'comment' | 'assign' | 'false_alarm' | 'hand_over' | 'reopen'
      key: number
    }
  | { do: 'commit' | 'snapshot' | 'crash' }

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('signal' as const),
      subject: fc.nat(2),
      state: fc.constantFrom('active' as const, 'active' as const, 'cleared' as const),
      severity: fc.nat(3),
      afterMs: fc.nat(3000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('command' as const),
      target: fc.nat(2),
      type: fc.constantFrom(
        ...(['acknowledge', 'acknowledge', 'comment', 'assign', 'false_alarm', 'hand_over', 'reopen'] as const),
      ),
      key: fc.nat(5),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('commit' as const, 'snapshot' as const, 'crash' as const) }),
  },
)

/** What was put in, in order: the commands that were not lost before they were durable, and all signals. */
type Input = { signal: Signal } | { command: AlertCommand & { by: string }; nowMs: number }

function newBook(snapshot?: AlertBookSnapshot): AlertBook {
  return createAlertBook({ describe: () => ({}), ...(snapshot && { snapshot }) })
}

/** A service that crashes: its ledger and signals as files, its book as memory. */
function createService() {
  let book = newBook()
  let ledger: AlertEvent[] = []
  let committed = 0
  /** `at` is the ledger length after it, so that a crash knows what it takes away. */
  let inputs: { input: Input; at: number }[] = []
  const signals: Signal[] = []
  let stored = { text: JSON.stringify(book.snapshot()), ledgerLength: 0, signals: 0 }

  return {
    signal(signal: Signal): void {
      signals.push(signal)
      ledger.push(...book.applySignal(signal))
      inputs.push({ input: { signal }, at: ledger.length })
    },
    command(command: AlertCommand & { by: string }, nowMs: number): void {
      const outcome = book.applyCommand(command, nowMs)
      if (!('event' in outcome)) return
      ledger.push(outcome.event)
      inputs.push({ input: { command, nowMs }, at: ledger.length })
    },
    commit(): void {
      committed = ledger.length
    },
    snapshot(): void {
      committed = ledger.length
      stored = { text: JSON.stringify(book.snapshot()), ledgerLength: ledger.length, signals: signals.length }
    },
    crash(): void {
      ledger = ledger.slice(0, committed)
      inputs = inputs.filter(({ input, at }) => 'signal' in input || at <= committed)
      book = newBook(JSON.parse(stored.text) as AlertBookSnapshot)
      for (const entry of ledger.slice(stored.ledgerLength)) book.applyEntry(JSON.parse(JSON.stringify(entry)))
      for (const signal of signals.slice(stored.signals)) ledger.push(...book.applySignal(signal))
    },
    targets: () => book.open(),
    end: () => ({ book: book.snapshot(), ledger, inputs: inputs.map((one) => one.input) }),
  }
}

function run(operations: Operation[]) {
  const service = createService()
  let clockMs = 1000
  for (const [i, one] of operations.entries()) {
    if (one.do === 'signal') {
      clockMs += one.afterMs
      const { state, subject } = one
      const order = { seq: i + 1, clockMs }
      const severity = SEVERITIES[one.severity] ?? 'minor'
      service.signal(aSignal(i + 1, { state, severity, order, atMs: clockMs, subject: { device: `d${subject}` } }))
    } else if (one.do === 'command') {
      const { type, key } = one
      const alert = service.targets()[one.target]
      const command = {
        ...{ type, comment: '好', by: '王', idempotencyKey: `${alert?.id}${type}${key}` },
        ...{ to: { grid: `g${key}` }, reason: 'weather' as const, external: { system: '12345', number: `${key}` } },
      }
      if (alert) service.command({ ...command, alertId: alert.id }, clockMs)
    } else service[one.do]()
  }
  return service.end()
}

function runWithoutCrash(inputs: Input[]) {
  const book = newBook()
  const ledger: AlertEvent[] = []
  for (const input of inputs) {
    if ('signal' in input) ledger.push(...book.applySignal(input.signal))
    else {
      const outcome = book.applyCommand(input.command, input.nowMs)
      if ('event' in outcome) ledger.push(outcome.event)
    }
  }
  return { book: book.snapshot(), ledger }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

it('crashes between any signals and commands leave the ledger and the alerts as if there had been none', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const { inputs, ...ended } = run(operations)
      expect(plain(ended)).toEqual(plain(runWithoutCrash(inputs)))
    }),
    { numRuns: 500 },
  )
})

it('no signal causes two events, and versions of an alert grow by one', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const { ledger } = run(operations)
      const ofSignals = ledger.filter((event) => event.by === undefined)
      const causes = ofSignals.map(({ alert }) => `${alert.subject.device} ${alert.lastOrder.seq}`)
      expect(new Set(causes).size).toBe(causes.length)
      const versions = new Map<string, number>()
      for (const { alert } of ledger) {
        expect(alert.version).toBe((versions.get(alert.id) ?? 0) + 1)
        versions.set(alert.id, alert.version)
      }
    }),
    { numRuns: 300 },
  )
})

it('there is never more than one open alert per rule and subject', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
      const service = run(operations)
      const subjects = newBook(service.book)
        .open()
        .map((alert) => alert.subject.device)
      expect(new Set(subjects).size).toBe(subjects.length)
    }),
    { numRuns: 200 },
  )
})
