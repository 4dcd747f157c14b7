import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef } from 'react'
import { type KeyBinding, meaningOf } from './keys.ts'

/** Keys that hold while something is on the screen, under a title of the help. */
export interface KeyScope {
  title: string
  bindings: readonly KeyBinding[]
  wordOf: (binding: KeyBinding) => string
}

interface Keyboard {
  add(scope: () => KeyScope & { run: (act: string, key: string) => void }): () => void
  scopes(): KeyScope[]
}

const KeyboardContext = createContext<Keyboard | null>(null)
const SEQUENCE_MS = 1_200
/** Where letters are text. */
const TYPED = 'input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]'

/** Listens for the whole app: one listener, the scopes of what is on the screen, the newest first. */
export function KeyboardProvider({ hasLetters, children }: { hasLetters: boolean; children: ReactNode }) {
  const scopes = useRef<Parameters<Keyboard['add']>[0][]>([])
  const keyboard = useMemo<Keyboard>(
    () => ({
      add(scope) {
        scopes.current = [scope, ...scopes.current]
        return () => {
          scopes.current = scopes.current.filter((one) => one !== scope)
        }
      },
      scopes: () => scopes.current.map((scope) => scope()),
    }),
    [],
  )
  useEffect(() => {
    let pressed: { prefix: string; atMs: number } | null = null
    function onKeyDown(event: KeyboardEvent): void {
      const target = event.target instanceof HTMLElement ? event.target : document.body
      if (document.querySelector('dialog[open]') !== null) return
      if (target.matches('button, a, summary') && (event.key === ' ' || event.key === 'Enter')) return
      const prefix = pressed !== null && event.timeStamp - pressed.atMs < SEQUENCE_MS ? pressed.prefix : null
      const state = { prefix, isTyping: target.matches(TYPED), hasLetters }
      if (event.key !== 'Shift') pressed = null
      const open = scopes.current.map((scope) => scope())
      const meaning = meaningOf(
        open.map(({ bindings }) => bindings),
        event,
        state,
      )
      if (meaning === null) return
      event.preventDefault()
      if ('prefix' in meaning) pressed = { prefix: meaning.prefix, atMs: event.timeStamp }
      else open[meaning.scope]?.run(meaning.act, event.key)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [hasLetters])
  return <KeyboardContext value={keyboard}>{children}</KeyboardContext>
}

/** Makes keys hold while the caller is on the screen. `acts` may be new at every call: the latest one runs. */
export function useKeys<Act extends string>(
  scope: KeyScope & { bindings: readonly KeyBinding<Act>[] },
  acts: Record<Act, (key: string) => void>,
): void {
  const keyboard = useContext(KeyboardContext)
  const latest = useRef({ scope, acts })
  latest.current = { scope, acts }
  useEffect(
    () => keyboard?.add(() => ({ ...latest.current.scope, run: (act, key) => latest.current.acts[act as Act](key) })),
    [keyboard],
  )
}

/** All keys that hold now, for the help. */
export function useKeyScopes(): () => KeyScope[] {
  const keyboard = useContext(KeyboardContext)
  return () => keyboard?.scopes() ?? []
}

/** Whether the focus is where letters are text. */
export function isTyping(): boolean {
  return document.activeElement instanceof HTMLElement && document.activeElement.matches(TYPED)
}
