import { useEffect, useRef } from 'react'
import { actOfKey, type KeyAct } from './keys.ts'

/** Runs an act for each key press. Space and Enter stay with a focused button or link, whose own keys they are. */
export function useKeyboard(run: (act: KeyAct, key: string) => void): void {
  const latest = useRef(run)
  latest.current = run
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const target = event.target instanceof HTMLElement ? event.target : document.body
      if (document.querySelector('dialog[open]') !== null) return
      if (target.matches('button, a, summary') && (event.key === ' ' || event.key === 'Enter')) return
      const act = actOfKey(event, target.matches('input, textarea, select, [contenteditable]'))
      if (act === null) return
      event.preventDefault()
      latest.current(act, event.key)
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}
