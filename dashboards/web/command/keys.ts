import type { KeyBinding } from '../shell/keys.ts'

/** Keys of the command centre. */
export const COMMAND_KEYS = [
  { act: 'next', keys: ['j', 'arrowdown'], shown: 'J ↓', word: 'help.next' },
  { act: 'previous', keys: ['k', 'arrowup'], shown: 'K ↑', word: 'help.previous' },
  { act: 'detail', keys: ['enter'], shown: 'Enter', word: 'help.detail' },
  { act: 'acknowledge', keys: ['a'], shown: 'A', word: 'help.acknowledge' },
  { act: 'comment', keys: ['c'], shown: 'C', word: 'help.comment' },
  { act: 'hold', keys: ['space'], shown: 'Space', word: 'help.hold' },
  { act: 'filter', keys: ['0', '1', '2', '3', '4'], shown: '0–4', word: 'help.filter' },
  { act: 'fit', keys: ['f'], shown: 'F', word: 'help.fit' },
  { act: 'escape', keys: ['escape'], shown: 'Esc', word: 'help.escape' },
] as const satisfies KeyBinding[]
export type CommandAct = (typeof COMMAND_KEYS)[number]['act']
