import { memo } from 'react'
import type { HouseRiskView } from '../../house-contract.ts'
import { LongList } from '../shell/long-list.tsx'
import type { Times } from '../words/times.ts'
import { kindWords, nameOf, partWords } from './house-words.ts'
import { shownRisk } from './ranking.ts'
import { Sign } from './sign.tsx'
import { useHeritageWords } from './words.ts'

interface RankListProps {
  houses: HouseRiskView[]
  selectedId: string | null
  times: Times
  nowMs: number
  onSelect: (id: string) => void
}

/** As in the style sheet. */
const ROW_PX = 68
const rowId = (id: string) => `house-${id}`
const idOf = ({ building }: HouseRiskView) => building.id

/** Houses, the worst first. */
export const RankList = memo(function RankList({ houses, selectedId, times, nowMs, onSelect }: RankListProps) {
  const { t } = useHeritageWords()
  return (
    <LongList items={houses} idOf={idOf} {...{ selectedId, rowId }} label={t('heritage.list')} rowPx={ROW_PX}>
      {(house, at) => (
        <Row
          key={idOf(house)}
          {...{ house, at, times, nowMs, onSelect }}
          of={houses.length}
          isSelected={idOf(house) === selectedId}
        />
      )}
    </LongList>
  )
})

interface RowProps {
  house: HouseRiskView
  at: number
  of: number
  isSelected: boolean
  times: Times
  nowMs: number
  onSelect: (id: string) => void
}

function Row({ house, at, of, isSelected, times, nowMs, onSelect }: RowProps) {
  const { t } = useHeritageWords()
  const { building, level } = house
  const risk = shownRisk(house)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys work on the list
    <div
      id={rowId(building.id)}
      className={`row house-row${level === null ? '' : ` is-waiting level-${level}`}`}
      role="option"
      aria-selected={isSelected}
      aria-setsize={of}
      aria-posinset={at + 1}
      tabIndex={-1}
      style={{ position: 'absolute', top: at * ROW_PX }}
      onClick={() => onSelect(building.id)}
    >
      <Sign house={house} />
      <span className="row-main">
        <span className="row-title">
          <b lang="zh-CN">{nameOf(building)}</b>
        </span>
        <span className="row-facts">{kindWords(house, t)}</span>
        <span className="row-facts house-parts">{partWords(house, t, times, nowMs).join(' · ')}</span>
      </span>
      <span className="house-risk" title={risk === '—' ? t('heritage.risk.none') : t('heritage.risk', { risk })}>
        <span className="hidden">{risk === '—' ? t('heritage.risk.none') : t('heritage.risk', { risk })}</span>
        <span aria-hidden="true">{risk}</span>
      </span>
    </div>
  )
}
