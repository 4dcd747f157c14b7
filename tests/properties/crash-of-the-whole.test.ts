import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type AlertBookSnapshot, createAlertBook } from '../../alerts/alert-book.ts'
import type { AlertEvent } from '../../core/ledger-entry.ts'
import type { Observation, Sample } from '../../core/observation.ts'
import type { Signal } from '../../core/signal.ts'
import { aDevice, at, engineOf, rulesOf } from '../detectors/rules/play.ts'

const RULES = rulesOf(`
rules:
  - { id: now, title: { zh: 一, en: A }, category: other, kind: threshold, where: { metric: v }, severities: { minor: 5, critical: 8 }, hysteresis: 1 }
  - { id: held, title: { zh: 一, en: A }, category: other, kind: threshold, where: { metric: v }, above: 3, onDelay: 4s, offDelay: 3s, severity: major }
  - { id: often, title: { zh: 一, en: A }, category: other, kind: threshold, where: { metric: v }, above: 6, repeat: { count: 2, within: 8s }, severity: minor }
  - { id: rate, title: { zh: 一, en: A }, category: other, kind: rate, where: { metric: v }, above: 1, per: 1s, window: 3s, severity: minor }
`)
const DEVICES = [aDevice({ id: 'd1' }), aDevice({ id: 'd2' })]

type Step =
  | { do: 'arrive'; device: string; afterMs: number; value: number; lateMs: number }
  | { do: 'wait'; afterMs: number }
  | { do: 'judge' | 'write' | 'snapshot' | 'kill' }

const stepArb: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('arrive' as const),
      device: fc.constantFrom('d1', 'd2'),
      afterMs: fc.nat(2500),
      value: fc.nat(10),
      /** In time, overtaken, or a backlog. */
      lateMs: fc.constantFrom(0, 0, 0, 0, 3000, 20_000, 900_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), afterMs: fc.nat(6000) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('judge', 'write', 'snapshot', 'kill') }) as fc.Arbitrary<Step>,
  },
)

/**
 * Rules and alerts between two journals, as the service has them. Everything in memory is lost in a kill; of the ledger
 * what was not yet written; of the snapshot nothing, as it is only taken when the ledger has all that led to it.
 */
function createProcess() {
  const intake: Observation[] = []
  let ledger: AlertEvent[] = []
  let written = 0
  let judged = 0
  let stored = { text: '', judged: 0, ledger: 0 }
  let { engine, book } = open()

  function open() {
    const past =
      stored.text === '' ? undefined : (JSON.parse(stored.text) as { engine: unknown; book: AlertBookSnapshot })
    return {
      engine: engineOf(RULES, DEVICES, past?.engine),
      book: createAlertBook({ describe: () => ({}), ...(past && { snapshot: past.book }) }),
    }
  }
  function decide(signals: Signal[], nowMs: number): void {
    for (const signal of signals) ledger.push(...book.applySignal(signal))
    ledger.push(...book.advance(nowMs))
  }

  const process = {
    arrive: (observation: Observation) => void intake.push(observation),
    judge(): void {
      for (; judged < intake.length; judged++) decide(engine.observe(intake[judged]!), intake[judged]!.arrivalMs)
    },
    wait(nowMs: number): void {
      process.judge()
      decide(engine.advance(nowMs), nowMs)
    },
    write(): void {
      written = ledger.length
    },
    snapshot(): void {
      written = ledger.length
      const text = JSON.stringify({ engine: engine.snapshot(), book: book.snapshot() })
      stored = { text, judged, ledger: written }
    },
    kill(): void {
      ledger = ledger.slice(0, written)
      ;({ engine, book } = open())
      for (const entry of ledger.slice(stored.ledger)) book.applyEntry(JSON.parse(JSON.stringify(entry)))
      judged = stored.judged
      process.judge()
    },
    told: () =>
      ledger.map(({ type, alert }) => ({ type, id: alert.id, version: alert.version, severity: alert.severity })),
  }
  return process
}

function run(steps: Step[], mayDie: boolean) {
  const process = createProcess()
  let clockMs = at(0)
  let seq = 0
  for (const step of steps) {
    if ('afterMs' in step) clockMs += step.afterMs
    if (step.do === 'arrive') {
      const samples: Sample[] = [{ metric: 'v', atMs: clockMs - step.lateMs, value: step.value }]
      const body = { kind: 'readings', deviceId: step.device, messageSeq: null, samples } as const
      process.arrive({ ...body, seq: ++seq, arrivalMs: clockMs })
    } else if (step.do === 'wait') process.wait(clockMs)
    else if (step.do === 'kill') {
      if (mayDie) process.kill()
    } else process[step.do]()
  }
  process.wait(clockMs + 60_000)
  return process.told()
}

it('tells after kills at any moments what it would have told without, once each', () => {
  fc.assert(
    fc.property(fc.array(stepArb, { minLength: 5, maxLength: 60 }), (steps) => {
      const inOrder = (told: ReturnType<typeof run>) => told.map((one) => JSON.stringify(one)).sort()
      expect(inOrder(run(steps, true))).toEqual(inOrder(run(steps, false)))
    }),
    { numRuns: 300 },
  )
})
