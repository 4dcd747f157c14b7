import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { LedgerEntry } from '../../core/ledger-entry.ts'
import { type RuleChange, type RuleSpec, specAfter } from '../../core/rule-change.ts'
import {
  createRuleBook,
  lastVersion,
  MAX_VERSIONS,
  type RuleBook,
  toFileChanges,
  toOwnChanges,
} from '../../detectors/rules/book/rule-book.ts'
import { aRuleInFile, aRuleSpec } from '../detectors/rules/a-rule-spec.ts'

const IDS = ['a', 'b', 'c']
const id = fc.constantFrom(...IDS)
const above = fc.integer({ min: 1, max: 3 })

type Step =
  | { do: 'save'; id: string; above: number }
  | { do: 'remove'; id: string }
  | { do: 'rollback'; id: string; back: number }
  | { do: 'files'; files: Record<string, number> }
  | { do: 'snapshot' }
  | { do: 'restart'; repeat: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('save' as const), id, above }),
  fc.record({ do: fc.constant('remove' as const), id }),
  fc.record({ do: fc.constant('rollback' as const), id, back: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('files' as const), files: fc.dictionary(id, above, { maxKeys: 3 }) }),
  fc.constant({ do: 'snapshot' as const }),
  fc.record({ do: fc.constant('restart' as const), repeat: fc.nat(5) }),
)

/** What everybody would expect of two piles of rules, one above the other, written as plainly as can be. */
function createModel() {
  const own = new Map<string, number>()
  let files: Record<string, number> = {}
  const history = new Map<string, (number | null)[]>(IDS.map((one) => [one, []]))
  const holds = (one: string) => own.get(one) ?? files[one] ?? null
  const note = (one: string) => history.get(one)?.push(holds(one))
  return {
    holds,
    history: (one: string) => history.get(one) ?? [],
    save(one: string, value: number) {
      if (own.get(one) === value) return
      own.set(one, value)
      note(one)
    },
    remove(one: string) {
      if (own.delete(one)) note(one)
    },
    readFiles(next: Record<string, number>) {
      const before = files
      files = next
      for (const one of IDS) if (before[one] !== next[one]) note(one)
    },
  }
}

it('any sequence of changes, snapshots and restarts gives the rules that a plain model gives', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const ledger: LedgerEntry[] = []
      const model = createModel()
      let book: RuleBook = createRuleBook()
      let snapshot: { text: string; ledgerSeq: number } | null = null
      const write = (changes: RuleChange[]) => {
        if (changes.length === 0) return
        const entry: LedgerEntry = { type: 'rules.changed', atMs: ledger.length, by: 'li', changes }
        ledger.push(JSON.parse(JSON.stringify(entry)) as LedgerEntry)
        book.applyEntry(entry)
      }
      const wish = (one: string, own: RuleSpec | null) => write(toOwnChanges(book, [{ id: one, own, source: 'api' }]))

      for (const one of steps) {
        if (one.do === 'save') {
          model.save(one.id, one.above)
          wish(one.id, aRuleSpec(one.id, { above: one.above }))
        } else if (one.do === 'remove') {
          model.remove(one.id)
          wish(one.id, null)
        } else if (one.do === 'rollback') {
          const spec = book.get(one.id)?.versions.at(-one.back)?.spec
          const value = model.history(one.id).at(-one.back)
          expect(spec?.above ?? null).toBe(value ?? null)
          if (value == null || spec == null) continue
          model.save(one.id, value)
          wish(one.id, spec)
        } else if (one.do === 'files') {
          model.readFiles(one.files)
          write(
            toFileChanges(
              book,
              Object.entries(one.files).map(([rule, value]) => aRuleInFile(rule, { above: value })),
            ),
          )
        } else if (one.do === 'snapshot') {
          snapshot = { text: JSON.stringify(book.snapshot()), ledgerSeq: ledger.length }
        } else {
          // A start reads what it is sure to have read, and some that it may have.
          book = createRuleBook(snapshot ? JSON.parse(snapshot.text) : undefined)
          for (const entry of ledger.slice(Math.max(0, (snapshot?.ledgerSeq ?? 0) - one.repeat))) book.applyEntry(entry)
        }
        for (const rule of IDS) {
          const booked = book.get(rule)
          expect((booked && specAfter(booked))?.above ?? null).toBe(model.holds(rule))
          expect(lastVersion(booked)).toBe(model.history(rule).length)
          expect(booked?.versions.map(({ spec }) => spec?.above ?? null) ?? []).toEqual(
            model.history(rule).slice(-MAX_VERSIONS),
          )
        }
      }
    }),
    { numRuns: 300 },
  )
})

it('a change names what held before it, and the two layers after it, each by itself', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), above), { minLength: 1, maxLength: 12 }), (steps) => {
      const book = createRuleBook()
      let before: unknown = null
      for (const [isFile, value] of steps) {
        const changes = isFile
          ? toFileChanges(book, [aRuleInFile('a', { above: value })])
          : toOwnChanges(book, [{ id: 'a', own: value === 1 ? null : aRuleSpec('a', { above: value }), source: 'api' }])
        for (const change of changes) {
          expect(change.before).toEqual(before)
          before = specAfter(change)
          const alone = createRuleBook()
          alone.applyEntry({ type: 'rules.changed', atMs: 0, by: 'li', changes: [change] })
          expect(alone.get('a')).toMatchObject({ own: change.own, file: change.file })
        }
        book.applyEntry({ type: 'rules.changed', atMs: 0, by: 'li', changes })
      }
    }),
    { numRuns: 200 },
  )
})
