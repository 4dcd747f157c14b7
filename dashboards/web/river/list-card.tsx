import { useMemo } from 'react'
import type { FindingView, FlightDetailView, RiverView } from '../../contract.ts'
import { LoadFailed, Skeleton } from '../shell/not-loaded.tsx'
import type { Loaded } from '../shell/use-loaded.ts'
import type { Times } from '../words/times.ts'
import { FilterBar } from './filter-bar.tsx'
import { FindingList } from './finding-list.tsx'
import { Progress } from './progress.tsx'
import type { ReviewState } from './review-state.ts'
import { MOST_FINDINGS } from './river-calls.ts'
import type { FindingFilter, Scope } from './scope.ts'
import { ScopeButton } from './scope-button.tsx'
import { useRiverWords } from './words.ts'

interface ListCardProps {
  loaded: Loaded<FindingView[]>
  review: ReviewState
  findings: FindingView[]
  scope: Scope | null
  flight: FlightDetailView | undefined
  rivers: RiverView[]
  hasFlights: boolean
  progress: { decided: number; all: number }
  times: Times
  nowMs: number
  onSelect: (id: string) => void
  onFilter: (filter: FindingFilter) => void
  onRetry: () => void
  onFlights: () => void
}

/** The findings under review, and which of them. */
export function ListCard(props: ListCardProps) {
  const { loaded, review, findings, scope, flight, rivers, progress, times, nowMs, onSelect, onFilter, onFlights } =
    props
  const { t } = useRiverWords()
  const { all, labels, reached } = useMemo(() => {
    const all = [...review.findings.values()]
    const labels = [...new Set(all.map(({ label }) => label))].sort()
    return { all, labels, reached: new Set(all.flatMap(({ place }) => place?.reach ?? [])) }
  }, [review.findings])
  const reaches =
    scope?.kind === 'flight' ? rivers.flatMap((river) => river.reaches.filter(({ id }) => reached.has(id))) : []
  return (
    <section className="card list-card" aria-label={t('river.list')}>
      <header className="only-on-phone">
        <ScopeButton {...{ scope, flight, rivers, times, nowMs, onFlights }} />
        <span className="grow" />
        <Progress {...progress} />
      </header>
      <FilterBar filter={review.filter} {...{ labels, reaches, onFilter }} />
      {loaded.state === 'ready' && findings.length > 0 ? (
        <FindingList findings={findings} selectedId={review.selectedId} onSelect={onSelect} />
      ) : (
        <Empty {...props} />
      )}
      {all.length >= MOST_FINDINGS && <p className="fine list-note">{t('river.list.many', { count: all.length })}</p>}
    </section>
  )
}

function Empty({ loaded, review, scope, flight, hasFlights, onFilter, onRetry }: ListCardProps) {
  const { t } = useRiverWords()
  if (!hasFlights && scope === null) return <p className="nothing">{t('river.flights.none')}</p>
  if (loaded.state === 'failed')
    return <LoadFailed onRetry={onRetry}>{t('river.list.failed', { message: loaded.message })}</LoadFailed>
  if (loaded.state === 'loading' || scope === null) return <Skeleton label={t('river.list.loading')} />
  if (review.findings.size > 0)
    return (
      <div className="nothing">
        {t('river.list.emptyFilter')}
        <button type="button" onClick={() => onFilter({})}>
          {t('river.list.clear')}
        </button>
      </div>
    )
  const words =
    scope.kind === 'reach'
      ? t('river.list.emptyReach')
      : t('river.list.empty', { count: flight?.flight.frames.analysed ?? '–' })
  return <p className="nothing">{words}</p>
}
