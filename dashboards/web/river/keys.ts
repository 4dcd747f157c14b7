import type { KeyBinding } from '../shell/keys.ts'

/** Keys of the river page. */
export const RIVER_KEYS = [
  { act: 'confirm', keys: ['y', 'enter'], shown: 'Y', word: 'river.key.confirm' },
  { act: 'reject', keys: ['n'], shown: 'N', word: 'river.key.reject' },
  { act: 'duplicate', keys: ['d'], shown: 'D', word: 'river.key.duplicate' },
  { act: 'notOurs', keys: ['o'], shown: 'O', word: 'river.key.notOurs' },
  { act: 'digit', keys: ['1', '2', '3', '4', '5', '6'], shown: '1–6', word: 'river.key.digit' },
  { act: 'next', keys: ['j', 'arrowdown', 'arrowright'], shown: 'J ↓ →', word: 'river.key.next' },
  { act: 'previous', keys: ['k', 'arrowup', 'arrowleft'], shown: 'K ↑ ←', word: 'river.key.previous' },
  { act: 'undo', keys: ['u'], shown: 'U', word: 'river.key.undo' },
  { act: 'boxes', keys: ['b'], shown: 'B', word: 'river.key.boxes' },
  { act: 'zoom', keys: ['z'], shown: 'Z', word: 'river.key.zoom' },
  { act: 'oneToOne', keys: ['shift+z'], shown: '⇧Z', word: 'river.key.oneToOne' },
  { act: 'pair', keys: ['p'], shown: 'P', word: 'river.key.pair' },
  { act: 'redraw', keys: ['r'], shown: 'R', word: 'river.key.redraw' },
  { act: 'flights', keys: ['f'], shown: 'F', word: 'river.key.flights' },
  { act: 'escape', keys: ['escape'], shown: 'Esc', word: 'river.key.escape' },
] as const satisfies KeyBinding[]
export type RiverAct = (typeof RIVER_KEYS)[number]['act']
