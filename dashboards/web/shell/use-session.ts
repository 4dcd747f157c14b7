import { useCallback, useEffect, useMemo, useState } from 'react'
import type { SessionView } from '../../contract.ts'
import { createApi } from '../api.ts'
import { ApiFailure, createHttp } from '../http.ts'
import { loadToken, saveToken } from './preferences.ts'

/** Whether we may come in: asked once at the start, and again whenever `ask` is called. */
export type Entry =
  | { state: 'asking' }
  | { state: 'in'; session: SessionView }
  | { state: 'token-needed'; wasWrong: boolean }
  | { state: 'failed'; message: string }

export function useSession() {
  const [token, setToken] = useState(loadToken)
  const [entry, setEntry] = useState<Entry>({ state: 'asking' })
  const http = useMemo(() => createHttp(token), [token])
  const api = useMemo(() => createApi(http), [http])

  const ask = useCallback(async () => {
    try {
      const session = await api.session()
      saveToken(token)
      setEntry({ state: 'in', session })
    } catch (failure) {
      setEntry((before) => afterFailure(before, failure, token !== null))
    }
  }, [api, token])

  useEffect(() => void ask(), [ask])
  return { token, http, api, entry, ask, enter: (next: string) => setToken(next) }
}

/** A server that is away does not throw anybody out; only its word does. */
function afterFailure(before: Entry, failure: unknown, hadToken: boolean): Entry {
  if (failure instanceof ApiFailure && failure.status === 401) return { state: 'token-needed', wasWrong: hadToken }
  return before.state === 'in' ? before : { state: 'failed', message: String((failure as Error).message) }
}
