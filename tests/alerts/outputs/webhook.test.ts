import { createServer } from 'node:net'
import { type CloudEvent, HTTP } from 'cloudevents'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it, onTestFinished, test } from 'vitest'
import { parseRetryAfter } from '../../../alerts/outputs/kinds/http-post.ts'
import { createWebhook } from '../../../alerts/outputs/kinds/webhook.ts'
import { toOutgoing } from '../../../alerts/outputs/to-outgoing.ts'
import { anEvent } from '../an-event.ts'
import { aReceiver } from './http-receiver.ts'
import { forever, kindPorts } from './kind-ports.ts'

const OLD = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
const NEW = `whsec_${Buffer.alloc(24, 2).toString('base64')}`
const outgoing = toOutgoing('ledger', 7, anEvent(1, { ruleTitle: { zh: '烟雾', en: 'Smoke' } }))
const webhook = (url: string, over: object = {}) => createWebhook({ url, secret: OLD, ...over }, kindPorts())

describe('a webhook', () => {
  it('posts the event with a signature that each of its secrets verifies', async () => {
    const { url, received } = await aReceiver()

    await webhook(url, { secret: [NEW, OLD], headers: { Authorization: 'Bearer x' } }).deliver([outgoing], forever)

    const [{ headers, body, path }] = received as [(typeof received)[0]]
    expect(path).toBe('/hook')
    expect(JSON.parse(body)).toEqual(JSON.parse(JSON.stringify(outgoing.view)))
    expect(headers).toMatchObject({
      authorization: 'Bearer x',
      'webhook-id': 'ledger-7',
      'content-type': 'application/json; charset=utf-8',
    })
    for (const secret of [OLD, NEW])
      expect(() => new Webhook(secret).verify(body, headers as Record<string, string>)).not.toThrow()
    const stranger = new Webhook(`whsec_${Buffer.alloc(32, 9).toString('base64')}`)
    expect(() => stranger.verify(body, headers as Record<string, string>)).toThrow('No matching signature')
  })

  it('speaks CloudEvents that its SDK takes', async () => {
    const { url, received } = await aReceiver()

    await webhook(url, { format: 'cloudevents' }).deliver([outgoing], forever)

    const [{ headers, body }] = received as [(typeof received)[0]]
    const event = HTTP.toEvent({ headers, body })
    expect(event).toMatchObject({
      ...{ id: 'ledger-7', source: 'urn:huying:ledger', type: 'huying.alert.raised', specversion: '1.0' },
      ...{ subject: outgoing.view.alert.id, time: outgoing.view.at, data: { id: 'ledger-7' } },
    })
    expect((event as CloudEvent<unknown>).validate()).toBe(true)
    expect(() => new Webhook(OLD).verify(body, headers as Record<string, string>)).not.toThrow()
  })

  test.each([
    [200, null],
    [204, null],
    [299, null],
    [301, 'delivery_refused'],
    [307, 'delivery_refused'],
    [400, 'delivery_refused'],
    [401, 'delivery_refused'],
    [404, 'delivery_refused'],
    [410, 'delivery_refused'],
    [408, 'delivery_failed'],
    [425, 'delivery_failed'],
    [429, 'delivery_failed'],
    [500, 'delivery_failed'],
    [503, 'delivery_failed'],
    [599, 'delivery_failed'],
  ])('answered %i means %s', async (status, code) => {
    const { url, received } = await aReceiver((response) => {
      response.writeHead(status, { location: '/elsewhere' }).end('{"ignored":')
    })
    const done = webhook(url).deliver([outgoing], forever)

    if (code === null) await done
    else await expect(done).rejects.toMatchObject({ code, details: { status } })
    expect(received).toHaveLength(1)
  })

  it('tells how long it is asked to wait', async () => {
    const { url } = await aReceiver((response) => response.writeHead(503, { 'retry-after': '120' }).end())
    await expect(webhook(url).deliver([outgoing], forever)).rejects.toMatchObject({
      details: { retryAfterMs: 120_000 },
    })
  })

  it('does not read an answer without end', async () => {
    let isCut = false
    const { url } = await aReceiver((response) => {
      response.writeHead(200)
      response.on('close', () => {
        isCut = true
      })
      const more = () => {
        if (!isCut) response.write('x'.repeat(65_536), () => setImmediate(more))
      }
      more()
    })
    await webhook(url).deliver([outgoing], forever)
  })

  it('takes an answer that breaks off for what its status says', async () => {
    const { url } = await aReceiver((response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('short', () => response.destroy())
    })
    await webhook(url).deliver([outgoing], forever)
  })

  it('ends when it is called off', async () => {
    const { url } = await aReceiver(() => {})
    const calledOff = new AbortController()
    const done = webhook(url).deliver([outgoing], calledOff.signal)
    calledOff.abort()
    await expect(done).rejects.toThrow()
  })

  it('is tried again where nobody listens, the name is unknown, or what answers speaks no HTTP or no TLS', async () => {
    const garbage = createServer((socket) => socket.end('SSH-2.0-x\r\n'))
    await new Promise<void>((resolve) => garbage.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void garbage.close())
    const { port } = garbage.address() as { port: number }
    const { port: plain } = await aReceiver()
    const urls = [
      'http://127.0.0.1:1/x',
      'http://no-such-host.invalid/secret-path',
      `http://127.0.0.1:${port}/x`,
      `https://127.0.0.1:${plain}/x`,
    ]

    for (const url of urls) {
      const error = await webhook(url)
        .deliver([outgoing], forever)
        .catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'delivery_failed' })
      expect((error as Error).message).not.toContain('secret-path')
    }
  })
})

test.each([
  ['120', 120_000],
  ['Sun, 22 Nov 2026 10:00:30 GMT', 30_000],
  ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
  ['soon', null],
  ['-5', null],
  ['', null],
])('Retry-After %s is %s ms', (header, expected) => {
  expect(parseRetryAfter(header, Date.UTC(2026, 10, 22, 10))).toBe(expected)
})
