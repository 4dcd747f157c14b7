import type { LeftOut } from '../../../core/bundle-desk.ts'
import { type Html, html } from '../../printed/html.ts'
import { label } from '../../printed/words-of.ts'
import { VERSION } from '../../version.ts'
import type { ReportContent, ReportPorts } from './report-content.ts'

/** By which rule and which model it was judged. */
export function versionsSection({ rules, models }: ReportContent, moment: (atMs: number) => Html): Html | undefined {
  if (rules.length === 0 && models.length === 0) return undefined
  return html`<section>
<h2>${label('规则与模型版本', 'Versions of rules and models')}</h2>
<table><tbody>
${rules.map(
  ({ id, version, judgedBy, hash }) =>
    html`<tr><td><b>${id}</b> v${version.version} <a href="rule.yaml">rule.yaml</a><div class="hash">${judgedBy ?? hash ?? ''}</div>${
      judgedBy !== undefined && hash !== undefined && judgedBy !== hash
        ? html`<div>${label('与现存版本的散列不同', 'Not the hash of the version that is kept')}</div>`
        : undefined
    }</td><td>${version.by} · ${version.source}</td><td>${moment(version.atMs)}</td></tr>\n`,
)}
${models.map(
  ({ id, known }) =>
    html`<tr><td><b>${id}</b> <a href="model.json">model.json</a><div class="hash">${
      known === null ? label('清单中已没有此模型', 'no longer in the manifest') : known.sha256
    }</div></td><td>${known?.licence}</td><td></td></tr>\n`,
)}
</tbody></table>
</section>`
}

export function leftOutSection(leftOut: LeftOut[]): Html | undefined {
  if (leftOut.length === 0) return undefined
  return html`<section>
<h2>${label('未收入的内容', 'What is not here, and why')}</h2>
<table><tbody>${leftOut.map(({ what, why }) => html`<tr><td>${what}</td><td>${why}</td></tr>\n`)}</tbody></table>
</section>`
}

/** How anybody convinces himself that nothing of it was changed. */
export function verifySection({ records, request }: ReportContent, { ledgerId }: ReportPorts): Html {
  const file = `huying-${request.about.kind}-….zip`
  return html`<section>
<h2>${label('如何核验', 'How to verify')}</h2>
<ol>
<li>${label('离线运行', 'Offline, run')} <code>huying ledger verify ${file}</code>。${label(
    '加 --key 与部门已掌握的公钥，可证明检查点出自何人。',
    'With --key and a key that you know from elsewhere it also proves who signed.',
  )}</li>
<li>${label(
    'manifest.json 列出每个文件的 SHA-256；它自己的 SHA-256 记在账本里：taken.json。',
    'manifest.json has the SHA-256 of each file; its own is in the ledger: taken.json.',
  )}</li>
<li>${label(
    'history.jsonl 逐行为账本原文；proofs.json 证明每一行与 taken.json 都在 checkpoint.txt 所签的树中（RFC 6962）。',
    'history.jsonl is the ledger line by line; proofs.json shows that each line and taken.json are in the tree that checkpoint.txt signs (RFC 6962).',
  )}</li>
</ol>
<dl><dt>${label('账本', 'Ledger')}</dt><dd><code>${ledgerId}</code></dd>
<dt>${label('账本记录', 'Records')}</dt><dd>${records.length}</dd>
<dt>${label('软件版本', 'Version')}</dt><dd>huying ${VERSION}</dd></dl>
</section>`
}
