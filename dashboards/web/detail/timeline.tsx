import type { AlertDetailView, AlertStepView } from '../../contract.ts'
import type { Loaded } from '../shell/use-loaded.ts'
import { hasWord, useWords } from '../words/i18n.ts'
import type { Times } from '../words/times.ts'
import { foldUpdates } from './fold-updates.ts'

/** Who did what when, newest last. */
export function Timeline({ loaded, times, nowMs }: { loaded: Loaded<AlertDetailView>; times: Times; nowMs: number }) {
  const { t } = useWords()
  if (loaded.state !== 'ready') return null
  const { events, complete } = loaded.value
  return (
    <section>
      <h3>{t('detail.timeline')}</h3>
      <ol className="timeline">
        {foldUpdates(events).map((step) => (
          <li key={step.version}>
            <time dateTime={step.at}>{times.short(Date.parse(step.at), nowMs)}</time>
            <span>
              {stepWords(step, t)}
              {step.by !== undefined && <b> {step.by}</b>}
              {step.comment !== undefined && <q>{step.comment}</q>}
            </span>
          </li>
        ))}
      </ol>
      {!complete && <p className="fine">{t('detail.timelineIncomplete')}</p>}
    </section>
  )
}

function stepWords({ type }: AlertStepView, t: ReturnType<typeof useWords>['t']): string {
  const key = `event.${type}`
  return hasWord(key) ? t(key) : type
}
