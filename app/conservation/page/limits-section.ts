import type { LimitCheck, LimitSource } from '../../../core/conservation-report.ts'
import { formatNumber } from '../../../dashboards/web/words/numbers.ts'
import { type Html, html } from '../../printed/html.ts'
import { percent } from '../summary.ts'
import { quantity, type Shown, section, table } from './shown.ts'

/** Sources of limits, numbered as they are first named. */
export interface Footnotes {
  mark(source: LimitSource): Html
  list(): Html | undefined
}

export function createFootnotes({ say, of }: Shown): Footnotes {
  const sources: { key: string; text: Html }[] = []
  const toText = (source: LimitSource): Html => {
    if (source.kind === 'house') return html`${say('为本屋设定：', 'Set for this house: ')}${source.text}`
    if (source.kind === 'rule')
      return html`${say('本地规则，无标准依据：', 'Rule of this place, of no standard: ')}${of(source.title)} (${source.rule})`
    const isRead = source.verified
      ? say('已核对（', 'verified (')
      : say('未核实，须由专人对照标准原文（', 'NOT verified, a person must compare it with the text of the standard (')
    return html`${source.clause}, ${of(source.title)}; ${isRead}${source.text}${say('）', ')')}`
  }
  return {
    mark(source) {
      const text = toText(source)
      const index = sources.findIndex(({ key }) => key === text.html)
      const number = index === -1 ? sources.push({ key: text.html, text }) : index + 1
      return html`<sup><a href="#source-${number}">${number}</a></sup>`
    },
    list: () =>
      sources.length === 0
        ? undefined
        : html`<ol class="sources">${sources.map(({ text }, index) => html`<li id="source-${index + 1}">${text}</li>\n`)}</ol>`,
  }
}

/** Which limits hold, and how the month kept to them. */
export function limitsSection(shown: Shown, notes: Footnotes): Html | undefined {
  const { report, say } = shown
  const head = [
    ...[say('设备', 'Device'), say('指标', 'Metric'), say('限值', 'Limit'), say('最不利值', 'Worst')],
    ...[say('达预警', 'Warned'), say('超限', 'Beyond'), say('有数据', 'With data')],
  ]
  const rows = report.limits.map((check) => limitRow(check, shown, notes))
  const nothing =
    report.limits.length === 0 &&
    html`<p>${say('没有适用于本屋传感器的限值。', 'No limit is set for what is measured in this house.')}</p>`
  return section(
    say('限值与超限', 'Limits and exceedances'),
    nothing,
    table('limits', head, rows),
    rows.length > 0 &&
      html`<p class="fine">${say(
        '数字为小时数：该小时内至少有一个值达到预警或超出限值；标明小时均值的按该小时平均值计。“有数据”之外的小时情况不详，不等于未超限。',
        'Numbers are hours in which at least one value reached the warning, or was beyond the limit; where it says so the mean of the hour counts. Of hours without data nothing is known: they are not hours within the limit.',
      )}</p>`,
  )
}

function limitRow(check: LimitCheck, shown: Shown, notes: Footnotes): (Html | string | number)[] {
  const { device, metric, source, hours, hoursWarning, hoursBeyond } = check
  const { report, say } = shown
  const isBeyond = (hoursBeyond ?? 0) > 0
  const unknown = say('不详', 'unknown')
  return [
    shown.device(device),
    shown.metric(metric),
    limitWords(check, shown, notes.mark(source)),
    worstWords(check, shown),
    hoursWarning ?? unknown,
    isBeyond ? html`<strong class="beyond">${hoursBeyond ?? 0}</strong>` : (hoursBeyond ?? unknown),
    hours === null ? unknown : `${hours} / ${report.period.hours}`,
  ]
}

function limitWords(check: LimitCheck, { say, metric }: Shown, mark: Html): Html {
  const { low, high, curve, over, unit, warningHigh, warningLow, warningShare, by } = check
  if (curve) {
    const limits = curve.map(([, limit]) => limit)
    const range = `${formatNumber(Math.min(...limits))} – ${formatNumber(Math.max(...limits))} ${unit}`
    const warned =
      warningShare === undefined ? '' : say(`，预警 ${percent(warningShare)}`, `, warning at ${percent(warningShare)}`)
    return html`${range}${mark} <span class="fine">${say(`随${metric(over ?? '')}变化`, `over ${metric(over ?? '')}`)}${warned}</span>`
  }
  const ends = [
    ...(low === undefined ? [] : [`≥ ${quantity(low, unit)}`]),
    ...(high === undefined ? [] : [`≤ ${quantity(high, unit)}`]),
  ]
  const warned = [warningLow, warningHigh].filter((value) => value !== undefined).map((value) => quantity(value, unit))
  const mean = by === 'mean' ? say('（小时均值）', ' (hourly mean)') : ''
  return html`${ends.join(', ')}${mean}${mark}${warned.length > 0 && html` <span class="fine">${say('预警', 'warning')} ${warned.join(', ')}</span>`}`
}

function worstWords({ worst, unit }: LimitCheck, { moment, say }: Shown): Html {
  if (worst === undefined) return html`–`
  const at =
    worst.over === undefined ? '' : say(`，${formatNumber(worst.over)} Hz`, ` at ${formatNumber(worst.over)} Hz`)
  const share = worst.share === undefined ? '' : ` (${percent(worst.share)})`
  return html`${quantity(worst.value, unit)}${at}${share} <span class="fine">${moment(worst.at)}</span>`
}

/** Where the limits come from. */
export function sourcesSection({ say }: Shown, notes: Footnotes): Html | undefined {
  return section(say('限值依据', 'Where the limits come from'), notes.list())
}
