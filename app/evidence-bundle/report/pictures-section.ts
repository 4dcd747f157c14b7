import { type Html, html } from '../../printed/html.ts'
import { both, label, thingOf } from '../../printed/words-of.ts'
import type { CaseFrame } from '../gather-pictures.ts'
import type { ReportContent } from './report-content.ts'

/** The pictures, small; the whole ones are files beside the page. */
export function picturesSection({ frames, pictures }: ReportContent, moment: (atMs: number) => Html): Html | undefined {
  if (pictures.length === 0) return undefined
  const told = new Set(frames.flatMap(({ paths }) => paths))
  const rest = pictures.filter(({ path }) => !told.has(path))
  return html`<section>
<h2>${label('影像', 'Pictures')}</h2>
${frames.map((frame) => frameFigure(frame, { pictures, moment }))}
${rest.map(({ path, sha256 }) => html`<p><a href="${path}">${path}</a><br><span class="hash">SHA-256 ${sha256}</span></p>\n`)}
<p class="fine">${label('模型察觉到的人员已作遮挡。', 'People whom the model noticed are covered.')}${
    pictures.some(({ kind }) => kind === 'original') &&
    html` ${label('原图（-original）未作遮挡，请勿外传。', 'In originals (-original) they are not: keep them close.')}`
  }</p>
</section>`
}

function frameFigure(
  { row, seen, paths, whole, crop }: CaseFrame,
  { pictures, moment }: Pick<ReportContent, 'pictures'> & { moment: (atMs: number) => Html },
): Html | undefined {
  if (paths.length === 0) return undefined
  const mine = pictures.filter(({ path }) => paths.includes(path))
  return html`<figure>
${whole && html`<div class="pictures">${inlined(whole, 'whole', row.frameId)}${crop && inlined(crop, 'crop', `${row.frameId}, ${seen?.label ?? ''}`)}</div>`}
<figcaption>${moment(row.atMs)} · ${row.device}${seen && html` · ${both(thingOf(seen.label))} ${Math.round(seen.score * 100)}%`} · ${row.frameId}
${mine.map(
  ({ path, sha256, hashIn }) =>
    html`<br><a href="${path}">${path.slice(path.indexOf('/') + 1)}</a> <span class="hash">${sha256}</span>${
      hashIn.length > 0 && html` <span class="en">→ ${label('账本', 'ledger')} ${hashIn.slice(0, 5).join(', ')}</span>`
    }`,
)}<br><span class="hash">${label('原图', 'as sent')} ${row.sha256}</span></figcaption>
</figure>`
}

function inlined(jpeg: Buffer, name: string, alt: string): Html {
  return html`<img class="${name}" alt="${alt}" src="data:image/jpeg;base64,${jpeg.toString('base64')}">`
}
