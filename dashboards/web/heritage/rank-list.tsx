import { memo, useEffect, useRef } from 'react'
import type { HouseRiskView } from '../../house-contract.ts'
import { useRowWindow } from '../queue/use-row-window.ts'
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

/** The rows in sight of a list of thousands. The selected one is kept in sight. */
export const RankList = memo(function RankList({ houses, selectedId, times, nowMs, onSelect }: RankListProps) {
  const { t } = useHeritageWords()
  const list = useRef<HTMLDivElement>(null)
  const { first, last } = useRowWindow(list, houses.length, ROW_PX)
  const selectedAt = houses.findIndex(({ building }) => building.id === selectedId)
  useEffect(() => {
    const element = list.current
    if (element === null || selectedAt < 0) return
    const topPx = selectedAt * ROW_PX
    if (topPx < element.scrollTop) element.scrollTop = topPx
    else if (topPx + ROW_PX > element.scrollTop + element.clientHeight)
      element.scrollTop = topPx + ROW_PX - element.clientHeight
  }, [selectedAt])
  const isDrawn = selectedId !== null && selectedAt >= first && selectedAt < last
  return (
    <div
      ref={list}
      className="list"
      role="listbox"
      tabIndex={0}
      aria-label={t('heritage.list')}
      {...(isDrawn && { 'aria-activedescendant': rowId(selectedId) })}
    >
      <div className="list-inner" role="presentation" style={{ height: houses.length * ROW_PX }}>
        {houses.slice(first, last).map((house, index) => (
          <Row
            key={house.building.id}
            {...{ house, times, nowMs, onSelect }}
            at={first + index}
            of={houses.length}
            isSelected={house.building.id === selectedId}
          />
        ))}
      </div>
    </div>
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
