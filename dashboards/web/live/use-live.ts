import { type Dispatch, useEffect, useReducer } from 'react'
import { createLiveLink } from './live-link.ts'
import { initialLiveState, type LevelFilter, type LiveAction, type LiveState, reduceLive } from './live-state.ts'

/** Live state of the page, fed by the server as long as there is a session. */
export function useLive(token: string | null, isAllowed: boolean): [LiveState, Dispatch<LiveAction>] {
  const [state, dispatch] = useReducer(reduceLive, filterOfAddress(), initialLiveState)
  useEffect(() => {
    if (!isAllowed) return
    const link = createLiveLink({
      token,
      onMessage: (message) => dispatch({ type: 'message', message, nowMs: Date.now() }),
      onLost: (sinceMs, attempt) => dispatch({ type: 'lost', sinceMs, attempt }),
    })
    return () => link.stop()
  }, [token, isAllowed])
  useEffect(() => writeFilter(state.filter), [state.filter])
  return [state, dispatch]
}

function filterOfAddress(): LevelFilter {
  const level = Number(new URLSearchParams(location.search).get('level'))
  return level === 1 || level === 2 || level === 3 || level === 4 ? level : 0
}

/** The filter is part of the address, so that it survives a reload and can be sent to a colleague. */
function writeFilter(level: LevelFilter): void {
  const url = new URL(location.href)
  if (level === 0) url.searchParams.delete('level')
  else url.searchParams.set('level', String(level))
  if (url.href !== location.href) history.replaceState(null, '', url)
}
