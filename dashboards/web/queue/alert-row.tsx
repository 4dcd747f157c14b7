import { type MouseEvent, memo } from 'react'
import type { AlertView } from '../../../core/alert-view.ts'
import { useCommandWords } from '../command/words.ts'
import { SeverityMark } from '../shell/severity-mark.tsx'
import type { useWords } from '../words/i18n.ts'
import { formatNumber, formatQuantity } from '../words/numbers.ts'
import { labelWords } from '../words/reason-words.ts'
import type { Times } from '../words/times.ts'
import { StateTag } from './state-tag.tsx'

/** What time makes of a row. */
export interface RowTone {
  /** Repeats still come. */
  isGrowing: boolean
  /** Nobody did in time what was asked. */
  isLate: boolean
  /** By when, where the list is in that order. */
  dueMs: number | undefined
}

interface AlertRowProps extends RowTone {
  alert: AlertView
  isSelected: boolean
  times: Times
  nowMs: number
  topPx?: number
  isPicked?: boolean
  /** Stands under the line of its group. */
  isMember?: boolean
  isPending?: boolean
  isPushFailed?: boolean
  onSelect: SelectLine
}

/** A click on a line: alone, with Ctrl or with Shift. */
export type SelectLine = (id: string, how: 'select' | 'one' | 'range') => void

export function howOf({ shiftKey, ctrlKey, metaKey }: MouseEvent): 'select' | 'one' | 'range' {
  return shiftKey ? 'range' : ctrlKey || metaKey ? 'one' : 'select'
}

/** One alert: what, where, how much, when, and who has seen it. */
export const AlertRow = memo(function AlertRow({ alert, isSelected, times, nowMs, topPx, ...props }: AlertRowProps) {
  const { t, language } = useCommandWords()
  const { isPicked = false, isMember = false, isPending = false, isPushFailed = false } = props
  const { isGrowing, isLate, dueMs } = props
  const waits = alert.acknowledged ? '' : ' is-waiting'
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys, a row only takes the click
    <div
      id={rowId(alert.id)}
      role="option"
      tabIndex={-1}
      aria-selected={isSelected || isPicked}
      className={`row level-${alert.level}${waits}${isPicked ? ' is-picked' : ''}${isMember ? ' is-member' : ''}`}
      style={topPx === undefined ? {} : { position: 'absolute', transform: `translateY(${topPx}px)` }}
      onClick={(event) => props.onSelect(alert.id, howOf(event))}
    >
      <SeverityMark level={alert.level} />
      <div className="row-main">
        <div className="row-title">
          <b>{alert.ruleTitle[language]}</b>
          {alert.occurrences > 1 && <span className="tag">{t('queue.times', { count: alert.occurrences })}</span>}
          {isGrowing && (
            <span className="growing" role="img" aria-label={t('command.growing')} title={t('command.growing')}>
              ↗
            </span>
          )}
        </div>
        <div className="row-facts">{rowFacts(alert, t).join(' · ')}</div>
      </div>
      <div className="row-side">
        <span>
          {isLate && <b className="late">{t('command.late')}</b>}{' '}
          {dueMs === undefined ? (
            <time dateTime={alert.raisedAt}>{times.short(Date.parse(alert.raisedAt), nowMs)}</time>
          ) : (
            t('command.dueAt', { at: times.short(dueMs, nowMs) })
          )}
        </span>
        <StateTag alert={alert} isPending={isPending} isPushFailed={isPushFailed} />
      </div>
    </div>
  )
})

export function rowId(alertId: string): string {
  return `alert-${alertId}`
}

/** Number against limit, then where, then which device; what is not known is left out. */
function rowFacts(alert: AlertView, t: ReturnType<typeof useWords>['t']): string[] {
  const { value, limit, unit, subject, place, deviceName, reason } = alert
  const where = place ?? subject.place
  const facts: string[] = []
  if (reason.code === 'seen' && subject.label !== undefined) {
    facts.push(`${labelWords(subject.label, t)}${value === undefined ? '' : ` ${Math.round(value * 100)}%`}`)
  } else if (reason.code === 'found' && subject.label !== undefined) {
    const area = value === undefined ? '' : ` ${formatQuantity(Math.round(value * 10) / 10, unit)}`
    facts.push(`${labelWords(subject.label, t)}${area}`)
  } else if (value !== undefined) {
    facts.push(
      limit === undefined ? formatQuantity(value, unit) : `${formatNumber(value)} / ${formatQuantity(limit, unit)}`,
    )
  }
  if (where !== undefined) facts.push(where)
  const device = deviceName ?? subject.device
  if (device !== undefined) facts.push(device)
  return facts
}
