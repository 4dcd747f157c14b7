import type { KeyBinding } from '../shell/keys.ts'

/** Keys of the command centre. */
export const COMMAND_KEYS = [
  { act: 'next', keys: ['j', 'arrowdown'], shown: 'J ↓', word: 'help.next' },
  { act: 'previous', keys: ['k', 'arrowup'], shown: 'K ↑', word: 'help.previous' },
  { act: 'extendDown', keys: ['shift+arrowdown'], shown: 'Shift ↓', word: 'command.key.extend' },
  { act: 'extendUp', keys: ['shift+arrowup'], shown: 'Shift ↑', word: 'command.key.extend' },
  { act: 'pickAll', keys: ['ctrl+a'], shown: 'Ctrl A', word: 'command.key.pickAll' },
  { act: 'detail', keys: ['enter'], shown: 'Enter', word: 'help.detail' },
  { act: 'acknowledge', keys: ['a'], shown: 'A', word: 'help.acknowledge' },
  { act: 'assign', keys: ['d'], shown: 'D', word: 'command.key.assign' },
  { act: 'falseAlarm', keys: ['x'], shown: 'X', word: 'command.key.falseAlarm' },
  { act: 'shelve', keys: ['s'], shown: 'S', word: 'command.key.shelve' },
  { act: 'comment', keys: ['c'], shown: 'C', word: 'help.comment' },
  { act: 'undo', keys: ['z'], shown: 'Z', word: 'command.key.undo' },
  { act: 'hold', keys: ['space'], shown: 'Space', word: 'help.hold' },
  { act: 'filter', keys: ['0', '1', '2', '3', '4'], shown: '0–4', word: 'help.filter' },
  { act: 'search', keys: ['/'], shown: '/', word: 'command.key.search' },
  { act: 'fit', keys: ['f'], shown: 'F', word: 'help.fit' },
  { act: 'report', keys: ['r'], shown: 'R', word: 'command.key.report' },
  { act: 'escape', keys: ['escape'], shown: 'Esc', word: 'help.escape' },
] as const satisfies KeyBinding[]
export type CommandAct = (typeof COMMAND_KEYS)[number]['act']
