import { type Dispatch, useEffect, useState } from 'react'
import type { Api } from '../api.ts'
import { type AlertFilter, addressOfFilter } from '../live/alert-filter.ts'
import type { LiveAction } from '../live/reduce-live.ts'

/** The filter is part of the address, so that it survives a reload and can be sent to a colleague. */
export function useFilterInAddress(filter: AlertFilter): void {
  useEffect(() => {
    const search = addressOfFilter(filter, location.search)
    if (search !== location.search) history.replaceState(null, '', `${location.pathname}${search}${location.hash}`)
  }, [filter])
}

/**
 * Opens the alert that the address names (`#alert=ID`, as messages to other systems and mails do), open or closed long
 * since. Gives the id of one that there is not.
 */
export function useAlertOfAddress(api: Api, isLoaded: boolean, dispatch: Dispatch<LiveAction>): string | null {
  const [missingId, setMissingId] = useState<string | null>(null)
  useEffect(() => {
    if (!isLoaded) return
    const open = () => {
      const id = new URLSearchParams(location.hash.slice(1)).get('alert')
      setMissingId(null)
      if (id === null || id === '') return
      api.alert(id).then(
        ({ alert }) => dispatch({ type: 'show', alert }),
        () => setMissingId(id),
      )
    }
    open()
    window.addEventListener('hashchange', open)
    return () => window.removeEventListener('hashchange', open)
  }, [api, isLoaded, dispatch])
  return missingId
}

/** Names the selected alert in the address, so that it can be sent to a colleague; nothing for none. */
export function useSelectionInAddress(alertId: string | undefined, isLoaded: boolean): void {
  useEffect(() => {
    if (!isLoaded) return
    const hash = alertId === undefined ? '' : `#alert=${encodeURIComponent(alertId)}`
    const isOurs = location.hash === '' || location.hash.startsWith('#alert=')
    if (isOurs && hash !== location.hash)
      history.replaceState(null, '', `${location.pathname}${location.search}${hash}`)
  }, [alertId, isLoaded])
}
