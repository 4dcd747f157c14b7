import { useEffect, useState } from 'react'
import type { ReviewState } from './review-state.ts'
import { type RiverAddress, readAddress, type Scope, writeAddress } from './scope.ts'

/** The address as the page was opened with. */
export function useOpened(): RiverAddress {
  return useState(() => readAddress(location.search))[0]
}

/** Browsers allow some hundred changes of the address a minute, and each takes 10 ms. */
const SETTLED_MS = 250

/** Keeps the address in step with what is shown. */
export function useAddress(scope: Scope | null, { filter, selectedId }: ReviewState): void {
  useEffect(() => {
    if (scope === null) return
    const timer = window.setTimeout(write, SETTLED_MS)
    return () => window.clearTimeout(timer)
    function write(): void {
      const search = writeAddress(location.search, { scope, filter, findingId: selectedId })
      if (search !== location.search) history.replaceState(history.state, '', `${location.pathname}${search}`)
    }
  }, [scope, filter, selectedId])
}
