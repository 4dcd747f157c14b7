import type { ConservationReport } from '../../../core/conservation-report.ts'
import { formatQuantity } from '../../../dashboards/web/words/numbers.ts'
import { metricWords } from '../../../dashboards/web/words/reason-words.ts'
import { createTimes } from '../../../dashboards/web/words/times.ts'
import { createTranslate, type Language, type Translate } from '../../../dashboards/web/words/words.ts'
import { type Html, html } from '../../printed/html.ts'

/** How a page says things: in one language, in the zone of the report. */
export interface Shown {
  language: Language
  report: ConservationReport
  say(zh: string, en: string): string
  of(words: { zh: string; en: string }): string
  t: Translate
  metric(name: string): string
  /** `2026/10/03 14:05`, and the moment in UTC for machines. */
  moment(at: string): Html
  /** The name that people gave a device, else its id. */
  device(id: string): string
}

export function createShown(report: ConservationReport, language: Language): Shown {
  const times = createTimes('zh', report.period.timeZone)
  const names = new Map(report.sensors.map(({ device, name }) => [device, name]))
  const say = (zh: string, en: string) => (language === 'zh' ? zh : en)
  return {
    ...{ language, report, say, t: createTranslate(language) },
    of: (words) => words[language],
    metric: (name) => metricWords(name, language),
    moment(at) {
      const atMs = Date.parse(at)
      return Number.isFinite(atMs) ? html`<time datetime="${at}">${times.full(atMs).slice(0, 16)}</time>` : html`–`
    },
    device: (id) => names.get(id) ?? id,
  }
}

/** A table whose first row names the columns; nothing for no rows. */
export function table(
  kind: string,
  head: (string | Html)[],
  rows: (string | number | Html | undefined)[][],
): Html | undefined {
  if (rows.length === 0) return undefined
  return html`<table class="${kind}"><thead><tr>${head.map((one) => html`<th scope="col">${one}</th>`)}</tr></thead><tbody>
${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell ?? '–'}</td>`)}</tr>\n`)}</tbody></table>`
}

export function section(title: string, ...parts: (Html | undefined | false)[]): Html | undefined {
  const told = parts.filter((part) => part !== undefined && part !== false)
  return told.length === 0 ? undefined : html`<section><h2>${title}</h2>\n${told}</section>\n`
}

/** `3.2 mm/s`, with a dash for what is not known. */
export function quantity(value: number | undefined | null, unit: string): string {
  return formatQuantity(value === null || value === undefined ? undefined : toFigures(value), unit)
}

/** As many figures as people read. */
function toFigures(value: number): number {
  return Number(value.toPrecision(Math.abs(value) >= 100 ? 4 : 3))
}
