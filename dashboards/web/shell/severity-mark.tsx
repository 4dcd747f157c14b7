import type { AlertView } from '../../../core/alert-view.ts'
import { useWords } from '../words/i18n.ts'

export type Level = AlertView['level']
export const LEVELS: readonly Level[] = [1, 2, 3, 4]
/** Octagon, triangle, diamond, circle in a square of 24: readable without any colour. */
export const LEVEL_SHAPES: Record<Level, string> = {
  1: 'M7 1h10l6 6v10l-6 6H7l-6-6V7z',
  2: 'M12 1.5 23.5 22.5H.5z',
  3: 'M12 .8 23.2 12 12 23.2.8 12z',
  4: 'M12 1a11 11 0 1 0 0 22 11 11 0 0 0 0-22z',
}

/** A severity by shape, digit and colour; the word is its name, or stands beside it. */
export function SeverityMark({ level, hasWordBeside = false }: { level: Level; hasWordBeside?: boolean }) {
  const { t } = useWords()
  const name = hasWordBeside ? { 'aria-hidden': true } : { role: 'img', 'aria-label': t(`levelRoman.${level}`) }
  return (
    <span className={`mark level-${level}`} {...name}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={LEVEL_SHAPES[level]} />
      </svg>
      <b aria-hidden="true">{level}</b>
    </span>
  )
}
