import type { AlertStepView, AlertView } from '../../contract.ts'
import { useCommandWords } from '../command/words.ts'
import { isGrowing, repeatsOf } from '../live/repeats.ts'

interface RepeatsProps {
  alert: AlertView
  /** What happened to it, as far as it is known. */
  steps: readonly AlertStepView[]
  nowMs: number
}

const BARS = 24

/** How often, and when: one bar for each stretch of its time. */
export function Repeats({ alert, steps, nowMs }: RepeatsProps) {
  const { t } = useCommandWords()
  const toMs = alert.clearedAt === undefined ? nowMs : Date.parse(alert.clearedAt)
  const bars = repeatsOf(steps, Date.parse(alert.raisedAt), toMs, BARS)
  const most = Math.max(...bars, 1)
  return (
    <span className="repeats">
      {alert.occurrences}
      {alert.occurrences > 1 && steps.length > 1 && (
        <svg viewBox={`0 0 ${BARS * 4} 16`} width={BARS * 4} height={16} role="img" aria-label={t('command.repeats')}>
          {bars.map((count, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
            <rect key={at} x={at * 4} width={3} y={16 - heightOf(count, most)} height={heightOf(count, most)} />
          ))}
        </svg>
      )}
      {isGrowing(alert, nowMs) && <span className="tag">{t('command.growing')}</span>}
    </span>
  )
}

function heightOf(count: number, most: number): number {
  return count === 0 ? 1 : 3 + (13 * count) / most
}
