import { type Dispatch, useEffect, useReducer } from 'react'
import { filterOfAddress } from './alert-filter.ts'
import { createLiveLink } from './live-link.ts'
import { initialLiveState, type LiveAction, type LiveState, reduceLive } from './live-state.ts'

/** Live state of the app, fed by the server as long as there is a session. */
export function useLive(token: string | null): [LiveState, Dispatch<LiveAction>] {
  const [state, dispatch] = useReducer(reduceLive, filterOfAddress(location.search), initialLiveState)
  useEffect(() => {
    const link = createLiveLink({
      token,
      onMessage: (message) => dispatch({ type: 'message', message, nowMs: Date.now() }),
      onLost: (sinceMs, attempt) => dispatch({ type: 'lost', sinceMs, attempt }),
    })
    return () => link.stop()
  }, [token])
  return [state, dispatch]
}
