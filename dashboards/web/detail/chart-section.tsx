import { useMemo } from 'react'
import type { AlertView } from '../../../core/alert-view.ts'
import { METRICS } from '../../../core/metrics.ts'
import type { Reason } from '../../../core/signal.ts'
import type { ReadingView } from '../../contract.ts'
import type { Api } from '../api.ts'
import { useCommandWords } from '../command/words.ts'
import { LoadFailed } from '../shell/not-loaded.tsx'
import type { Theme } from '../shell/preferences.ts'
import { useBeat } from '../shell/use-beat.ts'
import { useLoaded } from '../shell/use-loaded.ts'
import { formatQuantity } from '../words/numbers.ts'
import { metricWords } from '../words/reason-words.ts'
import { chartWindow } from './chart-window.ts'
import { type ChartLimit, ReadingChart } from './reading-chart.tsx'
import { toSeries } from './to-series.ts'

interface ChartSectionProps {
  api: Api
  alert: AlertView
  device: string
  metric: string
  theme: Theme
  timeZone: string
  clockOffsetMs: number
}

/** The readings that an alert was judged by, with the limit that they broke. */
export function ChartSection({ api, alert, device, metric, theme, timeZone, clockOffsetMs }: ChartSectionProps) {
  const { t, language } = useCommandWords()
  const beat = useBeat(alert.version, alert.state === 'active')
  const [loaded, retry] = useLoaded(`${alert.id} ${metric}`, `${alert.version} ${beat}`, () =>
    api.readings({ device, metric, ...chartWindow(alert, Date.now() + clockOffsetMs) }),
  )
  const readings = loaded.state === 'ready' ? loaded.value : NONE
  const series = useMemo(() => toSeries(readings), [readings])
  const { clause, verified } = alert.reason
  const hasScale = isOnScale(alert.reason)
  const limits = useMemo(() => (hasScale ? limitsOf(alert, t('chart.limit')) : []), [alert, hasScale, t])
  const marks = useMemo(() => [{ atS: Date.parse(alert.raisedAt) / 1000 }], [alert.raisedAt])
  const unit = METRICS[metric]?.unit ?? (hasScale ? (alert.unit ?? '') : '')
  const name = metricWords(metric, language)
  return (
    <section>
      <h3>
        {t('chart.title')} · {name}
        {unit !== '' && ` (${unit})`}
      </h3>
      {loaded.state === 'loading' && <div className="blank" role="status" aria-label={t('chart.loading')} />}
      {loaded.state === 'failed' && (
        <LoadFailed className="blank" onRetry={retry}>
          {t('chart.failed')}
        </LoadFailed>
      )}
      {loaded.state === 'ready' && readings.length === 0 && <div className="blank">{t('chart.empty')}</div>}
      {readings.length > 0 && (
        <ReadingChart
          series={series}
          limits={limits}
          marks={marks}
          unit={unit}
          label={t('chart.label', {
            metric: name,
            value: formatQuantity(readings.at(-1)?.value, unit),
            limit: formatQuantity(limits[0]?.value, unit),
          })}
          theme={theme}
          timeZone={timeZone}
        />
      )}
      {hasScale && clause !== undefined && (
        <p className="fine">{t(verified === false ? 'command.clauseUnverified' : 'command.clause', { clause })}</p>
      )}
    </section>
  )
}

const NONE: ReadingView[] = []

/** The limit of the reason; both ends for a range. */
/** Aggregates that are of the size of the readings. */
const AMONG_READINGS: ReadonlySet<unknown> = new Set([undefined, 'mean', 'min', 'max', 'quantile'])

const OFF_SCALE: ReadonlySet<string> = new Set(['rising', 'falling', 'short_lets'])

/** Whether limits have a place on the scale of the readings: those of rates, differences and counts have none. */
function isOnScale({ code, params = {} }: Reason): boolean {
  if (OFF_SCALE.has(code)) return false
  const isDifference = 'toMetric' in params || 'toDevice' in params || 'toAround' in params
  return !isDifference && AMONG_READINGS.has(params.aggregate)
}

function limitsOf({ reason }: AlertView, word: string): ChartLimit[] {
  const ends = [reason.params?.low, reason.params?.high].filter(
    (end) => typeof end === 'number' && Number.isFinite(end),
  )
  const values = ends.length > 0 ? (ends as number[]) : reason.limit === undefined ? [] : [reason.limit]
  return values.map((value) => ({ value, word }))
}
