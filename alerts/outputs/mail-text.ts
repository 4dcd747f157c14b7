import type { OutgoingEvent } from '../../core/output.ts'
import { factsOf, headline } from './words.ts'

/** What a mail says, as text and as simple HTML. */
export interface MailText {
  subject: string
  text: string
  html: string
}

interface Facts {
  /** Local time for people. */
  timeOf(atMs: number): string
  publicUrl: string
}

/** Subjects longer than this are cut: mail programs show less. */
const SUBJECT_CHARS = 150

/** One change of one alert. */
export function mailOfOne(one: OutgoingEvent, facts: Facts): MailText {
  const subject = oneLine(headline(one.event.alert, 'zh'))
  const rows = rowsOf(one, facts)
  const link = linkOf(one, facts)
  return {
    subject,
    text: [subject, '', ...rows.map(([name, value]) => `${name}：${value}`), ...(link ? ['', link] : [])].join('\n'),
    html: page(
      `<h2>${escapeHtml(subject)}</h2><table>${rows.map(([name, value]) => `<tr><th align="left">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`).join('')}</table>${anchor(link)}`,
    ),
  }
}

/** Many changes at once, when they came faster than anybody reads mails. */
export function mailOfMany(events: readonly OutgoingEvent[], facts: Facts): MailText {
  const subject = `【呼应】${events.length} 条告警动态`
  const lines = events.map((one) => ({
    text: `${facts.timeOf(one.event.atMs)}  ${oneLine(headline(one.event.alert, 'zh'))}`,
    link: linkOf(one, facts),
  }))
  return {
    subject,
    text: [subject, '', ...lines.map(({ text, link }) => (link ? `${text}\n    ${link}` : text))].join('\n'),
    html: page(
      `<h2>${subject}</h2><ul>${lines.map(({ text, link }) => `<li>${link ? `<a href="${escapeHtml(link)}">${escapeHtml(text)}</a>` : escapeHtml(text)}</li>`).join('')}</ul>`,
    ),
  }
}

function rowsOf({ event }: OutgoingEvent, { timeOf }: Facts): [string, string][] {
  const { alert, by, comment } = event
  const rows: [string, string | undefined][] = [
    ...factsOf(alert, 'zh', timeOf).map(({ name, text }): [string, string] => [name, text]),
    ['地点', alert.place],
    ['发生时间', timeOf(alert.raisedAtMs)],
    ['解除时间', alert.clearedAtMs === undefined ? undefined : timeOf(alert.clearedAtMs)],
    ['规则', alert.rule],
    ['操作人', by],
    ['备注', comment],
    ['告警编号', alert.id],
  ]
  return rows
    .filter((row): row is [string, string] => row[1] !== undefined)
    .map(([name, value]) => [name, printable(value)])
}

function linkOf({ event }: OutgoingEvent, { publicUrl }: Facts): string {
  return publicUrl === '' ? '' : `${publicUrl}/#alert=${encodeURIComponent(event.alert.id)}`
}

function anchor(link: string): string {
  return link === '' ? '' : `<p><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>`
}

function page(body: string): string {
  return `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"></head><body>${body}</body></html>`
}

/** A subject is one line, whatever names say. */
function oneLine(text: string): string {
  return [...printable(text)].slice(0, SUBJECT_CHARS).join('')
}

function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim()
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
