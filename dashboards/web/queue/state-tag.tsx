import type { AlertView } from '../../../core/alert-view.ts'
import { isOpenView } from '../live/is-open-view.ts'
import { useWords } from '../words/i18n.ts'

/** Does the condition hold, has somebody seen it, and what keeps it quiet. */
export function StateTag({ alert }: { alert: AlertView }) {
  const { t } = useWords()
  if (!isOpenView(alert)) return <span className="tag">{t('state.closed')}</span>
  return (
    <span className="tags">
      {alert.quiet && alert.state === 'active' && <span className="tag">{t(`quiet.${alert.quiet.gate}`)}</span>}
      {alert.flapping && <span className="tag">{t('state.flapping')}</span>}
      {alert.state === 'cleared' && <span className="tag">{t('state.cleared')}</span>}
      <span className={alert.acknowledged || alert.quiet ? 'tag' : 'tag is-strong'}>
        {t(alert.acknowledged ? 'state.acknowledged' : 'state.unacknowledged')}
      </span>
    </span>
  )
}
