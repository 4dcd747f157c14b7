import { type Dispatch, useEffect, useReducer, useRef } from 'react'
import type { FindingUpdate, FindingView } from '../../contract.ts'
import { ApiFailure } from '../http.ts'
import type { LiveState } from '../live/live-state.ts'
import { type Loaded, useLoaded } from '../shell/use-loaded.ts'
import { initialReview, type ReviewAction, type ReviewState, reduceReview } from './review-state.ts'
import type { RiverCalls } from './river-calls.ts'
import type { RiverAddress, Scope } from './scope.ts'
import { mayGoThroughLater, pauseBefore, type UnsentWord } from './unsent.ts'

const KEPT_IN = 'huying.river.unsent'

interface ReviewOptions {
  calls: RiverCalls
  live: LiveState
  scope: Scope | null
  /** As the page was opened with. */
  address: RiverAddress
}

/** A review with the service behind it: findings come in, words go out, in their order and each once. */
export function useReview({ calls, live, scope, address }: ReviewOptions): {
  review: ReviewState
  dispatch: Dispatch<ReviewAction>
  loaded: Loaded<FindingView[]>
  retry: () => void
} {
  const [review, dispatch] = useReducer(reduceReview, address.filter, initialReview)
  const key = scope === null ? '' : `${scope.kind} ${scope.id}`
  const [loaded, retry] = useLoaded(key, live.snapshots, async () => (scope === null ? [] : calls.findings(scope)))
  const wanted = useRef(address.findingId)
  const shownKey = useRef('')

  useEffect(() => {
    if (loaded.state !== 'ready' || key === '') return
    if (shownKey.current === key) for (const finding of loaded.value) dispatch({ type: 'changed', finding })
    else dispatch({ type: 'loaded', findings: loaded.value, selectId: wanted.current })
    shownKey.current = key
    wanted.current = null
  }, [loaded, key])

  useFeed(live.findings, scope, shownKey.current === key ? review.findings : NONE, dispatch)
  useSender(calls, review, live.link.state, dispatch)
  return { review, dispatch, loaded, retry }
}

const NONE: ReadonlyMap<string, FindingView> = new Map()

/** Takes in what the feed says of findings that are here, or belong here. */
function useFeed(
  updates: ReadonlyMap<string, FindingUpdate>,
  scope: Scope | null,
  known: ReadonlyMap<string, FindingView>,
  dispatch: Dispatch<ReviewAction>,
): void {
  const heard = useRef(updates)
  useEffect(() => {
    const before = heard.current
    heard.current = updates
    for (const [id, update] of updates) {
      if (before.get(id) === update) continue
      if (known.has(id) || belongsTo(update.finding, scope)) dispatch({ type: 'changed', finding: update.finding })
    }
  }, [updates, scope, known, dispatch])
}

function belongsTo({ tentative, best, lastLook, place }: FindingView, scope: Scope | null): boolean {
  if (scope === null || tentative === true) return false
  if (scope.kind === 'reach') return place?.reach === scope.id
  return best.flightId === scope.id || lastLook.flightId === scope.id
}

/** Sends one word at a time. What does not get through waits, here and over a reload, until it does. */
function useSender(
  calls: RiverCalls,
  { unsent, attempts }: ReviewState,
  link: LiveState['link']['state'],
  dispatch: Dispatch<ReviewAction>,
): void {
  useEffect(() => {
    const kept = readKept()
    if (kept.length > 0) dispatch({ type: 'restored', unsent: kept })
  }, [dispatch])
  useEffect(() => {
    sessionStorage.setItem(KEPT_IN, JSON.stringify(unsent))
    if (unsent.length === 0) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [unsent])

  const first = useRef<UnsentWord | undefined>(undefined)
  first.current = unsent[0]
  const key = unsent[0]?.key
  // biome-ignore lint/correctness/useExhaustiveDependencies: a link that is back is a reason to try at once
  useEffect(() => {
    const word = first.current
    if (word === undefined || key === undefined) return
    const send = () =>
      calls.say(word).then(
        (finding) => dispatch({ type: 'sent', key, finding }),
        (failure: unknown) => dispatch(afterFailure(key, failure)),
      )
    if (attempts === 0) void send()
    const timer = attempts === 0 ? undefined : window.setTimeout(send, pauseBefore(attempts))
    return () => window.clearTimeout(timer)
  }, [key, attempts, link, calls, dispatch])
}

function afterFailure(key: string, failure: unknown): ReviewAction {
  if (!(failure instanceof ApiFailure))
    return { type: 'refused', key, why: { code: 'internal', message: String(failure), requestId: null } }
  const { status, code, message, requestId } = failure
  return mayGoThroughLater(status)
    ? { type: 'delayed', key }
    : { type: 'refused', key, why: { code, message, requestId } }
}

function readKept(): UnsentWord[] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEPT_IN) ?? '[]')
    return Array.isArray(kept) ? kept : []
  } catch {
    return []
  }
}
