import { type Dispatch, useEffect } from 'react'
import type { FloodStateView } from '../../contract.ts'
import type { Http } from '../http.ts'
import type { LiveAction } from '../live/reduce-live.ts'

const EVERY_MS = 5_000
const MOST_ALERTS = 2_000

/** Asks what caused which alert, as long as a flood is on. */
export function useFloodCauses(http: Http, floodId: string | undefined, dispatch: Dispatch<LiveAction>): void {
  useEffect(() => {
    if (floodId === undefined) return
    const load = () =>
      http.get<FloodStateView>(`/api/v1/alerts/flood?limit=${MOST_ALERTS}`).then(
        ({ flood }) => {
          const alerts = flood === null ? [] : [...flood.order, ...flood.apart]
          dispatch({ type: 'causes', causes: new Map(alerts.map(({ alertId, cause }) => [alertId, cause])) })
        },
        () => undefined,
      )
    void load()
    const timer = window.setInterval(() => void load(), EVERY_MS)
    return () => window.clearInterval(timer)
  }, [http, floodId, dispatch])
}
