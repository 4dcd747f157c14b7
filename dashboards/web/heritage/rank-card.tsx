import type { RefObject } from 'react'
import type { HouseRankingView, HouseRiskView } from '../../house-contract.ts'
import { LoadFailed, Skeleton } from '../shell/not-loaded.tsx'
import type { Loaded } from '../shell/use-loaded.ts'
import type { Times } from '../words/times.ts'
import { MOST_HOUSES } from './heritage-calls.ts'
import { RankList } from './rank-list.tsx'
import { countOf, RANK_FILTERS, type RankFilter } from './ranking.ts'
import { useHeritageWords } from './words.ts'

interface RankCardProps {
  loaded: Loaded<HouseRankingView>
  houses: HouseRiskView[]
  text: string
  filter: RankFilter
  selectedId: string | null
  times: Times
  nowMs: number
  unmatched: number
  field: RefObject<HTMLInputElement | null>
  onText: (text: string) => void
  onFilter: (filter: RankFilter) => void
  onSelect: (id: string) => void
  onRetry: () => void
  onUnmatched: () => void
}

/** All houses, the riskiest first. */
export function RankCard(props: RankCardProps) {
  const { loaded, houses, text, filter, unmatched, field } = props
  const { t } = useHeritageWords()
  const all = loaded.state === 'ready' ? loaded.value.items : []
  return (
    <section className="card rank-card" aria-label={t('heritage.list')}>
      <header>
        <h2>{t('heritage.list')}</h2>
        <span className="grow" />
        {unmatched > 0 && (
          <button type="button" onClick={props.onUnmatched}>
            {t('heritage.unmatched.count', { count: unmatched })} <kbd>U</kbd>
          </button>
        )}
      </header>
      <div className="rank-search">
        <input
          ref={field}
          type="search"
          value={text}
          maxLength={200}
          placeholder={t('heritage.list.search')}
          aria-label={t('heritage.key.search')}
          onChange={(event) => props.onText(event.target.value)}
        />
        <kbd>/</kbd>
      </div>
      <fieldset className="rank-filters">
        <legend className="hidden">{t('heritage.list.filters')}</legend>
        {RANK_FILTERS.map((one) => (
          <button key={one} type="button" aria-pressed={filter === one} onClick={() => props.onFilter(one)}>
            {t(`heritage.filter.${one}`)} {loaded.state === 'ready' && <b>{countOf(all, one)}</b>}
          </button>
        ))}
      </fieldset>
      <Listed {...props} />
      {loaded.state === 'ready' && <Foot ranking={loaded.value} shown={houses.length} />}
    </section>
  )
}

function Listed({ loaded, houses, text, filter, selectedId, times, nowMs, onSelect, onRetry }: RankCardProps) {
  const { t } = useHeritageWords()
  if (loaded.state === 'loading') return <Skeleton label={t('page.loading')} />
  if (loaded.state === 'failed')
    return <LoadFailed onRetry={onRetry}>{t('heritage.list.failed', { message: loaded.message })}</LoadFailed>
  if (houses.length === 0) {
    const isEmpty = text === '' && filter === 'all'
    return (
      <div className="nothing">
        <b>{t(isEmpty ? 'heritage.list.empty' : 'heritage.list.none')}</b>
        {t(isEmpty ? 'heritage.list.emptyHint' : 'heritage.list.noneHint')}
      </div>
    )
  }
  return <RankList {...{ houses, selectedId, times, nowMs, onSelect }} />
}

/** How much of the ranking is known. */
function Foot({ ranking: { items, total, trends }, shown }: { ranking: HouseRankingView; shown: number }) {
  const { t } = useHeritageWords()
  const told = [
    t('heritage.list.count', { shown, total }),
    ...(total > MOST_HOUSES ? [t('heritage.list.more', { count: MOST_HOUSES })] : []),
    ...(trends.known < trends.asked ? [t('heritage.list.trends', { ...trends })] : []),
    ...(items.some(({ raised }) => raised === null) ? [t('heritage.list.noHistory')] : []),
  ]
  return <p className="fine rank-foot">{told.join(' · ')}</p>
}
