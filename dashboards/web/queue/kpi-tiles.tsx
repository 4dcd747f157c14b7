import type { LevelFilter } from '../live/alert-filter.ts'
import type { QueueView } from '../live/queue-view.ts'
import { LEVELS, SeverityMark } from '../shell/severity-mark.tsx'
import { useWords } from '../words/i18n.ts'

interface KpiTilesProps {
  view: QueueView
  filter: LevelFilter
  /** Before the first snapshot nothing is known: a dash, never a nought. */
  isKnown: boolean
  onFilter: (level: LevelFilter) => void
}

/** How many wait for somebody, by level. A tile is also the filter for its level. */
export function KpiTiles({ view: { open, unacknowledged }, filter, isKnown, onFilter }: KpiTilesProps) {
  const { t } = useWords()
  return (
    <div className="tiles">
      {LEVELS.map((level) => {
        const counts = { unacknowledged: unacknowledged[level]!, open: open[level]! }
        return (
          <button
            key={level}
            type="button"
            aria-pressed={filter === level}
            title={t('queue.filter', { level: t(`level.${level}`), ...counts })}
            onClick={() => onFilter(level)}
          >
            <span className="tile-number">
              {isKnown ? counts.unacknowledged : '–'}
              <small>{isKnown ? t('queue.of', { open: counts.open }) : ''}</small>
            </span>
            <span className="tile-word">
              <SeverityMark level={level} hasWordBeside />
              {t(`level.${level}`)}
            </span>
          </button>
        )
      })}
    </div>
  )
}
