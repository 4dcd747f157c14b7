import { PRINTED_STYLE } from '../../printed/printed-style.ts'

/** Looks of the report of a bundle. */
export const REPORT_STYLE = `${PRINTED_STYLE}
.timeline td:first-child{width:11.5rem}.timeline td:nth-child(3){width:7.5rem}.timeline td.n{width:6rem;color:var(--fg3)}
.timeline td:nth-child(2) div{margin-top:.1rem}.say .en,li .en{display:block}
.pictures{display:flex;gap:.75rem;align-items:flex-start}
.pictures img{flex:0 1 auto;min-width:0;max-width:64%}.pictures img+img{max-width:36%}
img{display:block;max-width:100%;height:auto;border-radius:3px;background:var(--soft)}
img.whole{max-height:24rem}img.crop{border:1px solid var(--line)}
.active{fill:var(--limit);opacity:.07}
.raised{stroke:var(--limit);stroke-width:1.4}.cleared{stroke:var(--fg2);stroke-width:1.4;stroke-dasharray:2 3}
@media screen and (max-width:44rem){.timeline thead{display:none}.timeline tr{display:block;border-bottom:1px solid var(--line);padding:.4rem 0}.timeline tr td:nth-child(n){display:block;width:auto;border:0;padding:.1rem 0;text-align:left}.pictures{display:block}.pictures img,.pictures img+img{max-width:100%;margin-bottom:.5rem}}
@media print{img.whole{max-height:95mm}.active{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`
