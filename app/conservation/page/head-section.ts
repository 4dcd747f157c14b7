import type { ConservationReport } from '../../../core/conservation-report.ts'
import { type Html, html } from '../../printed/html.ts'
import { HEARD_WELL, heardShare, percent } from '../summary.ts'
import { PARTS, PROTECTION, STRUCTURE } from './conservation-words.ts'
import { type Shown, section } from './shown.ts'

/** The name of the month in words: 2026年10月, October 2026. */
export function monthWords(month: string, language: Shown['language']): string {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB'
  return new Intl.DateTimeFormat(locale, { timeZone: 'UTC', year: 'numeric', month: 'long' }).format(
    Date.parse(`${month}-01`),
  )
}

export function houseName({ building }: ConservationReport): string {
  return building.name === undefined ? building.address : `${building.name} · ${building.address}`
}

/** Which house and month, in two sentences what matters, and the figures that it is seen by. */
export function headSection(shown: Shown): Html {
  const { report, language, say, of, moment } = shown
  const { building, period, made, missing, summary } = report
  return html`<header>
<p class="kind">${of(made.title)} · ${say('历史建筑保护监测月报', 'Conservation report')}</p>
<h1>${building.name ?? building.address}</h1>
<p class="where">${building.name !== undefined && html`${building.address} · `}${monthWords(period.month, language)}</p>
${
  period.inProgress &&
  html`<p><span class="chip">${say('本月未结束', 'month in progress')}</span> ${say('截至', 'until')} ${moment(period.until)}</p>`
}
</header>
${
  missing.length > 0 &&
  html`<p class="missing" role="note"><b>${say('本报告不完整：', 'This report is incomplete: ')}</b>${missing.map((part) => of(PARTS[part])).join(say('；', '; '))}${say('。未知不等于正常。', '. What is not known is not well.')}</p>`
}
<div class="summary">${summary[language].map((sentence) => html`<p>${sentence}</p>`)}</div>
${figures(shown)}
`
}

function figures({ report, say }: Shown): Html {
  const { sensors, limits, alerts, warnings, visits, missing } = report
  const share = heardShare(sensors)
  const unknown = say('不详', 'unknown')
  const beyond = limits.reduce((sum, { hoursBeyond }) => Math.max(sum, hoursBeyond ?? 0), 0)
  const isKnown = limits.some(({ hours }) => (hours ?? 0) > 0)
  const hasAlerts = !missing.includes('alerts')
  const list: [string, string, boolean][] = [
    [say('超限小时', 'hours beyond a limit'), isKnown ? `${beyond}` : unknown, beyond > 0],
    [say('预警', 'warnings'), hasAlerts ? `${warnings.length}` : unknown, warnings.length > 0],
    [say('告警', 'alerts'), hasAlerts ? `${alerts.length}` : unknown, false],
    [say('上门核查', 'visits'), `${visits.length}`, false],
    [
      say('有数据的小时', 'of the hours have data'),
      share === null ? unknown : percent(share),
      share !== null && share < HEARD_WELL,
    ],
  ]
  return html`<ul class="figures">${list.map(([name, value, isBad]) => html`<li${isBad && { html: ' class="bad"' }}><b>${value}</b> <span>${name}</span></li>`)}</ul>`
}

/** What the register knows of the house itself. The owner is in the register, not on paper that goes round. */
export function houseSection({ report, say, of }: Shown): Html | undefined {
  const { building } = report
  const { id, protection, structure, year, era, storeys, use, lastRepair, notes, place } = building
  const facts: [string, string | undefined][] = [
    [say('编号', 'Id'), id],
    [say('所在', 'Place'), place],
    [say('保护级别', 'Protection'), of(PROTECTION[protection])],
    [say('结构', 'Structure'), structure && of(STRUCTURE[structure])],
    [say('年代', 'Built'), year === undefined ? era : `${year}`],
    [say('层数', 'Storeys'), storeys === undefined ? undefined : `${storeys}`],
    [say('用途', 'Use'), use],
    [say('上次修缮', 'Last repair'), lastRepair ?? say('未登记', 'not in the register')],
    [say('备注', 'Notes'), notes],
  ]
  return section(
    say('房屋与修缮', 'The house and its repairs'),
    html`<dl>${facts.map(([name, value]) => value !== undefined && html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`,
  )
}

/** Of which record the report was made. */
export function originSection({ report, say, moment }: Shown): Html | undefined {
  const { made, period, building } = report
  const { ledger } = made
  const checkpoint =
    ledger === null
      ? html`${say('没有可用的检查点：账本未签名或已损坏。', 'There is no checkpoint: the ledger is not signed, or it is bent.')}`
      : html`${say('位置', 'position')} ${ledger.position} · ${moment(ledger.at)}<br><code>${ledger.rootHash}</code><br><code>${ledger.origin}</code>`
  return section(
    say('本报告依据', 'What this report rests on'),
    html`<dl><dt>${say('房屋', 'House')}</dt><dd>${building.id}</dd>
<dt>${say('时段', 'Time')}</dt><dd>${moment(period.from)} – ${moment(period.until)} ${period.timeZone}</dd>
<dt>${say('生成时间', 'Made')}</dt><dd>${moment(made.at)}</dd>
<dt>${say('软件版本', 'Version')}</dt><dd>huying ${made.version}</dd>
<dt>${say('账本检查点', 'Checkpoint of the ledger')}</dt><dd>${checkpoint}</dd></dl>`,
    html`<p class="fine">${say(
      '检查点由服务签名，涵盖生成本报告之前的全部决定；可用 huying ledger verify 核对。限值为当前生效的限值。无数据的小时情况不详，不计为正常。',
      'The checkpoint is signed by the service and covers all that was decided before the report was made; huying ledger verify checks it. Limits are those in force when it was made. Hours without data are unknown, and nowhere counted as well.',
    )}</p>`,
  )
}
