import { type Dispatch, useLayoutEffect, useReducer } from 'react'
import type { ResponseTimes } from '../../../core/response-times.ts'
import { filterOfAddress } from './alert-filter.ts'
import { createLiveLink } from './live-link.ts'
import { initialLiveState, type LiveState } from './live-state.ts'
import { type LiveAction, reduceLive } from './reduce-live.ts'

/** Live state of the app, fed by the server as long as there is a session. */
export function useLive(token: string | null, respondWithinS: ResponseTimes): [LiveState, Dispatch<LiveAction>] {
  const [state, dispatch] = useReducer(reduceLive, null, () =>
    initialLiveState(filterOfAddress(location.search), respondWithinS),
  )
  // Before anything is painted: what the feed tells first is what people wait for.
  useLayoutEffect(() => {
    const link = createLiveLink({
      token,
      onMessage: (message) => dispatch({ type: 'message', message, nowMs: Date.now() }),
      onLost: (sinceMs, attempt) => dispatch({ type: 'lost', sinceMs, attempt }),
    })
    return () => link.stop()
  }, [token])
  return [state, dispatch]
}
