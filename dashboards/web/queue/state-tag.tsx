import type { AlertView } from '../../../core/alert-view.ts'
import { useCommandWords } from '../command/words.ts'
import { dispatchOf } from '../live/dispatch-state.ts'
import { isOpenView } from '../live/is-open-view.ts'

/** Tags that fit beside the state. */
const MOST_EXTRAS = 2

interface StateTagProps {
  alert: AlertView
  /** Somebody's act is on its way to it. */
  isPending?: boolean
  /** Some way out was given up on for it. */
  isPushFailed?: boolean
}

/** Does the condition hold, has somebody seen it, whose is it, and what keeps it quiet. */
export function StateTag({ alert, isPending = false, isPushFailed = false }: StateTagProps) {
  const { t } = useCommandWords()
  if (!isOpenView(alert)) return <span className="tag">{t('state.closed')}</span>
  const { quiet, flapping, state, acknowledged } = alert
  const dispatch = dispatchOf(alert)
  const given =
    dispatch.state === 'none'
      ? null
      : t(`command.dispatch.${dispatch.state}`, { number: dispatch.state === 'handed_over' ? dispatch.number : '' })
  const isGiven = dispatch.state === 'assigned' || dispatch.state === 'handed_over'
  const extras = [
    isPushFailed && t('command.dispatch.failed'),
    quiet && state === 'active' && t(`quiet.${quiet.gate}`),
    flapping && t('state.flapping'),
    state === 'cleared' && t('state.cleared'),
    !(isGiven && acknowledged) && given,
  ].filter((word) => typeof word === 'string')
  const main = acknowledged && isGiven ? given : t(acknowledged ? 'state.acknowledged' : 'state.unacknowledged')
  return (
    <span className="tags">
      {extras.slice(0, MOST_EXTRAS).map((word) => (
        <span key={word} className="tag">
          {word}
        </span>
      ))}
      {isPending ? (
        <span className="tag is-pending">{t('command.pending')}</span>
      ) : (
        <span className={acknowledged || quiet ? 'tag' : 'tag is-strong'}>{main}</span>
      )}
    </span>
  )
}
