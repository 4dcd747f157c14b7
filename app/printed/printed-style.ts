/** Looks of what is read on paper as well as on a screen, and without colour. */
export const PRINTED_STYLE = `
:root{--fg:#17202a;--fg2:#44515d;--fg3:#5b6873;--line:#cdd5dc;--soft:#f3f5f7;--paper:#fff;--acc:#006a7d;--sev:#5b6873;--limit:#b3131a;--data:#1259a8}
.critical{--sev:#b3131a}.major{--sev:#c45f00}.minor{--sev:#8a6d00}.warning{--sev:#1259a8}
*{box-sizing:border-box}
html{background:var(--soft)}
body{margin:0 auto;max-width:58rem;padding:2.5rem 3rem 3rem;background:var(--paper);color:var(--fg);
font:15px/1.6 "Noto Sans SC","Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei UI","Microsoft YaHei","PingFang SC",system-ui,sans-serif}
header{border-left:8px solid var(--sev);padding:.1rem 0 .1rem 1.25rem;margin-bottom:2rem}
h1{margin:.1rem 0 0;font-size:1.75rem;line-height:1.25;font-weight:650}
h1 .en,h2 .en{font-weight:400;color:var(--fg3)}
h1 .en{display:block;font-size:1.05rem;margin-top:.15rem}
h2{font-size:1.1rem;margin:2.25rem 0 .75rem;padding-bottom:.3rem;border-bottom:1px solid var(--line);break-after:avoid}
h2 .en{font-size:.9rem;margin-left:.35rem}
h3{font-size:1rem;margin:1.25rem 0 .4rem;break-after:avoid}
p{margin:.5rem 0}
.en{color:var(--fg3);font-size:.86em}
.kind{color:var(--fg2);margin:0}
.chip{display:inline-block;padding:.05rem .6rem;border-radius:4px;background:var(--sev);color:#fff;font-weight:600;font-size:.9rem}
.chip .en{color:#fff}
.why{font-size:1.05rem;margin:.75rem 0 0}
.why .en{display:block;font-size:.9rem}
dl{display:grid;grid-template-columns:minmax(11.5rem,max-content) 1fr;margin:0}
dt,dd{padding:.22rem 0;border-bottom:1px solid var(--soft)}
dt{color:var(--fg2);padding-right:1.25rem}
dd{margin:0;overflow-wrap:anywhere}
section>dl{break-inside:auto}dt,dd{break-inside:avoid}
code,.hash{font:.82em/1.5 "Cascadia Mono","Noto Sans Mono CJK SC",ui-monospace,monospace;overflow-wrap:anywhere}
.hash{color:var(--fg3)}
table{width:100%;border-collapse:collapse;font-size:.93rem}
th{text-align:left;font-weight:600;color:var(--fg2);border-bottom:1px solid var(--fg3);padding:.3rem .75rem .3rem 0;vertical-align:bottom}
td{border-bottom:1px solid var(--line);padding:.4rem .75rem .4rem 0;vertical-align:top;overflow-wrap:anywhere}
tr{break-inside:avoid}
th:last-child,td.n{text-align:right;padding-right:0;white-space:nowrap;font-variant-numeric:tabular-nums}
td time,dd time{white-space:nowrap;font-variant-numeric:tabular-nums}
q{quotes:"“" "”";color:var(--fg2)}
.fine{font-size:.85rem;color:var(--fg3)}
figure{margin:0 0 1.5rem;break-inside:avoid}
figcaption{font-size:.88rem;margin-top:.45rem}
a{color:var(--acc)}
.chart{display:block;width:100%;height:auto;margin:.25rem 0 .25rem}
.chart text{font:11px "Noto Sans SC","Microsoft YaHei",system-ui,sans-serif}
.axis{fill:var(--fg3)}.grid{stroke:var(--line);stroke-width:1;opacity:.6}.frame,.tick{stroke:var(--fg3);fill:none}
.line{fill:none;stroke:var(--data);stroke-width:1.6;stroke-linejoin:round}.dot{fill:var(--data)}
.limit{stroke:var(--limit);stroke-width:1.4;stroke-dasharray:7 4}.limitText{fill:var(--limit);font-weight:600}
.key>span{display:inline-block;margin-right:1.4rem}
.key i{display:inline-block;width:1.5rem;height:0;margin-right:.45rem;vertical-align:middle;border-top:2px solid var(--data)}
.key i.l{border-top:2px dashed var(--limit)}.key i.a{height:.8rem;border:0;border-left:2px solid var(--limit);background:rgba(179,19,26,.1)}
ol{padding-left:1.4rem;margin:.5rem 0}li{margin:.35rem 0}
footer{margin-top:2.5rem;padding-top:.75rem;border-top:1px solid var(--line)}
@media screen and (max-width:44rem){body{padding:1.25rem}dl{grid-template-columns:1fr}dt{border:0;padding-bottom:0}dd{padding-top:0}}
@page{size:A4;margin:16mm 15mm 18mm}
@media print{html,body{background:#fff}body{max-width:none;padding:0;font-size:10pt}a{color:inherit;text-decoration:none}dt,dd{padding:.12rem 0}h2{margin-top:1.5rem}
.chip{background:none;color:var(--sev);border:1.5px solid var(--sev)}.chip .en{color:var(--sev)}
header,.chip,.key i{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`
