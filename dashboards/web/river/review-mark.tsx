import type { ReviewState } from '../../../core/finding.ts'
import { useRiverWords } from './words.ts'

const PATHS: Record<ReviewState, string> = {
  undecided: 'M12 6a6 6 0 1 0 0 12 6 6 0 0 0 0-12z',
  confirmed: 'M5 12.5l4.5 4.5L19 7.5',
  rejected: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  duplicate: 'M6 9h12M6 15h12',
  not_ours: 'M6 12h12',
}

/** Where a review stands, by shape before colour. */
export function ReviewMark({ review }: { review: ReviewState }) {
  const { t } = useRiverWords()
  return (
    <svg className={`review-mark is-${review}`} viewBox="0 0 24 24" role="img" aria-label={t(`river.review.${review}`)}>
      <path d={PATHS[review]} />
    </svg>
  )
}
