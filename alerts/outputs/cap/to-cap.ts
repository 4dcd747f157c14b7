import Builder from 'fast-xml-builder'
import type { Alert } from '../../../core/alert.ts'
import type { OutgoingEvent } from '../../../core/output.ts'
import { severityLevel } from '../../../core/severity.ts'
import { factsOf, headline, type Language, placeWords } from '../words.ts'
import { CAP_CATEGORY, CAP_SEVERITY, CAP_URGENCY, capCertainty } from './mapping.ts'
import { isOver, type SentMessage } from './thread.ts'

/** Who speaks, and to whom. */
export interface CapSender {
  /** Names us in every message: no spaces, commas, `<` or `&`. */
  sender: string
  senderName: string
  scope: 'Public' | 'Restricted'
  /** For whom it is, where it is not for all. */
  restriction: string
  contact?: string
  /** Circle around a position, m. */
  radiusM: number
  /** After which a message is not to be believed any more, s. */
  expiresS?: number
  /** Where people reach the pages; empty when nobody said. */
  publicUrl: string
  /** Time with an offset. */
  iso(atMs: number): string
}

const NAMESPACE = 'urn:oasis:names:tc:emergency:cap:1.2'
const TAGS: Record<Language, string> = { zh: 'zh-CN', en: 'en-US' }

/** A CAP 1.2 document about one event; `refersTo` are the messages that it updates or cancels. */
export function toCap(
  { event, view }: Pick<OutgoingEvent, 'event' | 'view'>,
  { identifier, sent, msgType }: SentMessage,
  refersTo: readonly SentMessage[],
  by: CapSender,
): string {
  const { alert } = event
  return toXml({
    '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' },
    alert: {
      '@_xmlns': NAMESPACE,
      identifier,
      sender: by.sender,
      sent,
      status: alert.test ? 'Test' : 'Actual',
      msgType,
      source: 'huying',
      scope: by.scope,
      ...(by.scope === 'Restricted' && { restriction: by.restriction }),
      ...(alert.test && { note: '测试 Test' }),
      ...(msgType !== 'Alert' && {
        references: refersTo.map((one) => `${by.sender},${one.identifier},${one.sent}`).join(' '),
      }),
      incidents: alert.id,
      info: (['zh', 'en'] as const).map((language) => infoOf(alert, view.at, language, by)),
    },
  })
}

function infoOf(alert: Alert, at: string, language: Language, by: CapSender) {
  const isPast = isOver(alert)
  const { contact, expiresS, publicUrl } = by
  const facts = factsOf(alert, language, by.iso)
  return {
    language: TAGS[language],
    category: (CAP_CATEGORY as Record<string, string>)[alert.category] ?? 'Other',
    event: alert.ruleTitle[language] || alert.rule,
    ...(isPast && { responseType: 'AllClear' }),
    urgency: isPast ? 'Past' : CAP_URGENCY[alert.severity],
    severity: CAP_SEVERITY[alert.severity],
    certainty: capCertainty(alert),
    eventCode: { valueName: 'huying:rule', value: alert.rule },
    onset: by.iso(alert.raisedAtMs),
    ...(expiresS !== undefined && !isPast && { expires: by.iso(Date.parse(at) + expiresS * 1000) }),
    senderName: by.senderName,
    headline: headline(alert, language),
    ...(facts.length > 0 && { description: facts.map(({ name, text }) => `${name}: ${text}`).join('\n') }),
    ...(publicUrl !== '' && { web: `${publicUrl}/#alert=${encodeURIComponent(alert.id)}` }),
    ...(contact !== undefined && { contact }),
    parameter: parametersOf(alert),
    area: areaOf(alert, by),
  }
}

function parametersOf(alert: Alert) {
  const { reason } = alert
  const known: Record<string, string | number | undefined> = {
    'huying:level': severityLevel(alert.severity),
    'huying:version': alert.version,
    'huying:value': reason.value,
    'huying:limit': reason.limit,
    'huying:unit': reason.unit,
  }
  return named(known)
}

/** CAP 1.2, 3.2.4. Map names are geocodes of our own. */
function areaOf(alert: Alert, { radiusM }: CapSender) {
  const { position, area, finding } = alert
  return {
    areaDesc: placeWords(alert),
    ...(position && {
      circle: `${position.lat.toFixed(6)},${position.lon.toFixed(6)} ${Number((radiusM / 1000).toFixed(3))}`,
    }),
    geocode: named({
      'huying:community': area?.community,
      'huying:grid': area?.grid,
      'huying:river': area?.river ?? finding?.place?.river,
      'huying:reach': area?.reach ?? finding?.place?.reachName,
    }),
  }
}

function named(values: Record<string, string | number | undefined>) {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([valueName, value]) => ({ valueName, value: String(value) }))
}

const builder = new Builder({
  ignoreAttributes: false,
  suppressBooleanAttributes: false,
  // Texts come from outside: what XML 1.0 cannot hold is shown as missing. Escaping follows in the builder.
  tagValueProcessor: (_name, value) => (typeof value === 'string' ? printable(value) : value),
  attributeValueProcessor: (_name, value) => (typeof value === 'string' ? printable(value) : value),
})

/** The text of an XML document; keys that begin with `@_` are attributes. */
export function toXml(document: object): string {
  return builder.build(document)
}

/** Everything but the characters of XML 1.0, 2.2 [2]. */
const UNPRINTABLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

function printable(text: string): string {
  return text.replace(UNPRINTABLE, '\ufffd')
}
