import { Link } from 'wouter'
import type { AlertView } from '../../../core/alert-view.ts'
import type { BuildingFileView } from '../../house-contract.ts'
import { SeverityMark } from '../shell/severity-mark.tsx'
import { reasonWords } from '../words/reason-words.ts'
import type { Times } from '../words/times.ts'
import { useHeritageWords } from './words.ts'

interface AlertsSectionProps {
  file: BuildingFileView
  times: Times
  nowMs: number
}

const MOST_PAST = 20

/** Alerts about the house and its sensors; each leads to where it is dealt with. */
export function AlertsSection({ file: { alerts, complete }, times, nowMs }: AlertsSectionProps) {
  const { t } = useHeritageWords()
  const line = (alert: AlertView) => <Line key={alert.id} {...{ alert, times, nowMs }} />
  return (
    <section>
      <h3>
        {t('heritage.alerts')} · {t('heritage.alerts.open', { count: alerts.open.length })}
      </h3>
      {alerts.open.length === 0 && <p className="fine">{t('heritage.alerts.none')}</p>}
      <ul className="house-alerts">{alerts.open.map(line)}</ul>
      {!complete && <p className="fine">{t('heritage.file.incomplete')}</p>}
      {alerts.past.length > 0 && (
        <details>
          <summary>{t('heritage.alerts.past', { count: alerts.past.length })}</summary>
          <ul className="house-alerts">{alerts.past.slice(0, MOST_PAST).map(line)}</ul>
        </details>
      )}
    </section>
  )
}

function Line({ alert, times, nowMs }: { alert: AlertView; times: Times; nowMs: number }) {
  const { t, language } = useHeritageWords()
  return (
    <li>
      <SeverityMark level={alert.level} />
      <span>
        <Link href={`/#alert=${encodeURIComponent(alert.id)}`} title={t('heritage.alerts.go')}>
          {alert.ruleTitle[language]}
        </Link>
        <small>
          {reasonWords(alert.reason, t, language)} · {times.short(Date.parse(alert.raisedAt), nowMs)}
          {alert.state === 'cleared' && ` · ${t('state.cleared')}`}
        </small>
      </span>
    </li>
  )
}
