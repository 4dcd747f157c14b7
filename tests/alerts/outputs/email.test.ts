import { SMTPServer, type SMTPServerAddress, type SMTPServerOptions } from 'smtp-server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createEmail } from '../../../alerts/outputs/kinds/email.ts'
import { toOutgoing } from '../../../alerts/outputs/to-outgoing.ts'
import type { Alert } from '../../../core/alert.ts'
import type { AlertEvent } from '../../../core/ledger-entry.ts'
import { anEvent } from '../an-event.ts'
import { forever, kindPorts } from './kind-ports.ts'

interface Mail {
  from: string
  to: string[]
  user: string | undefined
  isSecure: boolean
  raw: string
}

function smtpError(code: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode: code })
}

/** A mail server that keeps what it is given. Ends with the test. */
async function aMailServer(options: SMTPServerOptions = {}) {
  const mails: Mail[] = []
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    onAuth: ({ username, password }, _session, done) =>
      password === 'right' ? done(null, { user: username ?? '' }) : done(smtpError(535, 'no')),
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }: SMTPServerAddress) => address),
          user: session.user as string | undefined,
          isSecure: session.secure,
          raw: Buffer.concat(parts).toString(),
        })
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())))
  const address = server.server.address()
  return { mails, port: typeof address === 'object' && address ? address.port : 0 }
}

const settings = (port: number, over: object = {}) => ({
  ...{ host: '127.0.0.1', port, security: 'none' as const },
  ...{ from: 'huying@wenjin.example', to: ['a@wenjin.example', 'b@wenjin.example'], ...over },
})
const NOW = Date.UTC(2026, 10, 22, 4)
const ports = kindPorts({ publicUrl: 'https://huying.example', clock: { nowMs: () => NOW } })

function event(seq: number, alert: Partial<Alert> = {}, over: Partial<AlertEvent> = {}) {
  const made = anEvent(1)
  const whole = {
    ...made,
    atMs: NOW,
    ...over,
    alert: { ...made.alert, place: '东园路45号', raisedAtMs: NOW, ...alert },
  }
  return toOutgoing('ledger', seq, whole)
}
const headerOf = (mail: Mail | undefined, name: string) =>
  new RegExp(`^${name}: (.*(?:\\r?\\n[ \\t].*)*)`, 'im').exec(mail?.raw.split('\r\n\r\n')[0] ?? '')?.[1]
/** Words of RFC 2047 as people read them. */
const decoded = (header: string | undefined) =>
  (header ?? '')
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?b\?([^?]*)\?=/gi, (_, text: string) => Buffer.from(text, 'base64').toString('latin1'))
    .replace(/=\?utf-8\?q\?([^?]*)\?=/gi, (_, text: string) =>
      text
        .replaceAll('_', ' ')
        .replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    )
const subjectOf = (mail: Mail | undefined) => Buffer.from(decoded(headerOf(mail, 'subject')), 'latin1').toString()
/** The text part, decoded. */
const textOf = (mail: Mail | undefined) => {
  const part = /text\/plain[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(mail?.raw ?? '')?.[1] ?? ''
  return Buffer.from(part, 'base64').toString()
}

describe('a mail', () => {
  it('goes to all recipients, in Chinese', async () => {
    const { mails, port } = await aMailServer()

    await createEmail(settings(port), ports).deliver([event(1)], forever)

    expect(mails).toHaveLength(1)
    expect(mails[0]).toMatchObject({ from: 'huying@wenjin.example', to: ['a@wenjin.example', 'b@wenjin.example'] })
    expect(subjectOf(mails[0])).toBe('【严重】烟雾 东园路45号')
    expect(textOf(mails[0])).toMatchInlineSnapshot(`
      "【严重】烟雾 东园路45号

      类别：火情
      设备：name of smoke-1 smoke-1
      测值：烟雾浓度 0.12 dB/m
      限值：0.1 dB/m
      地点：东园路45号
      发生时间：2026-11-22 12:00:00
      规则：smoke
      告警编号：049985774e227d8365ab

      https://huying.example/#alert=049985774e227d8365ab"
    `)
    expect(headerOf(mails[0], 'content-type')).toContain('multipart/alternative')
    expect(headerOf(mails[0], 'auto-submitted')).toBe('auto-generated')
  })

  it('of an alert that goes on answers the first one, so that mail programs show a thread', async () => {
    const { mails, port } = await aMailServer()
    const output = createEmail(settings(port), ports)
    const first = event(1)
    const memo = await output.deliver([first], forever)

    await output.deliver(
      [{ ...event(2, { state: 'cleared' }, { type: 'alert.cleared' }), before: memo?.get(first.event.alert.id) ?? {} }],
      forever,
    )

    const root = `<${first.event.alert.id}@wenjin.example>`
    expect(mails.map((mail) => headerOf(mail, 'message-id'))).toEqual([root, '<ledger-2@wenjin.example>'])
    expect(mails.map((mail) => headerOf(mail, 'in-reply-to'))).toEqual([undefined, root])
    expect(subjectOf(mails[1])).toBe('【已解除】烟雾 东园路45号')
  })

  it('cannot be given other headers or recipients by what an alert is called', async () => {
    const { mails, port } = await aMailServer()
    const place = 'x\r\nBcc: evil@example.com\r\n\r\n<script>alert(1)</script>'

    await createEmail(settings(port), ports).deliver([event(1, { place })], forever)

    expect(mails[0]?.to).toEqual(['a@wenjin.example', 'b@wenjin.example'])
    expect(headerOf(mails[0], 'bcc')).toBeUndefined()
    expect(subjectOf(mails[0])).toBe('【严重】烟雾 x Bcc: evil@example.com <script>alert(1)</script>')
    const html = Buffer.from(
      /text\/html[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(mails[0]?.raw ?? '')?.[1] ?? '',
      'base64',
    )
    expect(html.toString()).not.toContain('<script>')
  })

  it('is about what people want to hear of', () => {
    const { takes } = createEmail(settings(1), ports)
    const taken = (type: AlertEvent['type'], over: Partial<AlertEvent> = {}) =>
      takes?.({ ...anEvent(1), ...over, type })
    expect([
      taken('alert.raised'),
      taken('alert.cleared'),
      taken('alert.updated', { severityBefore: 'minor' }),
    ]).toEqual([true, true, true])
    expect([taken('alert.updated'), taken('alert.acknowledged'), taken('alert.commented')]).toEqual([
      false,
      false,
      false,
    ])
  })
})

describe('a mail server', () => {
  it('is spoken to with TLS and a password', async () => {
    const { mails, port } = await aMailServer()
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    onTestFinished(() => {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    })
    const output = createEmail(settings(port, { security: 'starttls', user: 'huying', password: 'right' }), ports)

    await output.deliver([event(1)], forever)

    expect(mails[0]).toMatchObject({ isSecure: true, user: 'huying' })
  })

  it('without TLS gets nothing where TLS is asked for, nor one whose certificate is not right', async () => {
    const plain = await aMailServer({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] })
    const selfSigned = await aMailServer()
    for (const { port, mails } of [plain, selfSigned]) {
      const output = createEmail(settings(port, { security: 'starttls' }), ports)
      await expect(output.deliver([event(1)], forever)).rejects.toMatchObject({ code: 'delivery_failed' })
      expect(mails).toEqual([])
    }
  })

  it.each([
    ['puts off all recipients', { onRcptTo: 451 }, 'delivery_failed'],
    ['refuses all recipients', { onRcptTo: 550 }, 'delivery_refused'],
    ['puts off the sender', { onMailFrom: 421 }, 'delivery_failed'],
    ['refuses the sender', { onMailFrom: 553 }, 'delivery_refused'],
  ])('that %s', async (_, { onRcptTo, onMailFrom }: { onRcptTo?: number; onMailFrom?: number }, code) => {
    const { port } = await aMailServer({
      ...(onRcptTo && { onRcptTo: (_address, _session, done) => done(smtpError(onRcptTo, 'no')) }),
      ...(onMailFrom && { onMailFrom: (_address, _session, done) => done(smtpError(onMailFrom, 'no')) }),
    })
    await expect(createEmail(settings(port), ports).deliver([event(1)], forever)).rejects.toMatchObject({ code })
  })

  it('that does not take our password is tried again: somebody will mend it', async () => {
    const { port } = await aMailServer()
    const output = createEmail(settings(port, { user: 'huying', password: 'wrong', security: 'none' }), ports)
    await expect(output.deliver([event(1)], forever)).rejects.toMatchObject({ code: 'delivery_failed' })
  })

  it('that puts off one recipient gets the mail for that one again, and for nobody else', async () => {
    let isGrey = true
    const { mails, port } = await aMailServer({
      onRcptTo: ({ address }, _session, done) =>
        address === 'b@wenjin.example' && isGrey ? done(smtpError(450, 'later')) : done(),
    })
    const output = createEmail(settings(port), ports)
    await expect(output.deliver([event(1)], forever)).rejects.toMatchObject({
      ...{ code: 'delivery_failed', message: 'SMTP: not for b@wenjin.example 450' },
    })
    isGrey = false
    await output.deliver([event(1)], forever)

    expect(mails.map(({ to }) => to)).toEqual([['a@wenjin.example'], ['b@wenjin.example']])
  })

  it('that refuses one recipient for good delivers to the others, and says who is left out', async () => {
    const { mails, port } = await aMailServer({
      onRcptTo: ({ address }, _session, done) =>
        address === 'b@wenjin.example' ? done(smtpError(550, 'unknown')) : done(),
    })
    const output = createEmail(settings(port), ports)
    await expect(output.deliver([event(1)], forever)).rejects.toMatchObject({
      ...{ code: 'delivery_refused', message: 'SMTP: not for b@wenjin.example 550' },
    })
    expect(mails.map(({ to }) => to)).toEqual([['a@wenjin.example']])
  })

  it('that is away or speaks something else is tried again', async () => {
    const output = createEmail(settings(1), ports)
    await expect(output.deliver([event(1)], forever)).rejects.toMatchObject({ code: 'delivery_failed' })
  })
})

it('many mails in a minute become one', async () => {
  const { mails, port } = await aMailServer()
  let nowMs = NOW
  const output = createEmail(settings(port, { perMinute: 3 }), { ...ports, clock: { nowMs: () => nowMs } })
  const pace = () => output.pace?.(nowMs)
  for (let n = 1; n <= 2; n++) {
    expect(pace()).toEqual({ afterMs: 0, atMost: 1 })
    await output.deliver([event(n)], forever)
  }
  expect(pace()).toEqual({ afterMs: 0, atMost: 100 })
  nowMs += 10_000
  await output.deliver([event(3), event(4, { place: '西街1号' })], forever)
  expect(pace()).toEqual({ afterMs: 50_000, atMost: 100 })
  nowMs += 50_001
  expect(pace()).toEqual({ afterMs: 0, atMost: 1 })

  expect(subjectOf(mails[2])).toBe('【呼应】2 条告警动态')
  expect(textOf(mails[2])).toContain('西街1号')
})
