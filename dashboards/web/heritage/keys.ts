import type { KeyBinding } from '../shell/keys.ts'

/** Keys of the heritage page. */
export const HERITAGE_KEYS = [
  { act: 'next', keys: ['j', 'arrowdown'], shown: 'J ↓', word: 'heritage.key.next' },
  { act: 'previous', keys: ['k', 'arrowup'], shown: 'K ↑', word: 'heritage.key.previous' },
  { act: 'search', keys: ['/'], shown: '/', word: 'heritage.key.search' },
  { act: 'span', keys: ['1', '2', '3', '4'], shown: '1–4', word: 'heritage.key.span' },
  { act: 'visit', keys: ['v'], shown: 'V', word: 'heritage.key.visit' },
  { act: 'ask', keys: ['a'], shown: 'A', word: 'heritage.key.ask' },
  { act: 'report', keys: ['p'], shown: 'P', word: 'heritage.key.report' },
  { act: 'unmatched', keys: ['u'], shown: 'U', word: 'heritage.key.unmatched' },
  { act: 'escape', keys: ['escape'], shown: 'Esc', word: 'heritage.key.escape' },
] as const satisfies KeyBinding[]
export type HeritageAct = (typeof HERITAGE_KEYS)[number]['act']
