import { METRICS } from '../../../core/metrics.ts'
import { type Html, html } from '../../printed/html.ts'
import { both, label, metricOf } from '../../printed/words-of.ts'
import type { CaseReadings } from '../gather-readings.ts'
import { readingsChart } from './readings-chart.ts'
import type { ReportContent } from './report-content.ts'

/** What was measured around the alert, one chart for each device and metric that was judged. */
export function chartSection({ readings }: ReportContent, timeZone: string): Html | undefined {
  if (readings.length === 0) return undefined
  const count = readings.reduce((sum, { rows }) => sum + rows.length, 0)
  return html`<section>
<h2>${label('读数', 'Readings')}</h2>
${readings.map((some) => chartFigure(some, timeZone))}
<p class="fine"><a href="readings.csv">readings.csv</a> ${label(`共 ${count} 条`, `${count} readings`)}</p>
</section>`
}

function chartFigure(readings: CaseReadings, timeZone: string): Html {
  const { alert, device, fromMs, toMs } = readings
  const { reason, raisedAtMs, clearedAtMs } = alert
  const judged = reason.metric ?? readings.metric
  const metric = judged ?? mostFrequent(readings.rows.map((row) => row.metric))
  const rows = readings.rows.filter((row) => row.metric === metric && Number.isFinite(row.value))
  if (metric === undefined || rows.length === 0)
    return html`<p>${device}: ${label('这段时间没有读数。', 'no readings in this time.')}</p>`
  const words = metricOf(metric)
  const limit = judged === metric ? reason.limit : undefined
  const chart = readingsChart({
    ...{ rows, timeZone, fromMs, toMs, raisedAtMs },
    unit: (judged === metric ? reason.unit : undefined) ?? METRICS[metric]?.unit ?? '',
    ...(clearedAtMs !== undefined && { clearedAtMs }),
    ...(limit !== undefined && { limit }),
    title: `${device} ${words.zh} ${words.en}`,
  })
  return html`<figure>${chart}
<figcaption class="key"><span><i></i>${device} ${both(words)}</span>${
    limit !== undefined && html`<span><i class="l"></i>${label('限值', 'Limit')}</span>`
  }<span><i class="a"></i>${label('告警期间', 'While the alert stood')}</span></figcaption></figure>`
}

function mostFrequent(metrics: string[]): string | undefined {
  const counts = new Map<string, number>()
  for (const metric of metrics) counts.set(metric, (counts.get(metric) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]
}
