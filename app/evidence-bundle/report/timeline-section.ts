import type { AlertEvent } from '../../../core/ledger-entry.ts'
import { isAlertEvent, type LedgerEntry } from '../../../core/ledger-entry.ts'
import { specAfter } from '../../../core/rule-change.ts'
import { type Html, html } from '../../printed/html.ts'
import {
  assigneeOf,
  both,
  changeOf,
  eventOf,
  falseAlarmOf,
  label,
  reasonOf,
  severityOf,
  thingOf,
  verdictOf,
} from '../../printed/words-of.ts'
import type { CaseRecord } from '../gather-records.ts'
import type { ReportContent } from './report-content.ts'

interface Step {
  first: CaseRecord
  last: CaseRecord
  count: number
}

/** Who did what and when: the records of the bundle in the order of the ledger. */
export function timelineSection({ request, records, rules }: ReportContent, moment: (atMs: number) => Html): Html {
  const told = { moment, aboutId: request.about.id, rules: new Set(rules.map(({ id }) => id)) }
  return html`<section>
<h2>${label('经过', 'What happened')}</h2>
<table class="timeline"><thead><tr>
<th>${label('时间', 'When')}</th><th>${label('事项', 'What')}</th><th>${label('操作人', 'Who')}</th><th>${label('账本序号', 'Ledger')}</th>
</tr></thead><tbody>
${fold(records).map((step) => stepRow(step, told))}
</tbody></table>
<p class="fine">${label('时间为事件本身的时间；顺序以账本序号为准。', 'Times are those of the events; their order is that of the ledger.')}</p>
</section>`
}

/** The same alert seen again and again is one line. */
function fold(records: CaseRecord[]): Step[] {
  const steps: Step[] = []
  for (const record of records) {
    const step = steps.at(-1)
    if (step !== undefined && isMore(step.last.entry, record.entry)) {
      step.last = record
      step.count++
    } else steps.push({ first: record, last: record, count: 1 })
  }
  return steps
}

function isMore(before: LedgerEntry | null, now: LedgerEntry | null): boolean {
  if (before?.type !== 'alert.updated' || now?.type !== 'alert.updated') return false
  return before.alert.id === now.alert.id && now.severityBefore === undefined
}

interface Told {
  moment: (atMs: number) => Html
  aboutId: string
  /** The rules that the bundle is about. */
  rules: Set<string>
}

function stepRow({ first, last, count }: Step, { moment, aboutId, rules }: Told): Html {
  const { entry } = last
  const seq = first.seq === last.seq ? `${first.seq}` : `${first.seq}–${last.seq}`
  if (entry === null)
    return html`<tr><td></td><td>${label('无法读取的记录', 'A record that cannot be read')}</td><td></td><td class="n">${seq}</td></tr>\n`
  const times =
    first.entry !== null && count > 1
      ? html`${moment(first.entry.atMs)} –<br>${moment(entry.atMs)}`
      : moment(entry.atMs)
  const details = [...otherAlert(entry, aboutId), ...detailsOf(entry, rules)]
  return html`<tr><td>${times}</td><td><b>${both(eventOf(entry.type))}</b>${count > 1 && ` ×${count}`}${details.map(
    (detail) => html`<div>${detail}</div>`,
  )}</td><td>${'by' in entry ? entry.by : undefined}</td><td class="n">${seq}</td></tr>\n`
}

/** Which alert it was, where it is not the one that the bundle is about. */
function otherAlert(entry: LedgerEntry, aboutId: string): Html[] {
  if (!isAlertEvent(entry) || entry.alert.id === aboutId) return []
  return [html`${both(entry.alert.ruleTitle)} · ${entry.alert.id}`]
}

function detailsOf(entry: LedgerEntry, rules: Set<string>): Html[] {
  if (isAlertEvent(entry)) return alertDetails(entry)
  switch (entry.type) {
    case 'finding.changed':
      return [html`${both(changeOf(entry.change))} · ${both(thingOf(entry.finding.label))} · ${entry.finding.id}`]
    case 'finding.reviewed':
      return [
        html`${both(verdictOf(entry.verdict.verdict))}${entry.verdict.verdict === 'rejected' && ` · ${entry.verdict.reason}`}`,
        ...quoted(entry.verdict.note),
      ]
    case 'rules.changed':
      return entry.changes
        .filter(({ rule }) => rules.size === 0 || rules.has(rule))
        .slice(0, 10)
        .map(
          (change) => html`${change.rule} v${change.version} (${change.source})${specAfter(change) === null && ' ✕'}`,
        )
    case 'device.registered':
    case 'device.changed':
    case 'device.token_replaced':
      return [
        html`${[entry.device.id, entry.device.type, entry.device.name, entry.device.place].filter(Boolean).join(' · ')}`,
      ]
    case 'service.out':
    case 'service.back':
      return [html`${entry.outOfService.device}`, ...quoted(entry.outOfService.reason)]
    case 'silence.set':
    case 'silence.ended':
      return quoted(entry.silence.reason)
    case 'original.viewed':
      return [html`${entry.frameId}`, ...quoted(entry.reason)]
    case 'bundle.taken':
      return quoted(entry.reason)
    case 'delivery.given_up':
    case 'delivery.replayed':
      return [html`${entry.output}`, ...quoted(entry.reason)]
    default:
      return []
  }
}

function alertDetails({ type, alert, comment, severityBefore }: AlertEvent): Html[] {
  const isTold = type === 'alert.raised' || type === 'alert.cleared' || type === 'alert.recorded'
  return [
    ...(isTold ? [html`<span class="say">${both(reasonOf(alert.reason))}</span>`] : []),
    ...(severityBefore === undefined
      ? []
      : [html`${both(severityOf(severityBefore))} → ${both(severityOf(alert.severity))}`]),
    ...(type === 'alert.false_alarm' && alert.falseAlarm ? [both(falseAlarmOf(alert.falseAlarm.reason))] : []),
    ...(type === 'alert.assigned' && alert.assigned ? [html`→ ${assigneeOf(alert.assigned.to)}`] : []),
    ...(type === 'alert.handed_over' && alert.handedOver
      ? [html`→ ${alert.handedOver.system} ${alert.handedOver.number}`]
      : []),
    ...quoted(comment),
  ]
}

function quoted(text: string | undefined): Html[] {
  return text === undefined || text === '' ? [] : [html`<q>${text}</q>`]
}
