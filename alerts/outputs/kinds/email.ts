import { createHash } from 'node:crypto'
import { createTransport } from 'nodemailer'
import Type, { type Static } from 'typebox'
import { AppError } from '../../../core/errors.ts'
import type { AlertEvent, AlertEventType } from '../../../core/ledger-entry.ts'
import type { OutgoingEvent, Output, Pace } from '../../../core/output.ts'
import { mailOfMany, mailOfOne } from '../mail-text.ts'
import { createZonedIso } from '../zoned-iso.ts'
import type { KindPorts } from './kind.ts'

const ADDRESS = Type.String({
  pattern: '^[^\\s@<>,;"]+@[^\\s@<>,;"]+$',
  maxLength: 254,
  description: 'an e-mail address',
})
const HOST = Type.String({
  pattern: '^[^\\s/:@]+$|^\\[[0-9a-fA-F:]+\\]$',
  maxLength: 253,
  description: 'the name of a host',
})

export const EMAIL = Type.Object(
  {
    host: HOST,
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535, description: 'a port from 1 to 65535' })),
    security: Type.Optional(
      Type.Enum(['starttls', 'tls', 'none'], { description: 'starttls, tls or none (none only where nobody listens)' }),
    ),
    user: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'a text' })),
    password: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: 'a text' })),
    from: ADDRESS,
    to: Type.Union([ADDRESS, Type.Array(ADDRESS, { minItems: 1, maxItems: 100 })], {
      description: 'an e-mail address or a list of up to 100',
    }),
    perMinute: Type.Optional(Type.Integer({ minimum: 1, maximum: 600, description: 'a whole number from 1 to 600' })),
  },
  { additionalProperties: false },
)
type EmailSettings = Static<typeof EMAIL>

/** What a person who reads mails wants to hear of; a change that is none of severity, a comment, an acknowledgement are not. */
const TAKEN = new Set<AlertEventType>([
  ...(['alert.raised', 'alert.cleared', 'alert.repeated', 'alert.unquieted'] as const),
  ...(['alert.false_alarm', 'alert.reopened', 'alert.assigned'] as const),
])
const MINUTE_MS = 60_000
/** Changes in one mail. */
const MOST_IN_A_MAIL = 100
/** Mails of which we remember who has them already. */
const MOST_HALF_SENT = 1000
const PORTS = { starttls: 587, tls: 465, none: 25 }
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 }

/**
 * Sends a mail for each change that says something, those of one alert as a thread. After `perMinute` mails in a minute the rest waits
 * and goes out in one mail.
 */
export function createEmail(settings: EmailSettings, ports: KindPorts): Output {
  const { from, perMinute = 10 } = settings
  const { clock, zone, publicUrl } = ports
  const iso = createZonedIso(zone)
  const facts = { publicUrl, timeOf: (atMs: number) => iso(atMs).slice(0, 19).replace('T', ' ') }
  const to = [settings.to].flat()
  const domain = from.slice(from.lastIndexOf('@') + 1)
  const transport = createTransport(transportOf(settings))
  let sentMs: number[] = []
  /** By mail: who has it already, where some recipients were put off. */
  const halfSent = new Map<string, Set<string>>()

  function pace(nowMs: number): Pace {
    sentMs = sentMs.filter((atMs) => atMs > nowMs - MINUTE_MS && atMs <= nowMs)
    const [oldest = nowMs] = sentMs
    const left = perMinute - sentMs.length
    if (left <= 0) return { afterMs: oldest + MINUTE_MS - nowMs, atMost: MOST_IN_A_MAIL }
    // The last mail of the minute takes what there is with it.
    return { afterMs: 0, atMost: left === 1 ? MOST_IN_A_MAIL : 1 }
  }

  async function send(id: string, events: readonly OutgoingEvent[]): Promise<void> {
    const [one] = events
    if (!one) return
    const has = halfSent.get(id) ?? new Set()
    const root = `<${one.event.alert.id}@${domain}>`
    const isThread = events.length === 1
    const isAnswer = isThread && one.before !== undefined
    const info = await transport
      .sendMail({
        ...{ from, to, ...(isThread ? mailOfOne(one, facts) : mailOfMany(events, facts)) },
        envelope: { from, to: to.filter((address) => !has.has(address)) },
        messageId: isThread && !isAnswer ? root : `<${id}@${domain}>`,
        ...(isAnswer && { inReplyTo: root, references: root }),
        textEncoding: 'base64',
        date: new Date(clock.nowMs()),
        headers: { 'auto-submitted': 'auto-generated', 'x-huying-event': one.view.id },
      })
      .catch((error: unknown) => {
        throw toDeliveryError(error)
      })
    const rejected = rejections(info)
    if (rejected.length === 0) return void halfSent.delete(id)
    halfSent.set(id, new Set([...has, ...info.accepted.map(String)]))
    for (const oldest of halfSent.keys()) if (halfSent.size > MOST_HALF_SENT) halfSent.delete(oldest)
    throw partly(rejected)
  }

  return {
    ...{ name: ports.name, kind: 'email', pace },
    takes: (event: AlertEvent) => TAKEN.has(event.type) || event.severityBefore !== undefined,
    async deliver(events) {
      const ids = events.map(({ view }) => view.id)
      await send(ids.length === 1 ? (ids[0] as string) : digest(ids), events)
      sentMs.push(clock.nowMs())
      const [one] = events
      return one && events.length === 1 ? new Map([[one.event.alert.id, { thread: true }]]) : undefined
    },
    async stop() {
      transport.close()
    },
  }
}

function transportOf({ host, security = 'starttls', port = PORTS[security], user, password }: EmailSettings) {
  return {
    ...{ host: host.replace(/^\[|\]$/g, ''), port, ...TIMEOUTS },
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
    // What is sent is ours alone: nothing is read from files or fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** A mail of several events is the same mail only with the same events. */
function digest(ids: readonly string[]): string {
  return createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, 32)
}

interface SmtpError {
  code?: string | undefined
  responseCode?: number | undefined
  recipient?: string | undefined
}

function rejections(info: { rejected?: unknown[] | undefined; rejectedErrors?: SmtpError[] | undefined }): SmtpError[] {
  return info.rejectedErrors ?? (info.rejected ?? []).map((recipient) => ({ recipient: String(recipient) }))
}

/** 5xx is for good (RFC 5321, 4.2.1), except where it is about TLS or our own signing in: that is mended, and then the mail is wanted. */
function isForGood({ code, responseCode = 0 }: SmtpError): boolean {
  return responseCode >= 500 && code !== 'EAUTH' && code !== 'ETLS'
}

function toDeliveryError(thrown: unknown): AppError {
  const error = thrown as SmtpError & { rejectedErrors?: SmtpError[] }
  const message = `SMTP: ${error.responseCode ?? error.code ?? 'failed'}`
  const all = error.rejectedErrors ?? [error]
  // Where one of several may yet have it, it is tried again.
  const isRefused = all.every(isForGood)
  return new AppError(isRefused ? 'delivery_refused' : 'delivery_failed', message, {}, { cause: thrown })
}

function partly(rejected: SmtpError[]): AppError {
  const names = rejected.map(({ recipient, responseCode }) => `${recipient} ${responseCode ?? ''}`.trim()).join(', ')
  const isRefused = rejected.every(isForGood)
  return new AppError(isRefused ? 'delivery_refused' : 'delivery_failed', `SMTP: not for ${names}`)
}
