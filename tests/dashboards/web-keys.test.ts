import { readdirSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { assetPath } from '../../core/source-path.ts'
import { type KeyBinding, meaningOf, SHELL_KEYS } from '../../dashboards/web/shell/keys.ts'
import { zh } from '../../dashboards/web/words/zh.ts'

/** Every page has its keys in `<page>/keys.ts`. */
const PAGES = readdirSync(assetPath('dashboards/web'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('/keys.ts') && path !== 'shell/keys.ts')
  .map((path) => path.split('/')[0]!)

async function keysOf(page: string): Promise<KeyBinding[]> {
  const file = (await import(`../../dashboards/web/${page}/keys.ts`)) as Record<string, KeyBinding[]>
  return Object.values(file).filter(Array.isArray).flat()
}

describe('the keys', () => {
  it('are found for the command centre at least', () => expect(PAGES).toContain('command'))

  test.each(PAGES)('of %s have one meaning each, and none that another page-wide key has', async (page) => {
    const bindings = [...SHELL_KEYS, ...(await keysOf(page))] as KeyBinding[]
    const keys = bindings.flatMap((binding) => binding.keys)
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([])
    const firstHalves = keys.filter((key) => key.includes(' ')).map((key) => key.split(' ')[0])
    expect(keys.filter((key) => firstHalves.includes(key))).toEqual([])
  })

  it('of every page have a word', () => {
    expect(SHELL_KEYS.filter(({ word }) => !(word in zh))).toEqual([])
  })

  const KEYS: KeyBinding[] = [
    { act: 'acknowledge', keys: ['a'], shown: 'A', word: '' },
    { act: 'hold', keys: ['space'], shown: 'Space', word: '' },
    { act: 'extend', keys: ['shift+arrowdown'], shown: '⇧↓', word: '' },
    { act: 'go', keys: ['g c'], shown: 'G C', word: '' },
    { act: 'help', keys: ['?'], shown: '?', word: '' },
    { act: 'escape', keys: ['escape'], shown: 'Esc', word: '' },
  ]
  const press = { key: 'a', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false }
  const state = { prefix: null, isTyping: false, hasLetters: true }
  test.each([
    ['a letter', {}, {}, { scope: 0, act: 'acknowledge' }],
    ['the same with caps lock', { key: 'A' }, {}, { scope: 0, act: 'acknowledge' }],
    ['a letter while somebody types', {}, { isTyping: true }, null],
    ['Esc while somebody types', { key: 'Escape' }, { isTyping: true }, { scope: 0, act: 'escape' }],
    ['a letter while Chinese is composed', { isComposing: true }, {}, null],
    ['Ctrl+A', { ctrlKey: true }, {}, null],
    ['Alt+A', { altKey: true }, {}, null],
    ['Shift+A', { key: 'A', shiftKey: true }, {}, null],
    ['a key without a meaning', { key: 'q' }, {}, null],
    ['the space bar', { key: ' ' }, {}, { scope: 0, act: 'hold' }],
    ['Shift and an arrow', { key: 'ArrowDown', shiftKey: true }, {}, { scope: 0, act: 'extend' }],
    ['a sign that needs Shift', { key: '?', shiftKey: true }, {}, { scope: 0, act: 'help' }],
    ['the first half of a sequence', { key: 'g' }, {}, { prefix: 'g' }],
    ['the second half', { key: 'c' }, { prefix: 'g' }, { scope: 0, act: 'go' }],
    ['the second half alone', { key: 'c' }, {}, null],
    ['another key after a first half', {}, { prefix: 'g' }, { scope: 0, act: 'acknowledge' }],
    ['a letter where letters are switched off', {}, { hasLetters: false }, null],
    ['an arrow where letters are switched off', { key: 'Escape' }, { hasLetters: false }, { scope: 0, act: 'escape' }],
  ])('%s', (_, change, more, meaning) => {
    expect(meaningOf([KEYS], { ...press, ...change }, { ...state, ...more })).toEqual(meaning)
  })

  it('of a sequence go before those of the page that are on top', () => {
    const top: KeyBinding[] = [{ act: 'report', keys: ['c'], shown: 'C', word: '' }]
    const second = { ...press, key: 'c' }
    expect(meaningOf([top, KEYS], second, { ...state, prefix: 'g' })).toEqual({ scope: 1, act: 'go' })
    expect(meaningOf([top, KEYS], second, state)).toEqual({ scope: 0, act: 'report' })
  })
})
