import { useCallback, useEffect, useState } from 'react'

/** The house that the address names (`#house=ID`), so that it can be sent to a colleague, and going back leads to the one before. */
export function useHouseAddress(): [string | null, (id: string | null) => void] {
  const [id, setId] = useState(houseOfAddress)
  useEffect(() => {
    const read = () => setId(houseOfAddress())
    window.addEventListener('hashchange', read)
    return () => window.removeEventListener('hashchange', read)
  }, [])
  const choose = useCallback((next: string | null) => {
    setId(next)
    const hash = next === null ? '' : `#house=${encodeURIComponent(next)}`
    history.replaceState(history.state, '', `${location.pathname}${location.search}${hash}`)
  }, [])
  return [id, choose]
}

function houseOfAddress(): string | null {
  return new URLSearchParams(location.hash.slice(1)).get('house')
}
