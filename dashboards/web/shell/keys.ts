import type { WordKey } from '../words/zh.ts'

/** Every key of the page, in one list: what it is called in the help, and which keys do it. */
export const KEYS = [
  { act: 'next', keys: ['j', 'arrowdown'], shown: 'J ↓', word: 'help.next' },
  { act: 'previous', keys: ['k', 'arrowup'], shown: 'K ↑', word: 'help.previous' },
  { act: 'detail', keys: ['enter'], shown: 'Enter', word: 'help.detail' },
  { act: 'acknowledge', keys: ['a'], shown: 'A', word: 'help.acknowledge' },
  { act: 'comment', keys: ['c'], shown: 'C', word: 'help.comment' },
  { act: 'hold', keys: [' '], shown: 'Space', word: 'help.hold' },
  { act: 'filter', keys: ['0', '1', '2', '3', '4'], shown: '0–4', word: 'help.filter' },
  { act: 'fit', keys: ['f'], shown: 'F', word: 'help.fit' },
  { act: 'theme', keys: ['t'], shown: 'T', word: 'help.theme' },
  { act: 'language', keys: ['l'], shown: 'L', word: 'help.language' },
  { act: 'help', keys: ['?'], shown: '?', word: 'help.help' },
  { act: 'escape', keys: ['escape'], shown: 'Esc', word: 'help.escape' },
] as const satisfies { act: string; keys: string[]; shown: string; word: WordKey }[]
export type KeyAct = (typeof KEYS)[number]['act']

/** The part of a keyboard event that decides. */
export interface KeyPress {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  isComposing: boolean
}

/** Which act a key press means; null while somebody types, composes Chinese, or holds a modifier. */
export function actOfKey(event: KeyPress, isTyping: boolean): KeyAct | null {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return null
  const key = event.key.toLowerCase()
  if (isTyping && key !== 'escape') return null
  return KEYS.find(({ keys }) => (keys as readonly string[]).includes(key))?.act ?? null
}
