import type { Alert } from '../../../core/alert.ts'
import type { Finding } from '../../../core/finding.ts'
import { reviewStateOf } from '../../../core/finding.ts'
import { METRICS } from '../../../core/metrics.ts'
import { chainageMark } from '../../../core/river-line.ts'
import { formatQuantity } from '../../../dashboards/web/words/numbers.ts'
import { type Html, html } from '../../printed/html.ts'
import {
  assigneeOf,
  type Both,
  both,
  categoryOf,
  createMoment,
  falseAlarmOf,
  label,
  metricOf,
  reasonOf,
  severityOf,
  thingOf,
  verdictOf,
} from '../../printed/words-of.ts'
import { chartSection } from './chart-section.ts'
import { picturesSection } from './pictures-section.ts'
import type { ReportContent, ReportPorts } from './report-content.ts'
import { REPORT_STYLE } from './report-style.ts'
import { suspicionSection } from './suspicion-section.ts'
import { timelineSection } from './timeline-section.ts'
import { leftOutSection, verifySection, versionsSection } from './verify-section.ts'

/** `report.html`: one page that needs nothing but itself. */
export function reportPage(content: ReportContent, ports: ReportPorts): string {
  const moment = createMoment(ports.timeZone)
  const title = titleOf(content)
  const page = html`<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title.zh} · ${content.request.about.id}</title>
<style>${{ html: REPORT_STYLE }}</style>
</head>
<body class="${content.alert?.severity ?? ''}">
${headSection(content, title, ports)}
${content.alert && alertSection(content.alert, content, { ...ports, moment })}
${content.alert?.suspicion && suspicionSection(content.alert.suspicion, moment)}
${content.finding && findingSection(content.finding, moment)}
${chartSection(content, ports.timeZone)}
${picturesSection(content, moment)}
${timelineSection(content, moment)}
${versionsSection(content, moment)}
${leftOutSection(content.leftOut)}
${verifySection(content, ports)}
<footer class="fine">${label('提取人', 'Taken by')} ${content.request.by} · ${moment(content.nowMs)} ${ports.timeZone} · ${label('用途', 'for')} <q>${content.request.reason}</q></footer>
</body>
</html>
`
  return page.html
}

function titleOf({ alert, finding }: ReportContent): Both {
  return alert?.ruleTitle ?? thingOf(finding?.label ?? '')
}

function headSection({ request, alert, finding }: ReportContent, title: Both, { title: place }: ReportPorts): Html {
  const kind =
    request.about.kind === 'alert'
      ? label('告警证据包', 'Evidence of an alert')
      : label('巡查发现证据包', 'Evidence of a finding')
  return html`<header>
<p class="kind">${both(place)} · ${kind}</p>
<h1>${both(title)}</h1>
${alert && html`<p><span class="chip">${both(severityOf(alert.severity))}</span></p><p class="why">${both(reasonOf(alert.reason))}</p>`}
${!alert && finding && html`<p class="why">${both(thingOf(finding.label))}</p>`}
</header>`
}

type Fact = [zh: string, en: string, value: Html | string | undefined]

function facts(list: Fact[]): Html {
  return html`<dl>${list.map(([zh, en, value]) => value !== undefined && html`<dt>${label(zh, en)}</dt><dd>${value}</dd>\n`)}</dl>`
}

interface Shown extends ReportPorts {
  moment: (atMs: number) => Html
}

function alertSection(alert: Alert, { alerts }: ReportContent, { device, moment, timeZone }: Shown): Html {
  const { reason, subject, position, area } = alert
  const known = subject.device === undefined ? undefined : device(subject.device)
  const metric = reason.metric ?? subject.metric
  const quantity = (value: number | undefined) =>
    value === undefined ? undefined : formatQuantity(value, reason.unit ?? METRICS[metric ?? '']?.unit)
  const state: Both = alert.state === 'active' ? { zh: '持续中', en: 'Active' } : { zh: '已恢复', en: 'Cleared' }
  return html`<section>
<h2>${label('基本情况', 'The facts')}</h2>
${facts([
  ['告警编号', 'Alert', alert.id],
  ['类别', 'Category', both(categoryOf(alert.category))],
  ['地点', 'Place', alert.place],
  ['辖区', 'Area', area && [area.community, area.grid, area.river, area.reach].filter(Boolean).join(' · ')],
  ['坐标 WGS-84', 'Position', position && `${position.lat.toFixed(6)}, ${position.lon.toFixed(6)}`],
  [
    '设备',
    'Device',
    known || subject.device ? [alert.deviceName, subject.device, known?.type].filter(Boolean).join(' · ') : undefined,
  ],
  ['指标', 'Metric', metric === undefined ? undefined : both(metricOf(metric))],
  ['数值', 'Value', quantity(reason.value)],
  ['限值', 'Limit', quantity(reason.limit)],
  ['依据', 'Clause', reason.clause],
  ['发生时间', 'Raised', html`${moment(alert.raisedAtMs)} <span class="en">${timeZone}</span>`],
  ['最后触发', 'Last seen', html`${moment(alert.lastAtMs)} ×${alert.occurrences}`],
  ['状态', 'State', html`${both(state)}${alert.clearedAtMs !== undefined && html` ${moment(alert.clearedAtMs)}`}`],
  [
    '确认',
    'Acknowledged',
    alert.acknowledgedAtMs === undefined ? undefined : html`${alert.acknowledgedBy} ${moment(alert.acknowledgedAtMs)}`,
  ],
  ['责任部门', 'Department', alert.department],
  [
    '指派',
    'Assigned',
    alert.assigned &&
      html`${assigneeOf(alert.assigned.to)} <span class="en">${alert.assigned.by}</span> ${moment(alert.assigned.atMs)}`,
  ],
  [
    '误报',
    'False alarm',
    alert.falseAlarm &&
      html`${both(falseAlarmOf(alert.falseAlarm.reason))} <span class="en">${alert.falseAlarm.by}</span> ${moment(alert.falseAlarm.atMs)}`,
  ],
  [
    '移交',
    'Handed over',
    alert.handedOver &&
      html`${alert.handedOver.system} ${alert.handedOver.number} <span class="en">${alert.handedOver.by}</span> ${moment(alert.handedOver.atMs)}`,
  ],
  ['其他告警', 'Other alerts', others(alert, alerts)],
])}
</section>`
}

function others({ id }: Alert, alerts: Alert[]): string | undefined {
  const ids = alerts.map((one) => one.id).filter((one) => one !== id)
  return ids.length === 0 ? undefined : ids.join(', ')
}

function findingSection(finding: Finding, moment: (atMs: number) => Html): Html {
  const { place, position, radiusM, areaM2, growth } = finding
  const presence: Both =
    finding.presence === 'present' ? { zh: '仍在', en: 'Still there' } : { zh: '已消失', en: 'Gone' }
  return html`<section>
<h2>${label('巡查发现', 'The finding')}</h2>
${facts([
  ['编号', 'Finding', finding.id],
  [
    '类别',
    'Class',
    html`${both(thingOf(finding.label))}${finding.modelLabel !== undefined && html` <span class="en">← ${finding.modelLabel}</span>`}`,
  ],
  [
    '河段',
    'Reach',
    place && [place.river, place.reachName ?? place.reach, chainageMark(place.alongM)].filter(Boolean).join(' · '),
  ],
  [
    '坐标 WGS-84',
    'Position',
    position &&
      `${position.lat.toFixed(6)}, ${position.lon.toFixed(6)}${radiusM === undefined ? '' : ` ± ${Math.round(radiusM)} m`}`,
  ],
  [
    '面积',
    'Area',
    areaM2 === undefined
      ? undefined
      : `${areaM2.toFixed(1)} m²${growth === undefined ? '' : ` (×${growth.toFixed(1)})`}`,
  ],
  ['首次发现', 'First seen', moment(finding.firstMs)],
  ['最后发现', 'Last seen', moment(finding.lastMs)],
  ['现状', 'Presence', html`${both(presence)}${finding.goneMs !== undefined && html` ${moment(finding.goneMs)}`}`],
  ['次数', 'Sightings', `${finding.sightings} · ${finding.flights.length} ✈`],
  ['置信度', 'Score', `${Math.round(finding.score * 100)}%`],
  ['复核结论', 'Review', both(verdictOf(reviewStateOf(finding)))],
])}
${finding.verdicts.length > 0 && verdictTable(finding, moment)}
</section>`
}

function verdictTable({ verdicts }: Finding, moment: (atMs: number) => Html): Html {
  return html`<h3>${label('复核意见', 'Verdicts')}</h3><table><tbody>${verdicts.map(
    (verdict) =>
      html`<tr><td>${moment(verdict.atMs)}</td><td>${both(verdictOf(verdict.verdict))}${
        verdict.note !== undefined && html` <q>${verdict.note}</q>`
      }</td><td>${verdict.by}</td></tr>\n`,
  )}</tbody></table>`
}
