import { useCallback, useEffect, useRef, useState } from 'react'

export type Loaded<T> = { state: 'loading' } | { state: 'ready'; value: T } | { state: 'failed'; message: string }

/**
 * Loads something for `key`, and again whenever `refresh` changes. A new key starts empty; a refresh keeps what is shown
 * until the new answer is there, and also when there is none.
 */
export function useLoaded<T>(key: string, refresh: unknown, load: () => Promise<T>): [Loaded<T>, () => void] {
  const [shown, setShown] = useState<{ key: string; loaded: Loaded<T> }>({ key, loaded: { state: 'loading' } })
  const latest = useRef(load)
  latest.current = load
  const [attempt, setAttempt] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: refresh and attempt are the reasons to load again
  useEffect(() => {
    let isWanted = true
    const show = (loaded: Loaded<T>) => {
      if (isWanted) setShown((before) => (keepsOld(before, key, loaded) ? before : { key, loaded }))
    }
    latest.current().then(
      (value) => show({ state: 'ready', value }),
      (failure: unknown) => show({ state: 'failed', message: String((failure as Error).message) }),
    )
    return () => {
      isWanted = false
    }
  }, [key, refresh, attempt])
  const retry = useCallback(() => setAttempt((count) => count + 1), [])
  return [shown.key === key ? shown.loaded : { state: 'loading' }, retry]
}

function keepsOld<T>(before: { key: string; loaded: Loaded<T> }, key: string, next: Loaded<T>): boolean {
  return next.state === 'failed' && before.key === key && before.loaded.state === 'ready'
}
