import { type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { METRICS } from '../../../core/metrics.ts'
import type { DeviceDetailView } from '../../contract.ts'
import type { HouseLimitView, SummaryView } from '../../house-contract.ts'
import { type ChartLimit, type ChartMark, ReadingChart } from '../detail/reading-chart.tsx'
import { LoadFailed } from '../shell/not-loaded.tsx'
import type { Theme } from '../shell/preferences.ts'
import { type Loaded, useLoaded } from '../shell/use-loaded.ts'
import { formatQuantity } from '../words/numbers.ts'
import { metricWords } from '../words/reason-words.ts'
import type { Times } from '../words/times.ts'
import { type Curve, chosenLimit, leastOf, linesOf, SLOW, SPANS, type SpanId, toSummarySeries } from './charts.ts'
import type { HeritageCalls } from './heritage-calls.ts'
import { TrendLine } from './trend-line.tsx'
import { type HeritageTranslate, useHeritageWords } from './words.ts'

export interface CurveShared {
  calls: HeritageCalls
  span: SpanId
  /** Ends of what is shown: moves on once a minute. */
  toMs: number
  marks: ChartMark[]
  theme: Theme
  times: Times
  timeZone: string
  nowMs: number
}

interface CurveProps extends CurveShared {
  curve: Curve
  sensor: DeviceDetailView
}

const DAY_MS = 86_400_000

/** One metric of one sensor against its limits; asked for once it comes into sight. */
export function CurveChart({ curve, sensor, calls, span, toMs, marks, theme, times, timeZone, nowMs }: CurveProps) {
  const { t, language } = useHeritageWords()
  const box = useRef<HTMLElement>(null)
  const isSeen = useSeen(box)
  const { device, metric, limits } = curve
  const { days, stepS } = SPANS.find(({ id }) => id === span)!
  const fromMs = toMs - days * DAY_MS
  const [loaded, retry] = useLoaded(`${device} ${metric} ${span} ${isSeen}`, toMs, async () =>
    isSeen ? calls.summary({ device, metric, fromMs, toMs, stepS }) : null,
  )
  const limit = useMemo(() => chosenLimit(limits), [limits])
  const lines = useMemo(() => toLines(limit, t), [limit, t])
  const unit = METRICS[metric]?.unit ?? ''
  const name = metricWords(metric, language)
  const latest = sensor.latest.find((one) => one.metric === metric) ?? lastOf(loaded)
  return (
    <section ref={box} className="curve" id={`curve-${device}-${metric}`} data-device={device} tabIndex={-1}>
      <header>
        <h3>
          {name}
          {unit !== '' && ` (${unit})`} · <span lang="zh-CN">{sensor.name ?? device}</span>
        </h3>
        <span className="fine">{device}</span>
        <span className="grow" />
        {sensor.presence !== 'online' && <span className="tag is-unheard">{t('heritage.curve.silent')}</span>}
        <span className="fine">
          {latest === undefined
            ? t('heritage.curve.noLatest')
            : t('heritage.curve.latest', {
                value: formatQuantity(latest.value, unit),
                time: times.short(Date.parse(latest.at), nowMs),
              })}
        </span>
      </header>
      <Plot
        {...{ loaded, lines, marks, unit, theme, timeZone, retry }}
        span={[fromMs / 1000, toMs / 1000]}
        label={t('heritage.curve.label', {
          ...{ metric: name, device },
          value: formatQuantity(latest?.value, unit),
          limit: formatQuantity(limit && leastOf(limit), unit),
        })}
      />
      <Limits limits={limits} chosen={limit} />
      {SLOW.has(metric) && isSeen && (
        <TrendLine {...{ calls, device, metric }} {...(limit?.high !== undefined && { limit: limit.high })} />
      )}
    </section>
  )
}

/** The newest mean, where the service has forgotten what was said last. */
function lastOf(loaded: Loaded<SummaryView | null>): { at: string; value: number } | undefined {
  const summary = loaded.state === 'ready' ? loaded.value : null
  const atMs = summary?.at.at(-1)
  return summary && atMs !== undefined ? { at: new Date(atMs).toISOString(), value: summary.mean.at(-1)! } : undefined
}

interface PlotProps {
  loaded: Loaded<SummaryView | null>
  lines: ChartLimit[]
  marks: ChartMark[]
  unit: string
  label: string
  theme: Theme
  timeZone: string
  span: [number, number]
  retry: () => void
}

function Plot({ loaded, retry, ...chart }: PlotProps) {
  const { t } = useHeritageWords()
  const summary = loaded.state === 'ready' ? loaded.value : null
  const series = useMemo(() => summary && toSummarySeries(summary), [summary])
  if (loaded.state === 'failed')
    return (
      <LoadFailed className="blank" onRetry={retry}>
        {t('heritage.curve.failed', { message: loaded.message })}
      </LoadFailed>
    )
  if (series === null) return <div className="blank" role="status" aria-label={t('heritage.curve.loading')} />
  if (series.atS.length === 0) return <div className="blank is-unheard">{t('heritage.curve.empty')}</div>
  return <ReadingChart {...chart} limits={chart.lines} series={series} />
}

function toLines(limit: HouseLimitView | undefined, t: HeritageTranslate): ChartLimit[] {
  return linesOf(limit).map(({ value, isWarning }) => ({
    ...{ value, word: t(isWarning ? 'heritage.limit.warning' : 'heritage.limit.high') },
    ...(isWarning && { isWarning }),
  }))
}

/** Where the lines come from, and what else it is held to. */
function Limits({ limits, chosen }: { limits: HouseLimitView[]; chosen: HouseLimitView | undefined }) {
  const { t, language } = useHeritageWords()
  if (chosen === undefined) return <p className="fine">{t('heritage.curve.noLimit')}</p>
  const others = limits.filter((one) => one !== chosen)
  return (
    <div className="fine limits">
      {limitWords(chosen, t, language)}
      {others.length > 0 && (
        <details>
          <summary>{t('heritage.limit.others', { count: others.length })}</summary>
          <ul>
            {others.map((one) => (
              <li key={JSON.stringify([one.source, one.high, one.low])}>{limitWords(one, t, language)}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

/** `1.5 mm：文保所 2025-03（本建筑专设）` */
export function limitWords(limit: HouseLimitView, t: HeritageTranslate, language: 'zh' | 'en'): string {
  const { unit, low, curve } = limit
  const high = leastOf(limit)
  const ends = { low: formatQuantity(low, unit), high: formatQuantity(high, unit) }
  const value =
    low === undefined ? ends.high : t(high === undefined ? 'heritage.limit.least' : 'heritage.limit.between', ends)
  const told = t('heritage.limit.source', { value, source: sourceWords(limit, t, language) })
  return curve ? `${told} · ${t('heritage.limit.curve')}` : told
}

function sourceWords({ source }: HouseLimitView, t: HeritageTranslate, language: 'zh' | 'en'): string {
  switch (source.kind) {
    case 'house':
      return t('heritage.limit.by.house', { text: source.text })
    case 'standard': {
      const key = source.verified ? 'heritage.limit.by.standard' : 'heritage.limit.by.standardUnverified'
      return t(key, { title: source.title[language], clause: source.clause })
    }
    case 'rule':
      return t('heritage.limit.by.rule', { title: source.title[language] })
  }
}

/** True from when an element first comes near the part of the page that is in sight. */
function useSeen(element: RefObject<HTMLElement | null>): boolean {
  const [isSeen, setSeen] = useState(false)
  useEffect(() => {
    if (element.current === null) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true)
      },
      { rootMargin: '300px' },
    )
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  return isSeen
}
