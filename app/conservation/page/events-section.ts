import type { AlertView } from '../../../core/alert-view.ts'
import type { ReportRecord } from '../../../core/conservation-report.ts'
import type { EvidenceView } from '../../../core/suspicion-view.ts'
import { formatNumber } from '../../../dashboards/web/words/numbers.ts'
import { reasonWords } from '../../../dashboards/web/words/reason-words.ts'
import { type Html, html } from '../../printed/html.ts'
import { falseAlarmOf, severityOf } from '../../printed/words-of.ts'
import { percent, signed } from '../summary.ts'
import { visitByOf } from '../warning-facts.ts'
import { RECORD_FACTS, recordWords, STATES, VISIT } from './conservation-words.ts'
import { type Shown, section, table } from './shown.ts'

/** So many pieces of evidence of one warning are told. */
const MOST_EVIDENCE = 20

/** Warnings about the house, each with what it rests on and how it ended. */
export function warningsSection(shown: Shown): Html | undefined {
  const { report, say, of } = shown
  const told = report.warnings.map((alert) => {
    const { suspicion } = alert
    const visitBy = visitByOf(alert)
    const chance =
      suspicion === undefined ? '' : ` · ${of(STATES[suspicion.state])} · ${percent(suspicion.probability)}`
    return html`<article><h3>${of(alert.ruleTitle)} <span class="fine">${shown.moment(alert.raisedAt)}${chance}</span></h3>
<p>${endWords(alert, shown)}${visitBy !== null && html` ${say('核查期限：', 'To be looked at by ')}${shown.moment(visitBy)}${say('。', '.')}`}</p>
${table(
  'evidence',
  [
    say('证据', 'Evidence'),
    say('时间', 'When'),
    say('情况', 'What was seen'),
    say('权重', 'Weight'),
    say('其他可能', 'What else it may be'),
  ],
  (suspicion?.evidence ?? []).slice(0, MOST_EVIDENCE).map((piece) => evidenceRow(piece, shown)),
)}</article>`
  })
  if (report.missing.includes('alerts') && told.length === 0) return undefined
  return section(
    say('预警', 'Warnings'),
    told.length === 0
      ? html`<p>${say('本月没有针对本屋的预警。', 'None about this house in this month.')}</p>`
      : html`${told}`,
    told.length > 0 &&
      html`<p class="fine">${say('权重为对数似然比；大于 0 支持、小于 0 反对“有未备案施工”。', 'Weights are natural logarithms of likelihood ratios: above 0 they speak for works that nobody filed, below 0 against.')}</p>`,
  )
}

function evidenceRow(piece: EvidenceView, shown: Shown): (Html | string)[] {
  const facts = Object.entries(piece.facts).map(
    ([key, value]) => `${key} ${typeof value === 'number' ? formatNumber(value) : value}`,
  )
  const causes = piece.otherCauses.map(({ title, leaves }) => `${shown.of(title)} (×${formatNumber(leaves)})`)
  return [
    shown.of(piece.title),
    shown.moment(piece.at),
    facts.join(', ') || '–',
    signed(piece.weight),
    causes.join(', ') || '–',
  ]
}

/** What became of an alert, as far as anybody said. */
function endWords(alert: AlertView, { say, moment, of }: Shown): Html {
  const { state, clearedAt, acknowledgedBy, falseAlarm, assigned, handedOver } = alert
  return html`${state === 'active' ? say('持续中。', 'It stands.') : html`${say('已结束 ', 'It ended ')}${clearedAt === undefined ? '' : moment(clearedAt)}${say('。', '.')}`}${
    acknowledgedBy !== undefined && ` ${say('确认人：', 'Acknowledged by ')}${acknowledgedBy}${say('。', '.')}`
  }${falseAlarm !== undefined && ` ${say('误报：', 'False alarm: ')}${of(falseAlarmOf(falseAlarm.reason))}${say('。', '.')}`}${
    assigned !== undefined &&
    ` ${say('已指派：', 'Assigned to ')}${[assigned.to.department, assigned.to.grid, assigned.to.person].filter(Boolean).join(' · ')}${say('。', '.')}`
  }${handedOver !== undefined && ` ${say('已移交：', 'Handed over to ')}${handedOver.system} ${handedOver.number}${say('。', '.')}`}`
}

export function alertsSection(shown: Shown): Html | undefined {
  const { report, say, of } = shown
  const head = [
    say('时间', 'When'),
    say('级别', 'Level'),
    say('告警', 'Alert'),
    say('设备', 'Device'),
    say('结果', 'What became of it'),
  ]
  const rows = report.alerts.map((alert) => [
    shown.moment(alert.raisedAt),
    html`<span class="level ${alert.severity}">${of(severityOf(alert.severity))}</span>`,
    html`${of(alert.ruleTitle)}${alert.historical === true && say('（补传数据）', ' (from late data)')}<div class="fine">${reasonWords(alert.reason, shown.t, shown.language)}</div>`,
    alert.subject.device === undefined ? '–' : shown.device(alert.subject.device),
    endWords(alert, shown),
  ])
  if (report.missing.includes('alerts') && rows.length === 0) return undefined
  return section(
    say('告警', 'Alerts'),
    rows.length === 0 ? html`<p>${say('本月没有告警。', 'None in this month.')}</p>` : table('alerts', head, rows),
    report.alertsLeftOut > 0 &&
      html`<p class="fine">${say(`只列出最新的 ${rows.length} 条。`, `Only the newest ${rows.length} are told.`)}</p>`,
  )
}

export function visitsSection(shown: Shown): Html | undefined {
  const { report, say, of } = shown
  const head = [say('时间', 'When'), say('结果', 'Found'), say('备注', 'Note'), say('人员', 'Who')]
  const rows = report.visits.map(({ at, result, note, by, pictures = [] }) => [
    shown.moment(at),
    of(VISIT[result]),
    html`${note ?? '–'}${pictures.length > 0 && say(` · ${pictures.length} 张照片`, ` · ${pictures.length} pictures`)}`,
    by,
  ])
  const none = html`<p>${say('本月没有上门记录。', 'Nobody visited the house in this month.')}</p>`
  return section(say('上门核查', 'Visits'), rows.length === 0 ? none : table('visits', head, rows))
}

export function recordsSection(shown: Shown): Html | undefined {
  const { report, say, of } = shown
  const head = [say('时间', 'When'), say('事项', 'What'), say('内容', 'Says'), say('来源', 'Source')]
  const rows = report.records.map((record) => [
    shown.moment(record.at),
    of(recordWords(record.recordType)),
    html`${factsOf(record, shown) || '–'}${record.withdrawnBy !== undefined && html` <b>${say('已撤回', 'taken back')}</b>`}${record.correctedBy !== undefined && html` <b>${say('已更正', 'put right later')}</b>`}`,
    `${record.source} ${record.recordId}`,
  ])
  const none = html`<p>${say('本月没有登记事项。', 'Nothing was filed for the house in this month.')}</p>`
  return section(say('登记与备案', 'Records'), rows.length === 0 ? none : table('records', head, rows))
}

/** What a record says of the house; who lets, rents or owns stays in the register. */
function factsOf(record: ReportRecord, { of }: Shown): string {
  const facts: Record<string, string | undefined> = { ...record.facts }
  return Object.entries(RECORD_FACTS)
    .flatMap(([key, words]) => (facts[key] === undefined ? [] : [`${of(words)} ${facts[key]}`]))
    .join(' · ')
}
