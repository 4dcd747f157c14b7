import { useCallback, useEffect, useState } from 'react'
import { type OperationsAddress, readHash, writeHash } from './address.ts'

/** Where on the page one is; the browser's way back leads through it. */
export function useAddress(): [OperationsAddress, (next: OperationsAddress) => void] {
  const [address, setAddress] = useState(() => readHash(location.hash))
  useEffect(() => {
    const read = () => setAddress(readHash(location.hash))
    window.addEventListener('hashchange', read)
    return () => window.removeEventListener('hashchange', read)
  }, [])
  const go = useCallback((next: OperationsAddress) => {
    const hash = writeHash(next)
    if (hash !== location.hash) history.pushState(history.state, '', `${location.pathname}${location.search}${hash}`)
    setAddress(next)
  }, [])
  return [address, go]
}
