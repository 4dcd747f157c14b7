import { expect, it } from 'vitest'
import type { LedgerEntry } from '../../../core/ledger-entry.ts'
import { collectLedger } from '../../../storage/database/store-ledger.ts'

it('keeps every record, and passes over what is decided about other things than alerts and devices, also of kinds that it does not know', () => {
  const rules: LedgerEntry = { type: 'rules.changed', atMs: 1, by: 'li', changes: [] }
  const entries = [rules, { type: 'moon.rose', atMs: 2 }].map((entry, index) => ({
    seq: index + 1,
    bytes: Buffer.from(JSON.stringify(entry)),
  }))

  const { records, ...rest } = collectLedger(entries)

  expect(rest).toEqual({ alertEvents: [], deviceEvents: [], bad: [] })
  expect(records.map(({ type, by }) => [type, by])).toEqual([
    ['rules.changed', 'li'],
    ['moon.rose', null],
  ])
})
