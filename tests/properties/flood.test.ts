import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createFloodWatch, type FloodSnapshot } from '../../alerts/flood.ts'
import type { AlertEvent, FloodEvent, LedgerEntry } from '../../core/ledger-entry.ts'
import { anEvent } from '../alerts/an-event.ts'

const LIMITS = { windowS: 10, enterAbove: 4, leaveBelow: 2 }
const DEVICES = Array.from({ length: 6 }, (_, n) => anEvent(n + 1, { subject: { device: `d${n}` } }))

const stepsArb = fc.array(
  fc.record({
    device: fc.nat(5),
    type: fc.constantFrom('alert.raised' as const, 'alert.raised' as const, 'alert.cleared' as const),
    afterMs: fc.oneof(fc.nat(2_000), fc.nat(15_000)),
  }),
  { minLength: 1, maxLength: 60 },
)

function toEvents(steps: typeof stepsArb extends fc.Arbitrary<infer T> ? T : never): AlertEvent[] {
  let atMs = 1_000_000
  return steps.map(({ device, type, afterMs }) => {
    atMs += afterMs
    const event = DEVICES[device] as AlertEvent
    return { ...event, type, atMs, alert: { ...event.alert, state: type === 'alert.cleared' ? 'cleared' : 'active' } }
  })
}

const aWatch = (snapshot?: FloodSnapshot) =>
  createFloodWatch({ limits: LIMITS, causeOf: () => ({ kind: 'unknown', name: '' }), snapshot })
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** The service: what is decided goes into the ledger at once. */
function run(watch: ReturnType<typeof aWatch>, events: AlertEvent[], everyMs?: number) {
  const ledger: LedgerEntry[] = []
  const write = (entries: LedgerEntry[]) => {
    for (const entry of entries) {
      ledger.push(entry)
      write(watch.observe(entry))
    }
  }
  let clockMs = 1_000_000
  for (const event of events) {
    for (; everyMs !== undefined && clockMs <= event.atMs; clockMs += everyMs) write(watch.advance(clockMs))
    write([event])
  }
  write(watch.advance(events.at(-1)!.atMs + 60_000))
  return ledger
}

const floodsOf = (ledger: LedgerEntry[]) =>
  ledger.filter((entry): entry is FloodEvent => entry.type.startsWith('flood.'))

it('begins and ends in turn, exactly when the numbers say, however often time is asked', () => {
  fc.assert(
    fc.property(stepsArb, fc.integer({ min: 100, max: 5_000 }), (steps, everyMs) => {
      const events = toEvents(steps)
      const floods = floodsOf(run(aWatch(), events))
      expect(floodsOf(run(aWatch(), events, everyMs))).toEqual(floods)
      expect(floods.map(({ type }) => type)).toEqual(
        floods.map((_, index) => (index % 2 === 0 ? 'flood.began' : 'flood.ended')),
      )
      const raisedBy = (atMs: number) =>
        events.filter(
          ({ type, atMs: at }) =>
            type === 'alert.raised' && at <= atMs && Math.floor(at / 1000) > Math.floor(atMs / 1000) - LIMITS.windowS,
        ).length
      for (const { type, atMs } of floods) {
        if (type === 'flood.began') expect(raisedBy(atMs)).toBeGreaterThan(LIMITS.enterAbove)
        else expect(raisedBy(atMs)).toBeLessThan(LIMITS.leaveBelow)
      }
    }),
    { numRuns: 300 },
  )
})

it('is the same after a restart from any snapshot, and after a crash at any entry nothing is missing or written twice', () => {
  fc.assert(
    fc.property(stepsArb, fc.nat(), fc.nat(), (steps, snapshotAt, crashAt) => {
      const whole = run(aWatch(), toEvents(steps))
      const crash = crashAt % (whole.length + 1)
      const stored = snapshotAt % (crash + 1)

      const before = aWatch()
      for (const entry of whole.slice(0, stored)) before.observe(entry)
      const after = aWatch(copy(before.snapshot()))
      for (const entry of whole.slice(stored, crash)) after.observe(copy(entry))
      const missing = after.unwritten()
      const rest = whole.slice(crash).filter((entry): entry is AlertEvent => entry.type.startsWith('alert.'))
      for (const entry of missing) after.observe(entry)
      const lastMs = (rest.at(-1) ?? whole.findLast(({ type }) => type.startsWith('alert.'))!).atMs
      const written = rest.length > 0 ? run(after, rest) : after.advance(lastMs + 60_000)

      expect(floodsOf([...whole.slice(0, crash), ...missing, ...written])).toEqual(floodsOf(whole))
    }),
    { numRuns: 500 },
  )
})
