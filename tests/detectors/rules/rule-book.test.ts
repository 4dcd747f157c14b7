import { describe, expect, it } from 'vitest'
import { type RuleChange, type RuleSource, specAfter } from '../../../core/rule-change.ts'
import {
  createRuleBook,
  lastVersion,
  MAX_REMOVED,
  MAX_VERSIONS,
  type RuleBook,
  toFileChanges,
  toOwnChanges,
} from '../../../detectors/rules/book/rule-book.ts'
import { aRuleInFile, aRuleSpec } from './a-rule-spec.ts'

const write = (book: RuleBook, changes: RuleChange[], atMs = 1000, by = 'li') =>
  book.applyEntry({ type: 'rules.changed', atMs, by, changes })
const save = (book: RuleBook, id: string, above: number, source: RuleSource = 'api') =>
  write(book, toOwnChanges(book, [{ id, own: aRuleSpec(id, { above }), source }]))
const remove = (book: RuleBook, id: string) => write(book, toOwnChanges(book, [{ id, own: null, source: 'api' }]))
const holds = (book: RuleBook, id: string) => {
  const booked = book.get(id)
  return (booked && specAfter(booked))?.above ?? null
}

describe('a rule book', () => {
  it('remembers who changed a rule, when, from what to what', () => {
    const book = createRuleBook()

    save(book, 'hot', 30)
    write(book, toOwnChanges(book, [{ id: 'hot', own: aRuleSpec('hot', { above: 35 }), source: 'import' }]), 2000, 'wu')

    expect(book.get('hot')?.versions).toEqual([
      { version: 1, atMs: 1000, by: 'li', source: 'api', spec: aRuleSpec('hot') },
      { version: 2, atMs: 2000, by: 'wu', source: 'import', spec: aRuleSpec('hot', { above: 35 }) },
    ])
  })

  it('knows no change where nothing is different, whatever the order of keys', () => {
    const book = createRuleBook()
    save(book, 'hot', 30)
    const turned = Object.fromEntries(Object.entries(aRuleSpec('hot')).reverse()) as ReturnType<typeof aRuleSpec>

    expect(toOwnChanges(book, [{ id: 'hot', own: turned, source: 'api' }])).toEqual([])
    expect(toOwnChanges(book, [{ id: 'cold', own: null, source: 'api' }])).toEqual([])
  })

  it('lets a rule made over the API stand over the one of a file until it is taken away', () => {
    const book = createRuleBook()
    write(book, toFileChanges(book, [aRuleInFile('hot', { above: 30 }, true)]), 500, 'file')
    const seen = [holds(book, 'hot')]

    save(book, 'hot', 40)
    seen.push(holds(book, 'hot'))
    write(book, toFileChanges(book, [aRuleInFile('hot', { above: 31 }, true)]), 2000, 'file')
    seen.push(holds(book, 'hot'))
    remove(book, 'hot')
    seen.push(holds(book, 'hot'))

    expect(seen).toEqual([30, 40, 40, 31])
    expect(book.get('hot')?.versions.map(({ source, by, path }) => [source, by, path])).toEqual([
      ['shipped', 'file', 'shipped/hot.yaml'],
      ['api', 'li', undefined],
      ['shipped', 'file', 'shipped/hot.yaml'],
      ['api', 'li', undefined],
    ])
  })

  it('tells what files brought, changed and dropped, and nothing when they only moved', () => {
    const book = createRuleBook()
    write(book, toFileChanges(book, [aRuleInFile('a'), aRuleInFile('b'), aRuleInFile('c')]), 1, 'file')

    const moved = { ...aRuleInFile('a'), path: 'other.yaml' }
    const changes = toFileChanges(book, [moved, aRuleInFile('b', { above: 1 }), aRuleInFile('d')])

    expect(changes.map(({ rule, version, before, file }) => [rule, version, before?.above, file?.spec.above])).toEqual([
      ['b', 2, 30, 1],
      ['d', 1, undefined, 30],
      ['c', 2, 30, undefined],
    ])
  })

  it('goes on counting where a rule was removed and made again', () => {
    const book = createRuleBook()

    save(book, 'hot', 1)
    remove(book, 'hot')
    save(book, 'hot', 2)

    expect(book.get('hot')?.versions.map(({ version, spec }) => [version, spec?.above])).toEqual([
      [1, 1],
      [2, undefined],
      [3, 2],
    ])
  })

  it('ignores what it has seen already: a start reads entries again', () => {
    const book = createRuleBook()
    const changes = toOwnChanges(book, [{ id: 'hot', own: aRuleSpec('hot'), source: 'api' }])
    write(book, changes)
    save(book, 'hot', 2)

    write(book, changes)

    expect([holds(book, 'hot'), lastVersion(book.get('hot'))]).toEqual([2, 2])
  })

  it('keeps the newest versions of a rule, and the newest of those removed', () => {
    const book = createRuleBook()
    for (let above = 1; above <= MAX_VERSIONS + 5; above++) save(book, 'hot', above)
    for (let i = 0; i < MAX_REMOVED + 3; i++) {
      save(book, `r${i}`, 1)
      remove(book, `r${i}`)
    }

    expect(book.get('hot')?.versions.map(({ version }) => version)).toEqual(
      Array.from({ length: MAX_VERSIONS }, (_, i) => i + 6),
    )
    expect(book.all()).toHaveLength(MAX_REMOVED + 1)
    expect([book.get('r2'), book.get('r3')?.own]).toEqual([undefined, null])
  })
})
