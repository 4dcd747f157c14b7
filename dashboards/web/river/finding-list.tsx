import { memo, useRef } from 'react'
import type { FindingView } from '../../contract.ts'
import { ROW_PX, useKeptInSight, useRowWindow } from '../queue/use-row-window.ts'
import { ReviewMark } from './review-mark.tsx'
import { classWords, percent, placeWords, useRiverWords } from './words.ts'

interface FindingListProps {
  findings: FindingView[]
  selectedId: string | null
  onSelect: (id: string) => void
}

/** The rows in sight of all findings, undecided ones first. The selected one is kept in sight. */
export function FindingList({ findings, selectedId, onSelect }: FindingListProps) {
  const { t } = useRiverWords()
  const list = useRef<HTMLDivElement>(null)
  const { first, last } = useRowWindow(list, findings.length)
  const selectedIndex = findings.findIndex(({ id }) => id === selectedId)
  useKeptInSight(list, selectedIndex)
  const active = selectedIndex >= first && selectedIndex < last && selectedId !== null ? rowId(selectedId) : undefined
  return (
    <div
      ref={list}
      className="finding-list"
      role="listbox"
      tabIndex={0}
      aria-label={t('river.list')}
      {...(active !== undefined && { 'aria-activedescendant': active })}
    >
      <div className="list-inner" role="presentation" style={{ height: findings.length * ROW_PX }}>
        {findings.slice(first, last).map((finding, index) => (
          <Row
            key={finding.id}
            topPx={(first + index) * ROW_PX}
            {...{ finding, onSelect }}
            isSelected={finding.id === selectedId}
          />
        ))}
      </div>
    </div>
  )
}

function rowId(findingId: string): string {
  return `finding-${findingId}`
}

const Row = memo(function Row({
  finding,
  topPx,
  isSelected,
  onSelect,
}: {
  finding: FindingView
  topPx: number
  isSelected: boolean
  onSelect: (id: string) => void
}) {
  const { t } = useRiverWords()
  const { id, label, place, score, review, presence, disputed, tentative } = finding
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the page has the keys, a row only takes the click
    <div
      id={rowId(id)}
      role="option"
      tabIndex={-1}
      aria-selected={isSelected}
      className={`finding-row is-${review}`}
      style={{ transform: `translateY(${topPx}px)` }}
      onClick={() => onSelect(id)}
    >
      <ReviewMark review={review} />
      <div className="finding-main">
        <b>{classWords(label, t)}</b>
        <span className="finding-where">{placeWords(place, t)}</span>
      </div>
      <span className="tags">
        {disputed && <span className="tag is-strong">{t('river.review.disputed')}</span>}
        {presence === 'gone' && <span className="tag">{t('river.presence.gone')}</span>}
        {tentative && <span className="tag">{t('river.tentative')}</span>}
      </span>
      <span className="finding-score">{percent(score)}</span>
    </div>
  )
})
