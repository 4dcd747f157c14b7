import type { AlertSuspicion, Evidence } from '../../../core/suspicion.ts'
import { type Html, html } from '../../printed/html.ts'
import { both, label } from '../../printed/words-of.ts'

type Moment = (atMs: number) => Html

/** What is thought of works in the house: each piece of evidence, its weight, what would cancel it and what else could explain it. */
export function suspicionSection(suspicion: AlertSuspicion, moment: Moment): Html {
  const { address, probability, prior, evidence, further, filing, visitByMs } = suspicion
  const filed = filing?.record ? (filing.record.filing ?? filing.record.recordId) : label('无', 'none')
  return html`<section>
<h2>${label('装修迹象', 'Signs of works')}</h2>
<p>${address} · ${label('概率', 'probability')} ${percent(probability)} · ${label('备案', 'filing')} ${filed}${
    visitByMs !== undefined && html` · ${label('最迟到场', 'visit by')} ${moment(visitByMs)}`
  }</p>
<table>
<thead><tr><th>${label('迹象', 'Evidence')}</th><th>${label('时间', 'Time')}</th><th>${label('权重', 'Weight')}</th><th>${label('其他可能', 'Other causes')}</th><th>${label('何以排除', 'Cancelled by')}</th></tr></thead>
<tbody>
<tr><td>${label('先验', 'Prior')}</td><td></td><td>${weight(prior)}</td><td></td><td></td></tr>
${evidence.map((one) => row(one, moment))}
${further && html`<tr><td>${label('其余', 'Further')} ×${further.pieces}</td><td></td><td>${weight(further.weight)}</td><td></td><td></td></tr>`}
</tbody>
</table>
</section>`
}

function row({ title, atMs, facts, weight: left, fullWeight, otherCauses, cancels }: Evidence, moment: Moment): Html {
  const said = Object.entries(facts).map(([name, value]) => `${name} ${value}`)
  return html`<tr><td>${both(title)}<br><span class="fine">${said.join(' · ')}</span></td><td>${moment(atMs)}</td><td>${weight(left)} <span class="fine">/ ${weight(fullWeight)}</span></td><td>${otherCauses.map(
    (cause) => html`${both(cause.title)} ${cause.building} <span class="fine">×${cause.leaves.toFixed(2)}</span><br>`,
  )}</td><td>${both(cancels)}</td></tr>`
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`
}

function weight(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`
}
