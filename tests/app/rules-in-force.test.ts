import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLedgerWriter } from '../../app/ledger.ts'
import { loadConfig } from '../../app/load-config.ts'
import { openRules, type RulesInForce } from '../../app/rules-in-force.ts'
import type { AppError } from '../../core/errors.ts'
import type { LedgerEntry } from '../../core/ledger-entry.ts'
import { silentLog } from '../../core/log.ts'
import type { RuleSpec } from '../../core/rule-change.ts'
import type { Proposal } from '../../core/rule-desk.ts'
import { createRuleBook } from '../../detectors/rules/book/rule-book.ts'
import { printRules } from '../../detectors/rules/files/print-rules.ts'
import { createRegistry } from '../../ingest/registry.ts'
import { aRuleSpec } from '../detectors/rules/a-rule-spec.ts'
import { createMemoryJournal, type MemoryJournal } from '../fakes/memory-journal.ts'

const NOW = 1_700_000_000_000
const clock = { nowMs: () => NOW }

let dir: string
const opened: RulesInForce[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huying-in-force-'))
  await writeFiles()
})
afterEach(async () => {
  for (const rules of opened.splice(0)) rules.stop()
  await rm(dir, { recursive: true, force: true })
})

const writeFiles = (...specs: RuleSpec[]) => writeFile(join(dir, 'mine.yaml'), printRules(specs))

/** A start: the ledger is read from where the snapshot stands, or from its beginning. */
async function start(ledger: MemoryJournal, snapshot?: { book: unknown; seq: number }) {
  const book = createRuleBook(snapshot?.book)
  for (const { bytes } of await ledger.read(snapshot?.seq ?? 0, 1_000_000))
    book.applyEntry(JSON.parse(bytes.toString()) as LedgerEntry)
  const config = loadConfig({ HUYING_RULES_DIR: dir, HUYING_SHIPPED_RULES: 'false', HUYING_PATH_TEST_EVERY_S: '0' })
  const writer = await openLedgerWriter({ ledger, log: silentLog })
  const registry = createRegistry({ ledger: writer, clock })
  const rules = await openRules({ config, registry, book, snapshot: undefined, log: silentLog })
  opened.push(rules)
  let changed = 0
  await rules.start({ ledger: writer, clock, signal: () => {}, onChanged: () => changed++ })
  return { rules, writer, changed: () => changed }
}

const save = (spec: RuleSpec, more: Partial<Proposal> = {}): Proposal => ({
  by: 'li',
  source: 'api',
  file: { path: `rule ${spec.id}`, text: printRules([spec]) },
  ...more,
})
const remove = (id: string): Proposal => ({ by: 'li', source: 'api', remove: [id] })
/** What judges: the limit of each rule of the set. */
function inForce(rules: RulesInForce): Record<string, unknown> {
  const { rules: set, written } = rules.joined()
  const judging = new Set(set.rules)
  return Object.fromEntries(written.filter(({ rule }) => judging.has(rule)).map(({ spec }) => [spec.id, spec.above]))
}
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: AppError) => error.code,
  )
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('a rule made over the API', () => {
  it('is in force, and answered, once it is durable and not before', async () => {
    const ledger = createMemoryJournal({ commit: 'by hand' })
    const { rules, changed } = await start(ledger)
    let answered = false

    const answer = rules.propose(save(aRuleSpec('hot', { above: 30 }))).then(() => (answered = true))
    await turn()
    const before = [inForce(rules), answered, changed()]
    ledger.commit()
    await answer

    expect(before).toEqual([{}, false, 0])
    expect([inForce(rules), changed()]).toEqual([{ hot: 30 }, 1])
  })

  it('stands over the one of a file until it is taken away', async () => {
    await writeFiles(aRuleSpec('hot', { above: 30 }))
    const { rules } = await start(createMemoryJournal())

    await rules.propose(save(aRuleSpec('hot', { above: 40 })))
    const over = inForce(rules)
    await rules.propose(remove('hot'))

    expect([over, inForce(rules)]).toEqual([{ hot: 40 }, { hot: 30 }])
    expect(rules.book.get('hot')?.versions.map(({ version, by, source }) => [version, by, source])).toEqual([
      [1, 'file', 'file'],
      [2, 'li', 'api'],
      [3, 'li', 'api'],
    ])
  })

  it('may be switched off without being lost', async () => {
    await writeFiles(aRuleSpec('hot'))
    const { rules } = await start(createMemoryJournal())

    await rules.propose(save(aRuleSpec('hot', { enabled: false })))

    expect([inForce(rules), rules.book.get('hot')?.own?.enabled]).toEqual([{}, false])
  })

  it('is refused with every fault, by key, line and column', async () => {
    const { rules } = await start(createMemoryJournal())

    const refused = rules.propose(save(aRuleSpec('hot', { severity: 'huge', above: 'warm' })))

    await expect(refused).rejects.toMatchObject({
      code: 'rules_invalid',
      details: {
        faults: [
          { pointer: '/rules/0/above', line: 11 },
          { pointer: '/rules/0/severity', line: 12 },
        ],
      },
    })
  })

  it('is refused when somebody else was faster', async () => {
    const { rules } = await start(createMemoryJournal())
    const expected = { id: 'hot', version: 0 }

    const both = [30, 40].map((above) => codeOf(rules.propose(save(aRuleSpec('hot', { above }), { expected }))))

    expect(await Promise.all(both)).toEqual(['done', 'conflict'])
    expect(inForce(rules)).toEqual({ hot: 30 })
  })

  it('can only be taken away where it was made', async () => {
    await writeFiles(aRuleSpec('hot'))
    const { rules } = await start(createMemoryJournal())

    expect(await codeOf(rules.propose(remove('hot')))).toBe('conflict')
    expect(await codeOf(rules.propose(remove('cold')))).toBe('not_found')
  })

  it('needs nothing of its own where it says what holds already', async () => {
    await writeFiles(aRuleSpec('hot'))
    const { rules } = await start(createMemoryJournal())

    const outcome = await rules.propose(save(aRuleSpec('hot')))

    expect(outcome).toEqual({ changes: [], unchanged: ['hot'] })
  })

  it('changes nothing when it is only tried', async () => {
    const { rules, changed } = await start(createMemoryJournal())

    const { changes } = await rules.propose(save(aRuleSpec('hot'), { dryRun: true }))

    expect([changes.map(({ rule, version }) => [rule, version]), inForce(rules), changed()]).toEqual([
      [['hot', 1]],
      {},
      0,
    ])
  })

  it('may not take the place of a path of the API', async () => {
    const { rules } = await start(createMemoryJournal())

    expect(await codeOf(rules.propose(save(aRuleSpec('export'))))).toBe('rules_invalid')
  })

  it('comes alone: what else a rule file may have would be gone at the next start', async () => {
    const { rules } = await start(createMemoryJournal())
    const file = { path: 'body', text: 'rules: []\nplaces:\n  - { name: Cellar, match: "*", attributes: {} }\n' }

    await expect(rules.propose({ by: 'li', source: 'import', file })).rejects.toMatchObject({
      code: 'rules_invalid',
      message: expect.stringContaining('body:2:1 only rules can be put in here; places belongs in a rule file'),
    })
  })

  it('cannot be taken away while another one needs it', async () => {
    const { rules } = await start(createMemoryJournal())
    const { where: _where, above: _above, ...head } = aRuleSpec('both', { kind: 'composite' })
    await rules.propose(save(aRuleSpec('hot')))
    await rules.propose(save({ ...head, when: { all: [{ rule: 'hot' }] }, by: 'device' } as RuleSpec))

    await expect(rules.propose(remove('hot'))).rejects.toMatchObject({
      code: 'rules_invalid',
      message: expect.stringMatching(/^rule both:\d+:\d+ no rule has the id hot$/),
    })
    expect(Object.keys(inForce(rules))).toContain('hot')
  })

  it('is put aside at a start when it can no longer be used, so that it can be mended', async () => {
    await writeFiles(aRuleSpec('hot', { above: 30 }))
    const gone = aRuleSpec('hot', { kind: 'from-another-time' })
    const change = { rule: 'hot', version: 1, source: 'api' as const, before: null, own: gone, file: null }
    const entry: LedgerEntry = { type: 'rules.changed', atMs: NOW, by: 'li', changes: [change] }
    const { rules } = await start(createMemoryJournal({ entries: [Buffer.from(JSON.stringify(entry))] }))
    const aside = [inForce(rules), rules.faults().map(({ pointer }) => pointer)]

    await rules.propose(save(aRuleSpec('cold', { above: 5 })))
    await rules.propose(save(aRuleSpec('hot', { above: 50 })))

    expect(aside).toEqual([{ hot: 30 }, ['/rules/0/kind']])
    expect([inForce(rules), rules.faults()]).toEqual([{ cold: 5, hot: 50 }, []])
  })
})

describe('several rules at once', () => {
  const file = (...specs: RuleSpec[]) => ({ path: 'import', text: printRules(specs) })

  it('are put in force together, or not at all', async () => {
    const { rules } = await start(createMemoryJournal())
    const [a, b, wrong] = [aRuleSpec('a'), aRuleSpec('b'), aRuleSpec('c', { severity: 'huge' })]

    const refused = await codeOf(rules.propose({ by: 'li', source: 'import', file: file(a, b, wrong) }))
    const before = inForce(rules)
    await rules.propose({ by: 'li', source: 'import', file: file(a, b) })

    expect([refused, before, inForce(rules)]).toEqual(['rules_invalid', {}, { a: 30, b: 30 }])
  })

  it('are one entry of the ledger, so that a crash cannot leave half of them', async () => {
    const ledger = createMemoryJournal()
    const { rules } = await start(ledger)

    await rules.propose({ by: 'li', source: 'import', file: file(aRuleSpec('a'), aRuleSpec('b')) })

    expect(ledger.status().committedSeq).toBe(1)
  })
})

it('a change of files is written down with who, what and where, live and at a start', async () => {
  const ledger = createMemoryJournal()
  const first = await start(ledger)

  await writeFiles(aRuleSpec('hot', { above: 30 }))
  while (inForce(first.rules).hot === undefined) await turn()
  first.rules.stop()
  await writeFiles(aRuleSpec('hot', { above: 35 }))
  const second = await start(ledger)
  await second.writer.settled()

  const path = join(dir, 'mine.yaml')
  expect(second.rules.book.get('hot')?.versions).toEqual([
    { version: 1, atMs: NOW, by: 'file', source: 'file', path, spec: aRuleSpec('hot', { above: 30 }) },
    { version: 2, atMs: NOW, by: 'file', source: 'file', path, spec: aRuleSpec('hot', { above: 35 }) },
  ])
})

/** A life of the service as random steps; the model is two piles of rules, one above the other. */
type Step =
  | { do: 'save'; id: string; above: number }
  | { do: 'remove'; id: string }
  | { do: 'rollback'; id: string }
  | { do: 'edit'; files: Record<string, number> }
  | { do: 'snapshot' }
  /** Killed while a change of this rule is on its way; `kept` says whether it had reached the disk. */
  | { do: 'kill'; id: string; above: number; kept: boolean }

const id = fc.constantFrom('a', 'b', 'c')
const above = fc.integer({ min: 1, max: 4 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('save' as const), id, above }),
  fc.record({ do: fc.constant('remove' as const), id }),
  fc.record({ do: fc.constant('rollback' as const), id }),
  fc.record({ do: fc.constant('edit' as const), files: fc.dictionary(id, above, { maxKeys: 3 }) }),
  fc.constant({ do: 'snapshot' as const }),
  fc.record({ do: fc.constant('kill' as const), id, above, kept: fc.boolean() }),
)

it('whatever is changed, and wherever the process is killed, the rules in force are those that were answered', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
      await writeFiles()
      const own = new Map<string, number>()
      let files: Record<string, number> = {}
      let ledger = createMemoryJournal({ commit: 'by hand' })
      let snapshot: { book: unknown; seq: number } | undefined
      let { rules, writer } = await start(ledger)
      const settle = async (work: Promise<unknown>) => {
        let done = false
        const ended = work.finally(() => (done = true)).catch(() => {})
        while (!done) {
          await turn()
          ledger.commit()
        }
        await ended
      }
      const restart = async () => {
        rules.stop()
        ;({ rules, writer } = await start(ledger, snapshot))
        await settle(rules.propose({ by: 'li', source: 'api', dryRun: true }))
      }

      for (const one of steps) {
        if (one.do === 'save') {
          if ((own.get(one.id) ?? files[one.id]) !== one.above) own.set(one.id, one.above)
          await settle(rules.propose(save(aRuleSpec(one.id, { above: one.above }))))
        } else if (one.do === 'remove') {
          own.delete(one.id)
          await settle(rules.propose(remove(one.id)))
        } else if (one.do === 'rollback') {
          const earlier = rules.book.get(one.id)?.versions.at(-2)?.spec
          if (!earlier) continue
          if ((own.get(one.id) ?? files[one.id]) !== earlier.above) own.set(one.id, Number(earlier.above))
          await settle(rules.propose(save(earlier, { source: 'rollback' })))
        } else if (one.do === 'edit') {
          files = one.files
          rules.stop()
          await writeFiles(...Object.entries(files).map(([rule, value]) => aRuleSpec(rule, { above: value })))
          await restart()
        } else if (one.do === 'snapshot') {
          const book = JSON.parse(JSON.stringify(rules.bookSnapshot()))
          await settle(writer.settled())
          snapshot = { book, seq: await writer.settled() }
        } else {
          void rules.propose(save(aRuleSpec(one.id, { above: one.above }))).catch(() => {})
          await turn()
          const ahead = { book: JSON.parse(JSON.stringify(rules.bookSnapshot())), seq: writer.settled() }
          if (one.kept) {
            if ((own.get(one.id) ?? files[one.id]) !== one.above) own.set(one.id, one.above)
            ledger.commit()
            snapshot = { book: ahead.book, seq: await ahead.seq }
          }
          ledger = ledger.crash()
          await restart()
        }
        expect(inForce(rules)).toEqual({ ...files, ...Object.fromEntries(own) })
      }
      rules.stop()
    }),
    { numRuns: 40 },
  )
}, 60_000)
