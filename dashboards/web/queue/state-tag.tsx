import type { AlertView } from '../../../core/alert-view.ts'
import { isOpenView } from '../live/is-open-view.ts'
import { useWords } from '../words/i18n.ts'

/** Two axes: does the condition hold, and has somebody seen it. */
export function StateTag({ alert }: { alert: AlertView }) {
  const { t } = useWords()
  if (!isOpenView(alert)) return <span className="tag">{t('state.closed')}</span>
  return (
    <span className="tags">
      {alert.state === 'cleared' && <span className="tag">{t('state.cleared')}</span>}
      <span className={alert.acknowledged ? 'tag' : 'tag is-strong'}>
        {t(alert.acknowledged ? 'state.acknowledged' : 'state.unacknowledged')}
      </span>
    </span>
  )
}
