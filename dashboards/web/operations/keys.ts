import type { KeyBinding } from '../shell/keys.ts'

/** Keys of the operations page. */
export const OPERATIONS_KEYS = [
  { act: 'view', keys: ['1', '2', '3', '4', '5', '6', '7'], shown: '1–7', word: 'operations.key.view' },
  { act: 'next', keys: ['j', 'arrowdown'], shown: 'J ↓', word: 'operations.key.next' },
  { act: 'previous', keys: ['k', 'arrowup'], shown: 'K ↑', word: 'operations.key.previous' },
  { act: 'first', keys: ['home'], shown: 'Home', word: 'operations.key.first' },
  { act: 'last', keys: ['end'], shown: 'End', word: 'operations.key.last' },
  { act: 'open', keys: ['enter'], shown: 'Enter', word: 'operations.key.open' },
  { act: 'pick', keys: ['x'], shown: 'X', word: 'operations.key.pick' },
  { act: 'search', keys: ['/'], shown: '/', word: 'operations.key.search' },
  { act: 'edit', keys: ['e'], shown: 'E', word: 'operations.key.edit' },
  { act: 'refresh', keys: ['r'], shown: 'R', word: 'operations.key.refresh' },
  { act: 'escape', keys: ['escape'], shown: 'Esc', word: 'operations.key.escape' },
] as const satisfies KeyBinding[]
export type OperationsAct = (typeof OPERATIONS_KEYS)[number]['act']
