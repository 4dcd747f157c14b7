import { memo, useEffect, useRef } from 'react'
import type { FindingView } from '../../contract.ts'
import { ReviewMark } from './review-mark.tsx'
import { classWords, percent, placeWords, useRiverWords } from './words.ts'

interface FindingListProps {
  findings: FindingView[]
  selectedId: string | null
  onSelect: (id: string) => void
}

/** Findings, undecided ones first. The selected one is kept in sight. */
export function FindingList({ findings, selectedId, onSelect }: FindingListProps) {
  const { t } = useRiverWords()
  const list = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another selection is the reason to scroll
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [selectedId])
  return (
    <div
      ref={list}
      className="finding-list"
      role="listbox"
      tabIndex={0}
      aria-label={t('river.list')}
      {...(selectedId !== null && { 'aria-activedescendant': rowId(selectedId) })}
    >
      {findings.map((finding) => (
        <Row key={finding.id} finding={finding} isSelected={finding.id === selectedId} onSelect={onSelect} />
      ))}
    </div>
  )
}

function rowId(findingId: string): string {
  return `finding-${findingId}`
}

const Row = memo(function Row({
  finding,
  isSelected,
  onSelect,
}: {
  finding: FindingView
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
