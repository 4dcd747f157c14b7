import { useMemo, useState } from 'react'
import { METRICS } from '../../../../core/metrics.ts'
import type { ReadingView } from '../../../contract.ts'
import type { Api } from '../../api.ts'
import { ReadingChart } from '../../detail/reading-chart.tsx'
import { toSeries } from '../../detail/to-series.ts'
import type { Theme } from '../../shell/preferences.ts'
import { formatQuantity } from '../../words/numbers.ts'
import { metricWords } from '../../words/reason-words.ts'
import type { OperationsCalls } from '../calls.ts'
import { Switch } from '../choices.tsx'
import { Empty } from '../empty.tsx'
import { usePolled } from '../use-polled.ts'
import { useOperationsWords } from '../words.ts'

interface CurvesTabProps {
  api: Api
  calls: OperationsCalls
  id: string
  theme: Theme
  timeZone: string
  clockOffsetMs: number
}

const HOUR_MS = 3_600_000
const HOURS = [1, 6, 24] as const
const MOST_CURVES = 6

/** What the device measured, one curve a metric. */
export function CurvesTab({ api, calls, id, theme, timeZone, clockOffsetMs }: CurvesTabProps) {
  const { t } = useOperationsWords()
  const [hours, setHours] = useState<(typeof HOURS)[number]>(1)
  const [loaded, retry] = usePolled(`${id} ${hours}`, 10_000, null, async () => {
    const { latest } = await calls.device(id)
    const toMs = Date.now() + clockOffsetMs
    const window = { device: id, fromMs: toMs - hours * HOUR_MS, toMs }
    const metrics = latest.map(({ metric }) => metric).slice(0, MOST_CURVES)
    return Promise.all(metrics.map(async (metric) => ({ metric, readings: await api.readings({ ...window, metric }) })))
  })
  return (
    <>
      <div className="with-switch">
        <h3>{t('operations.tab.curves')}</h3>
        <span className="grow" />
        <Switch of={HOURS} chosen={hours} wordOf={(count) => t('operations.span.h', { count })} onChoose={setHours} />
      </div>
      {loaded.state === 'ready' && loaded.value.length > 0 ? (
        loaded.value.map((one) => <Curve key={one.metric} {...one} {...{ theme, timeZone }} />)
      ) : (
        <Empty loaded={loaded} onRetry={retry}>
          {t('operations.curves.none')}
        </Empty>
      )}
    </>
  )
}

interface CurveProps {
  metric: string
  readings: ReadingView[]
  theme: Theme
  timeZone: string
}

function Curve({ metric, readings, theme, timeZone }: CurveProps) {
  const { t, language } = useOperationsWords()
  const series = useMemo(() => toSeries(readings), [readings])
  const unit = METRICS[metric]?.unit ?? ''
  const name = metricWords(metric, language)
  const last = formatQuantity(readings.at(-1)?.value, unit)
  return (
    <section>
      <h3>
        {name} <span className="fine">{last}</span>
      </h3>
      {readings.length === 0 ? (
        <div className="blank">{t('chart.empty')}</div>
      ) : (
        <ReadingChart {...{ series, unit, theme, timeZone }} limits={NONE} marks={NONE} label={`${name} ${last}`} />
      )}
    </section>
  )
}

const NONE: never[] = []
