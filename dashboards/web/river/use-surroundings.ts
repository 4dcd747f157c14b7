import { useEffect, useMemo, useState } from 'react'
import type { FlightDetailView, PatrolDigestView, ReviewStatistics, RiverView } from '../../contract.ts'
import type { LiveState } from '../live/live-state.ts'
import { type Loaded, useLoaded } from '../shell/use-loaded.ts'
import type { RiverCalls } from './river-calls.ts'
import type { Scope } from './scope.ts'

const EVERY_MS = 30_000

export interface Surroundings {
  patrols: Loaded<PatrolDigestView[]>
  retry: () => void
  rivers: RiverView[]
  statistics: ReviewStatistics | null
  /** The flight under review; of a reach the last that covered it. */
  flight: FlightDetailView | undefined
}

/** What stands around a review: flights, reaches, the flight's coverage; asked for again now and then. */
export function useSurroundings(calls: RiverCalls, live: LiveState, scope: Scope | null): Surroundings {
  const beat = useEvery(EVERY_MS)
  const refresh = `${live.snapshots} ${beat}`
  const [patrols, retry] = useLoaded('patrols', refresh, () => calls.patrols())
  const [rivers] = useLoaded('rivers', refresh, () => calls.rivers())
  const [statistics] = useLoaded('statistics', refresh, () => calls.statistics())
  const known = rivers.state === 'ready' ? rivers.value : NO_RIVERS
  const flightId = useMemo(() => flightOf(scope, known), [scope, known])
  const digest = patrols.state === 'ready' ? patrols.value.find((one) => one.flight.id === flightId) : undefined
  const [flight] = useLoaded(`flight ${flightId ?? ''}`, `${live.snapshots} ${stampOf(digest)}`, async () =>
    flightId === null ? undefined : calls.flight(flightId),
  )
  return {
    ...{ patrols, retry, rivers: known },
    statistics: statistics.state === 'ready' ? statistics.value : null,
    flight: flight.state === 'ready' ? flight.value : undefined,
  }
}

/** Changes with the flight: thousands of pictures are asked for again only when there are others. */
function stampOf(digest: PatrolDigestView | undefined): string {
  if (digest === undefined) return ''
  const { lastAt, endedAt = '', frames } = digest.flight
  return [lastAt, endedAt, frames.received, frames.analysed, frames.refused].join(' ')
}

const NO_RIVERS: RiverView[] = []

function flightOf(scope: Scope | null, rivers: RiverView[]): string | null {
  if (scope?.kind !== 'reach') return scope?.id ?? null
  const reach = rivers.flatMap(({ reaches }) => reaches).find(({ id }) => id === scope.id)
  return reach?.lastCovered?.flightId ?? null
}

function useEvery(everyMs: number): number {
  const [beat, setBeat] = useState(0)
  useEffect(() => {
    const timer = window.setInterval(() => setBeat((count) => count + 1), everyMs)
    return () => window.clearInterval(timer)
  }, [everyMs])
  return beat
}

/** What to begin with: the newest flight with something left to review, else the newest. */
export function firstScope(patrols: readonly PatrolDigestView[]): Scope | null {
  const best = patrols.find(({ findings }) => findings.undecided > 0) ?? patrols[0]
  return best === undefined ? null : { kind: 'flight', id: best.flight.id }
}
