import type { RefObject } from 'react'
import type { AlertView } from '../../../core/alert-view.ts'
import type { ResponseTimes } from '../../../core/response-times.ts'
import type { AlertStepView, DeviceView } from '../../contract.ts'
import type { Api } from '../api.ts'
import type { AskedAct } from '../command/act/act-dialog.tsx'
import type { Act } from '../command/commands.ts'
import type { Deliveries } from '../command/use-deliveries.ts'
import { EvidenceSection } from '../evidence/evidence-section.tsx'
import { StateTag } from '../queue/state-tag.tsx'
import { Icon } from '../shell/icon.tsx'
import type { Theme } from '../shell/preferences.ts'
import { SeverityMark } from '../shell/severity-mark.tsx'
import { useBeat } from '../shell/use-beat.ts'
import { useLoaded } from '../shell/use-loaded.ts'
import { useWords } from '../words/i18n.ts'
import { reasonWords } from '../words/reason-words.ts'
import type { Times } from '../words/times.ts'
import { Actions } from './actions.tsx'
import { ChartSection } from './chart-section.tsx'
import { Facts } from './facts.tsx'
import { PictureSection } from './picture-section.tsx'
import { Timeline } from './timeline.tsx'

interface DetailPanelProps {
  api: Api
  alert: AlertView
  device: DeviceView | undefined
  mayAct: boolean
  theme: Theme
  times: Times
  timeZone: string
  clockOffsetMs: number
  panel: RefObject<HTMLElement | null>
  commentField: RefObject<HTMLTextAreaElement | null>
  deliveries: Deliveries
  respondWithinS: ResponseTimes
  /** Why the last act on it did not succeed. */
  failure: string | null
  onAct: (act: Act) => void
  onAsk: (asked: AskedAct) => void
  onClose: () => void
}

const NO_STEPS: AlertStepView[] = []

/** Everything about one alert, and what can be done about it. */
export function DetailPanel(props: DetailPanelProps) {
  const { api, alert, device, times, clockOffsetMs, panel } = props
  const { t, language } = useWords()
  const nowMs = Date.now() + clockOffsetMs
  const beat = useBeat(alert.version, false)
  const [story] = useLoaded(alert.id, `${alert.version} ${beat}`, () => api.alert(alert.id))
  const { device: deviceId } = alert.subject
  const metric = alert.reason.metric ?? alert.subject.metric
  const hasPicture = alert.frameId !== undefined || alert.evidence.length > 0

  return (
    <section ref={panel} className="card detail" aria-label={t('detail.title')} tabIndex={-1}>
      <header>
        <SeverityMark level={alert.level} />
        <h2>{alert.ruleTitle[language]}</h2>
        <span className="grow" />
        <StateTag alert={alert} />
        <button type="button" className="icon" onClick={props.onClose} aria-label={t('detail.close')}>
          <Icon name="close" />
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="detail-body" tabIndex={0} aria-label={t('detail.reason')}>
        <p className="reason">{reasonWords(alert.reason, t, language)}</p>
        <Facts
          {...{ alert, device, times, nowMs }}
          deliveries={props.deliveries}
          respondWithinS={props.respondWithinS}
          steps={story.state === 'ready' ? story.value.events : NO_STEPS}
        />
        {alert.suspicion && <EvidenceSection suspicion={alert.suspicion} times={times} nowMs={nowMs} />}
        {hasPicture && <PictureSection key={alert.id} api={api} alert={alert} />}
        {deviceId !== undefined && metric !== undefined && !metric.startsWith('$') && (
          <ChartSection
            api={api}
            alert={alert}
            device={deviceId}
            metric={metric}
            theme={props.theme}
            timeZone={props.timeZone}
            clockOffsetMs={clockOffsetMs}
          />
        )}
        <Timeline loaded={story} times={times} nowMs={nowMs} />
      </section>
      <Actions
        key={alert.id}
        alert={alert}
        mayAct={props.mayAct}
        failure={props.failure}
        commentField={props.commentField}
        onAct={props.onAct}
        onAsk={props.onAsk}
      />
    </section>
  )
}
