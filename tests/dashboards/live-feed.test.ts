import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { WebSocket } from 'ws'
import { toAlertView } from '../../core/alert-view.ts'
import { createApi } from '../../dashboards/api/create-api.ts'
import { createBrowserLink } from '../../dashboards/api/live/browser-link.ts'
import { coalesce, MAX_SNAPSHOT_ALERTS, toSnapshot } from '../../dashboards/api/live/live-messages.ts'
import { LIVE_PROTOCOL, type LiveMessage } from '../../dashboards/contract.ts'
import { aFinding } from '../core/a-finding.ts'
import { alertOf } from './alert-of.ts'
import { createMemoryPorts, type MemoryPorts, VIEWER } from './memory-ports.ts'

const NOW = Date.UTC(2026, 10, 22, 9, 30)
const viewer = `bearer64.${Buffer.from(VIEWER).toString('base64url')}`

let ports: MemoryPorts
let api: FastifyInstance
let url: string
const sockets: WebSocket[] = []

beforeEach(async () => {
  ports = createMemoryPorts({ nowMs: () => NOW })
  ports.upgrades = { '/mqtt': (_request, socket) => socket.end('HTTP/1.1 418 MQTT\r\n\r\n') }
  ports.change(alertOf({ id: 'A-1' }))
  ports.change(alertOf({ id: 'A-2', state: 'cleared', acknowledged: true }))
  api = await createApi(ports)
  await api.listen({ port: 0, host: '127.0.0.1' })
  url = `ws://127.0.0.1:${(api.server.address() as AddressInfo).port}`
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate()
  await api.close()
})

/** Opens a socket whose messages are kept in order until somebody asks for them. */
function connect(path = '/api/v1/live', protocols = [LIVE_PROTOCOL, viewer], origin?: string) {
  const socket = new WebSocket(`${url}${path}`, protocols, origin === undefined ? {} : { origin })
  sockets.push(socket)
  const inbox: LiveMessage[] = []
  const waiting: (() => void)[] = []
  socket.on('message', (data) => {
    inbox.push(JSON.parse(String(data)))
    for (const wake of waiting.splice(0)) wake()
  })
  async function next<T extends LiveMessage['type']>(type: T): Promise<Extract<LiveMessage, { type: T }>> {
    for (;;) {
      const at = inbox.findIndex((message) => message.type === type)
      if (at >= 0) return inbox.splice(0, at + 1).at(-1) as Extract<LiveMessage, { type: T }>
      await new Promise<void>((wake) => waiting.push(wake))
    }
  }
  return { socket, next }
}

describe('the live feed', () => {
  it('brings a page that comes between two deltas everything by its snapshot and the next delta', async () => {
    const first = connect()
    await first.next('snapshot')
    ports.change(alertOf({ id: 'A-3' }))
    const second = connect()
    const told = [...(await second.next('snapshot')).alerts, ...(await second.next('delta')).alerts]
    ports.change(alertOf({ id: 'A-4' }))
    await second.next('delta')
    const third = await connect().next('snapshot')

    expect(new Set(told.map(({ id }) => id))).toEqual(new Set(['A-1', 'A-3']))
    expect(third.alerts.map(({ id }) => id).sort()).toEqual(['A-1', 'A-3', 'A-4'])
  })

  it('says hello, shows what is open, then what changes, each alert once with its newest state', async () => {
    const { next } = connect()
    const hello = await next('hello')
    const snapshot = await next('snapshot')

    ports.change(alertOf({ id: 'A-1', version: 2, occurrences: 2 }), 'alert.updated')
    ports.change(alertOf({ id: 'A-1', version: 3, state: 'cleared' }), 'alert.cleared')
    ports.change(alertOf({ id: 'A-3' }))
    const delta = await next('delta')

    expect(hello).toEqual({ type: 'hello', seq: 0, serverTime: '2026-11-22T09:30:00.000Z' })
    expect(snapshot).toMatchObject({ seq: 0, total: 1, alerts: [{ id: 'A-1', version: 1 }] })
    expect(delta.seq).toBe(1)
    expect(delta.alerts.map(({ id, version, state }) => [id, version, state])).toEqual([
      ['A-1', 3, 'cleared'],
      ['A-3', 1, 'active'],
    ])
  })

  it('tells what becomes of findings beside the alerts, each once with its newest state', async () => {
    const { next } = connect()
    await next('snapshot')

    ports.patrol.addFinding(aFinding({ id: 'f1-0' }), 'opened')
    ports.patrol.addFinding(aFinding({ id: 'f1-0', sightings: 4 }), 'seen')
    const delta = await next('delta')

    expect(delta).toMatchObject({
      alerts: [],
      findings: [{ change: 'seen', finding: { id: 'f1-0', sightings: 4, review: 'undecided' } }],
    })
  })

  it('counts readings per second', async () => {
    const { next } = connect()
    await next('stats')
    const atMs = NOW
    ports.addReadings(Array.from({ length: 80 }, () => ({ device: 'D', metric: 'm', atMs, value: 1, arrivalMs: NOW })))
    expect((await next('stats')).stats).toEqual({
      devices: 0,
      devicesOnline: 0,
      readingsPerS: 40,
      framesTotal: 0,
      alertsOpen: 1,
      flood: null,
    })
  })

  it('sends a ping back', async () => {
    const { socket, next } = connect()
    await next('hello')
    socket.send(JSON.stringify({ type: 'ping', sentAtMs: 42 }))
    expect(await next('pong')).toEqual({ type: 'pong', sentAtMs: 42 })
  })

  it('hangs up on what it does not understand', async () => {
    const { socket, next } = connect()
    await next('hello')
    socket.send('{"type":"drop table"}')
    expect((await once(socket, 'close'))[0]).toBe(1003)
  })

  it('says goodbye when the service stops', async () => {
    const { socket, next } = connect()
    await next('hello')
    const closed = once(socket, 'close')
    await api.close()
    expect((await closed)[0]).toBe(1001)
  })

  test.each([
    ['without a token', '/api/v1/live', [LIVE_PROTOCOL], undefined, 401],
    ['with a wrong token', '/api/v1/live', [LIVE_PROTOCOL, 'bearer.guess'], undefined, 401],
    ['from a foreign page', '/api/v1/live', [LIVE_PROTOCOL, viewer], 'http://evil.example', 403],
    ['on a path of nobody', '/api/v1/nothing', [LIVE_PROTOCOL, viewer], undefined, 404],
    ['on a path of another room', '/mqtt', ['mqtt'], undefined, 418],
  ])('%s: turned away', async (_, path, protocols, origin, status) => {
    const { socket } = connect(path, protocols, origin)
    socket.on('error', () => {})
    const [, response] = await once(socket, 'unexpected-response')
    expect(response.statusCode).toBe(status)
  })
})

describe('a browser that is too slow', () => {
  it('gets nothing queued, and a snapshot once it has room', () => {
    const sent: string[] = []
    const socket = { bufferedAmount: 0, send: (message: Buffer) => void sent.push(String(message)) }
    const link = createBrowserLink(socket, () => Buffer.from('snapshot'))

    link.offer(Buffer.from('1'))
    socket.bufferedAmount = 2 * 1024 * 1024
    for (const text of ['2', '3', '4']) link.offer(Buffer.from(text))
    link.catchUp()
    expect([sent, link.behind]).toEqual([['1'], true])

    socket.bufferedAmount = 0
    link.catchUp()
    link.offer(Buffer.from('5'))
    expect([sent, link.behind]).toEqual([['1', 'snapshot', '5'], false])
  })
})

describe('messages', () => {
  it('keeps the newest of each alert', () => {
    const one = toAlertView(alertOf({ id: 'A', version: 1 }))
    const two = toAlertView(alertOf({ id: 'A', version: 2 }))
    const other = toAlertView(alertOf({ id: 'B' }))
    expect(coalesce([two, other, one])).toEqual([two, other])
  })

  it('leaves out the mildest when there are too many, and says how many there are', () => {
    const mild = Array.from({ length: MAX_SNAPSHOT_ALERTS }, (_, i) => alertOf({ id: `M-${i}`, severity: 'warning' }))
    const all = [...mild, alertOf({ id: 'WORST' })].map(toAlertView)
    const snapshot = toSnapshot(all, 7) as Extract<LiveMessage, { type: 'snapshot' }>
    expect([snapshot.total, snapshot.alerts.length]).toEqual([MAX_SNAPSHOT_ALERTS + 1, MAX_SNAPSHOT_ALERTS])
    expect(snapshot.alerts[0]?.id).toBe('WORST')
  })
})
