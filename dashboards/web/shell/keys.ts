/** Keys of one act: what it is called in the help, and which keys do it. */
export interface KeyBinding<Act extends string = string> {
  act: Act
  /** As `nameOfKey` writes them; two after each other with a blank between: `g c`. The space bar is `space`. */
  keys: readonly string[]
  /** As the help and buttons show it. */
  shown: string
  /** Key of its word, in the words of the page that it belongs to. */
  word: string
}

/** The part of a keyboard event that decides. */
export interface KeyPress {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
  isComposing: boolean
}

/** What a press means: an act of one of the scopes, the first half of a sequence, or nothing. */
export type KeyMeaning = { scope: number; act: string } | { prefix: string } | null

/**
 * `a`, `shift+z`, `shift+arrowdown`, `ctrl+a`, `?`; null for what is never ours: with Alt, or while Chinese is composed.
 * Caps Lock changes nothing.
 */
export function nameOfKey({ key, ctrlKey, metaKey, altKey, shiftKey, isComposing }: KeyPress): string | null {
  if (isComposing || altKey) return null
  const name = key === ' ' ? 'space' : key.toLowerCase()
  const isSymbol = name.length === 1 && !/[a-z]/.test(name)
  return `${ctrlKey || metaKey ? 'ctrl+' : ''}${shiftKey && !isSymbol ? 'shift+' : ''}${name}`
}

interface KeyState {
  /** First half of a sequence, pressed a moment ago. */
  prefix: string | null
  isTyping: boolean
  /** Keys that are a letter, a digit or a sign alone may be switched off (WCAG 2.1.4). */
  hasLetters: boolean
}

/**
 * Which act a press means: of the first scope that has one; the second half of a sequence goes before a key of its own. While
 * somebody types only Esc means anything.
 */
export function meaningOf(scopes: readonly (readonly KeyBinding[])[], press: KeyPress, state: KeyState): KeyMeaning {
  const name = nameOfKey(press)
  if (name === null || (state.isTyping && name !== 'escape')) return null
  if (!state.hasLetters && isCharacter(name)) return null
  const sequences = state.prefix === null ? [name] : [`${state.prefix} ${name}`, name]
  for (const keys of sequences)
    for (const [scope, bindings] of scopes.entries()) {
      const binding = bindings.find((one) => one.keys.includes(keys))
      if (binding !== undefined) return { scope, act: binding.act }
    }
  const isFirstHalf = scopes.flat().some((one) => one.keys.some((sequence) => sequence.startsWith(`${name} `)))
  return isFirstHalf ? { prefix: name } : null
}

function isCharacter(name: string): boolean {
  return name.replace('shift+', '').length === 1
}

/** Keys of every page. */
export const SHELL_KEYS = [
  { act: 'goCommand', keys: ['g c'], shown: 'G C', word: 'help.goCommand' },
  { act: 'goRiver', keys: ['g r'], shown: 'G R', word: 'help.goRiver' },
  { act: 'goHeritage', keys: ['g h'], shown: 'G H', word: 'help.goHeritage' },
  { act: 'goOperations', keys: ['g o'], shown: 'G O', word: 'help.goOperations' },
  { act: 'mute', keys: ['m'], shown: 'M', word: 'help.mute' },
  { act: 'theme', keys: ['t'], shown: 'T', word: 'help.theme' },
  { act: 'language', keys: ['l'], shown: 'L', word: 'help.language' },
  { act: 'help', keys: ['?'], shown: '?', word: 'help.help' },
] as const satisfies KeyBinding[]
export type ShellAct = (typeof SHELL_KEYS)[number]['act']
