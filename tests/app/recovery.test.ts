import { expect, it } from 'vitest'
import { createAlertBook } from '../../alerts/alert-book.ts'
import { createFindingScribe } from '../../app/open-patrol.ts'
import { foldLedger } from '../../app/recovery.ts'
import type { LedgerEntry } from '../../core/ledger-entry.ts'
import { createHouseBook } from '../../detectors/houses/house-book.ts'
import { createRuleBook, toOwnChanges } from '../../detectors/rules/book/rule-book.ts'
import { createRegistry } from '../../ingest/registry.ts'
import { aBook } from '../detectors/patrol/a-patrol.ts'
import { aRuleSpec } from '../detectors/rules/a-rule-spec.ts'
import { deviceLedger } from '../fakes/device-ledger.ts'
import { createMemoryJournal } from '../fakes/memory-journal.ts'

const deviceEntry = (id: string, type: string): LedgerEntry => ({
  type: 'device.registered',
  atMs: 1,
  device: { id, type, registeredAtMs: 1, tokenHash: '' },
})
const ruleEntry = (id: string): LedgerEntry => ({
  type: 'rules.changed',
  atMs: 1,
  by: 'li',
  changes: toOwnChanges(createRuleBook(), [{ id, own: aRuleSpec(id), source: 'api' }]),
})

async function fold(snapshot: Parameters<typeof foldLedger>[1], ...entries: LedgerEntry[]) {
  const ledger = createMemoryJournal({ entries: entries.map((entry) => Buffer.from(JSON.stringify(entry))) })
  const registry = createRegistry({ ledger: deviceLedger(ledger), clock: { nowMs: () => 1 } })
  const ruleBook = createRuleBook(snapshot?.ruleBook)
  const folded = await foldLedger(ledger, snapshot, {
    registry,
    book: createAlertBook({ describe: () => ({}) }),
    ruleBook,
    patrol: aBook(),
    houses: createHouseBook(),
    scribe: createFindingScribe(),
  })
  return {
    folded,
    devices: registry.all().map(({ id, type }) => `${id} ${type}`),
    rules: ruleBook.all().map(({ id }) => id),
  }
}

it('takes devices and rules from the ledger from its start when there is no snapshot', async () => {
  expect(await fold(null, deviceEntry('d1', 'pump'), ruleEntry('hot'))).toEqual({
    folded: 2,
    devices: ['d1 pump'],
    rules: ['hot'],
  })
})

it('takes the rules from the start of the ledger when a snapshot of an older huying knows none', async () => {
  expect(await fold({ ledgerSeq: 2 }, ruleEntry('hot'), deviceEntry('d1', 'pump'), deviceEntry('d2', 'pump'))).toEqual({
    folded: 1,
    devices: ['d2 pump'],
    rules: ['hot'],
  })
})

it('a device that was on its way to the disk while the snapshot was taken is not lost', async () => {
  const snapshot = { ledgerSeq: 3, registrySeq: 1, ruleBook: [] }
  const entries = [
    deviceEntry('d1', 'pump'),
    deviceEntry('d2', 'pump'),
    deviceEntry('d2', 'fan'),
    deviceEntry('d3', 'pump'),
  ]

  expect(await fold(snapshot, ...entries)).toMatchObject({ folded: 1, devices: ['d2 fan', 'd3 pump'] })
})
