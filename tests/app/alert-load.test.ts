import { expect, it, onTestFinished } from 'vitest'
import { createEventLog } from '../../alerts/event-log.ts'
import { type AlertLoadSnapshot, openAlertLoad } from '../../app/alert-load.ts'
import { openLedgerWriter } from '../../app/ledger.ts'
import type { LedgerEntry } from '../../core/ledger-entry.ts'
import { silentLog } from '../../core/log.ts'
import { anEvent } from '../alerts/an-event.ts'
import { createMemoryJournal, type MemoryJournal } from '../fakes/memory-journal.ts'

/** The load with its ledger, and a clock that the test sets. */
async function open(ledger: MemoryJournal, snapshot?: AlertLoadSnapshot) {
  const clock = { ms: 0 }
  const writer = await openLedgerWriter({ ledger, log: silentLog })
  const load = await openAlertLoad({
    ...{ ledger, writer, snapshot },
    events: createEventLog({ ledger }),
    open: () => [],
    clock: { nowMs: () => clock.ms },
    causeOf: () => ({ kind: 'unknown', name: '' }),
  })
  onTestFinished(() => load.stop())
  /** Alerts of as many devices, one a second. */
  const raise = (count: number) => {
    for (let n = 1; n <= count; n++) {
      const event = { ...anEvent(n, { subject: { device: `d${n}` } }), atMs: n * 1000 }
      writer.write(event, (seq) => load.onEvent(event, seq))
    }
  }
  return { load, raise, clock, writer }
}

const entriesOf = async (ledger: MemoryJournal) =>
  (await ledger.read(0, 1000)).map(({ bytes }) => JSON.parse(bytes.toString()) as LedgerEntry)
const floodsIn = async (ledger: MemoryJournal) =>
  (await entriesOf(ledger)).map(({ type }) => type).filter((type) => type.startsWith('flood.'))

it('writes a flood into the ledger once its alerts are durable, and a record when it is over', async () => {
  const ledger = createMemoryJournal()
  const { load, raise, clock, writer } = await open(ledger)

  raise(12)
  await writer.settled()
  await writer.settled()
  expect((await entriesOf(ledger)).map(({ type }) => type).slice(10)).toEqual([
    'alert.raised',
    'alert.raised',
    'flood.began',
  ])
  clock.ms = 12_000
  expect(load.floods().flood).toMatchObject({ alerts: 12, first: { subject: { device: 'd1' } } })
  expect(load.measurements()).toContainEqual(expect.objectContaining({ name: 'huying_alert_flood', value: 1 }))

  clock.ms = 3_600_000
  load.start()
  await expect.poll(() => floodsIn(ledger), { timeout: 5_000 }).toEqual(['flood.began', 'flood.ended'])
  expect(load.floods()).toMatchObject({ flood: null, over: [{ alerts: 12, endedAtMs: 608_000 }] })
})

it('knows the flood again after a restart, from an old snapshot or from none', async () => {
  const ledger = createMemoryJournal()
  const first = await open(ledger)
  first.raise(5)
  await first.writer.settled()
  const stored = JSON.parse(JSON.stringify(first.load.snapshot())) as AlertLoadSnapshot
  first.raise(15)
  await first.writer.settled()
  await first.writer.settled()

  for (const snapshot of [stored, undefined]) {
    const { load, clock } = await open(ledger, snapshot)
    clock.ms = 20_000
    first.clock.ms = 20_000
    expect(load.floods()).toEqual(first.load.floods())
    expect(load.statistics()).toEqual(first.load.statistics())
  }
  expect(await floodsIn(ledger)).toEqual(['flood.began'])
})

it('writes after a crash what was decided and not durable yet', async () => {
  const ledger = createMemoryJournal({ commit: 'by hand' })
  const { raise } = await open(ledger)
  raise(11)
  ledger.commit(11)

  const survivor = ledger.crash()
  expect(await floodsIn(survivor)).toEqual([])
  const { writer } = await open(survivor)
  survivor.commit()
  await writer.settled()

  expect(await floodsIn(survivor)).toEqual(['flood.began'])
})
