import { memo } from 'react'
import type { FindingView } from '../../contract.ts'
import { LongList, ROW_PX } from '../shell/long-list.tsx'
import { ReviewMark } from './review-mark.tsx'
import { classWords, percent, placeWords, useRiverWords } from './words.ts'

interface FindingListProps {
  findings: FindingView[]
  selectedId: string | null
  onSelect: (id: string) => void
}

/** All findings, undecided ones first. */
export function FindingList({ findings, selectedId, onSelect }: FindingListProps) {
  const { t } = useRiverWords()
  return (
    <LongList
      items={findings}
      idOf={({ id }) => id}
      {...{ selectedId, rowId }}
      label={t('river.list')}
      className="finding-list"
    >
      {(finding, at) => (
        <Row key={finding.id} topPx={at * ROW_PX} {...{ finding, onSelect }} isSelected={finding.id === selectedId} />
      )}
    </LongList>
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
