import { PRINTED_STYLE } from '../../printed/printed-style.ts'

const LOOKS = `
header{--sev:var(--acc);margin-bottom:1rem}.where{font-size:1.1rem;margin:.2rem 0 0;color:var(--fg2)}
.summary{border:1px solid var(--line);border-left:4px solid var(--acc);padding:.5rem 1.1rem;margin:1rem 0;font-size:1.08rem}
.summary p:first-child{font-weight:650}
.missing{border:2px solid var(--limit);padding:.5rem 1rem;margin:1rem 0}
.figures{display:grid;grid-template-columns:repeat(5,1fr);gap:.75rem;list-style:none;margin:1rem 0 0;padding:0}
.figures li{border-top:3px solid var(--line);padding-top:.35rem;margin:0;line-height:1.3}
.figures b{display:block;font-size:1.6rem;font-weight:600;font-variant-numeric:tabular-nums}.figures span{font-size:.85rem;color:var(--fg2)}
.figures .bad{border-color:var(--limit)}.figures .bad b,.beyond{color:var(--limit)}
table{font-size:.88rem}th:last-child{text-align:left;white-space:normal}
.limits td:nth-child(n+5),.limits th:nth-child(n+5),.measured td:nth-child(n+3),.measured th:nth-child(n+3),.health td:nth-child(3),.health td:nth-child(4),.health th:nth-child(3),.health th:nth-child(4){text-align:right;font-variant-numeric:tabular-nums}
.limits td:nth-child(n+5),.measured td:nth-child(n+3),.health td:nth-child(4){white-space:nowrap}
.limits td:nth-child(1),.alerts td:nth-child(4){overflow-wrap:break-word}
td:last-child{padding-right:0}td .fine{display:block;line-height:1.35}.legend{break-after:avoid;margin-top:.75rem}td time{font-size:.95em}
.level{font-weight:600;white-space:nowrap;color:var(--sev)}.level.major{color:#a34d00}
sup a{text-decoration:none;padding:0 .1em}
.grid2{display:grid;grid-template-columns:1fr 1fr;gap:0 1.5rem}
figure{margin:0 0 1rem}figure.half{max-width:27rem}figcaption{margin-top:.1rem}
article{margin-bottom:1.25rem}h3 .fine{font-weight:400}
.nodata{fill:var(--fg3);opacity:.16}.range{fill:var(--data);opacity:.26}
.bar{fill:var(--data)}.bar.over{fill:var(--limit)}
.warning{stroke:#8a6d00;stroke-width:1.2;stroke-dasharray:2 3;fill:none}.warningText{fill:#6f5700}
polyline.limit{fill:none}.trend{fill:none;stroke:var(--fg);stroke-width:1.3;stroke-dasharray:6 3}
.peak{fill:none;stroke:var(--data);stroke-width:1;opacity:.75}.peak.near{stroke:#8a6d00;opacity:1;stroke-width:1.4}.peak.over{fill:var(--limit);stroke:var(--limit);opacity:1}
.days text{font-size:10px}
.sources{font-size:.9rem}
@media screen and (max-width:44rem){.figures{grid-template-columns:1fr 1fr}.grid2{grid-template-columns:1fr}section{overflow-x:auto}}
@media print{.summary{font-size:11.5pt}.figures b{font-size:17pt}table{font-size:8.6pt}.fine{font-size:8pt}figure,article h3,.summary,.figures{break-inside:avoid}thead{display:table-header-group}
.nodata,.range,.bar,.peak{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`

/** Looks of the report; on paper each page says whose it is, and its number where the browser can. */
export function conservationStyle({ left, right, page }: { left: string; right: string; page: string }): string {
  return `${PRINTED_STYLE}${LOOKS}@page{size:A4;margin:18mm 15mm 17mm;
@top-left{content:${cssText(left)};font:8pt system-ui,sans-serif;color:#5b6873}
@top-right{content:${cssText(right)};font:8pt system-ui,sans-serif;color:#5b6873}
@bottom-left{content:${cssText(page)};font:8pt system-ui,sans-serif;color:#5b6873}
@bottom-right{content:counter(page) " / " counter(pages);font:8pt system-ui,sans-serif;color:#5b6873}}
@page:first{@top-left{content:none}@top-right{content:none}}
`
}

/** A text as CSS writes it: everything but letters and digits by its number, so that nothing in it can end it. */
export function cssText(text: string): string {
  const escaped = [...text].map((mark) =>
    /[\p{L}\p{N} ]/u.test(mark) ? mark : `\\${mark.codePointAt(0)?.toString(16)} `,
  )
  return `"${escaped.join('')}"`
}
