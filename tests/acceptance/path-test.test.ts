import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import WebSocket from 'ws'
import type { AlertEventView } from '../../core/alert-view.ts'
import { createDispatchClient, type DispatchClient } from '../../core/dispatch-client/index.ts'
import { ADMIN_TOKEN, eventually, makeDataDir, removeDataDir, type Service, startService } from './service.ts'

/** A subscriber who acknowledges all that he gets, while he does. */
interface Subscriber {
  client: DispatchClient
  events: AlertEventView[]
  acknowledges: boolean
}

let dataDir: string
let service: Service
let receiver: Server
let desk: Subscriber
let second: Subscriber
const posted: AlertEventView[] = []

function subscribe(name: string): Subscriber {
  const subscriber: Subscriber = {
    events: [],
    acknowledges: true,
    client: createDispatchClient({
      ...{ url: `${service.httpUrl.replace('http', 'ws')}/api/v1/dispatch`, token: ADMIN_TOKEN, subscriber: name },
      // Nothing of this can be about a path: that comes whatever one asks for.
      ...{ after: 'earliest', filter: { category: 'fire' }, WebSocket },
      onEvent(event, cursor) {
        subscriber.events.push(event)
        if (subscriber.acknowledges) subscriber.client.ack(cursor)
      },
    }),
  }
  subscriber.client.start()
  return subscriber
}

function listenAsReceiver(port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      posted.push(JSON.parse(Buffer.concat(parts).toString()) as AlertEventView)
      response.end()
    })
  })
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)))
}

const portOf = (server: Server) => (server.address() as { port: number }).port

function told(
  events: AlertEventView[],
  type: AlertEventView['type'],
  way: string,
): Promise<AlertEventView | undefined> {
  const find = async () =>
    events.findLast(
      ({ type: one, alert }) => one === type && alert.rule === 'huying.path_silent' && alert.subject.label === way,
    )
  return eventually(find, (found) => found !== undefined, 30_000)
}

async function metric(name: string): Promise<number> {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` }
  const text = await (await fetch(`${service.httpUrl}/metrics`, { headers })).text()
  return Number(new RegExp(`^huying_path_test_${name} (.+)$`, 'm').exec(text)?.[1])
}

beforeAll(async () => {
  dataDir = await makeDataDir()
  receiver = await listenAsReceiver(0)
  const outputs = {
    hook: { kind: 'webhook', url: `http://127.0.0.1:${portOf(receiver)}/`, secret: `whsec_${'a'.repeat(32)}` },
  }
  await writeFile(join(dataDir, 'outputs.yaml'), JSON.stringify({ outputs, route: { to: [] } }))
  service = await startService({
    dataDir,
    env: {
      HUYING_PATH_TEST_EVERY_S: '1',
      HUYING_PATH_TEST_WITHIN_S: '2',
      HUYING_OUTPUTS: join(dataDir, 'outputs.yaml'),
    },
  })
  desk = subscribe('desk')
  second = subscribe('second')
})
afterAll(async () => {
  for (const { client } of [desk, second]) client.close()
  receiver.closeAllConnections()
  receiver.close()
  await service?.kill().catch(() => {})
  await removeDataDir(dataDir)
})

it('a test alert reaches every way out and clears by itself', async () => {
  const tests = (events: AlertEventView[]) => events.filter(({ alert }) => alert.test === true)
  for (const events of [desk.events, second.events, posted])
    await eventually(
      async () => tests(events).map(({ type }) => type),
      (types) => types.includes('alert.raised') && types.includes('alert.cleared'),
    )
  await eventually(
    () => metric('round_trip_seconds'),
    (seconds) => seconds > 0,
  )
  expect(await metric('last_success_age_seconds')).toBeLessThan(30)
  expect(await metric('silent_ways')).toBe(0)
})

it('is in no list unless it is asked for', async () => {
  const list = async (path: string) =>
    (await service.call<{ items: { rule?: string; id: string }[] }>('GET', path)).items
  const asked = await eventually(
    () => list('/api/v1/alerts?test=true'),
    (items) => items.length > 0,
  )
  expect(asked.every(({ rule }) => rule === 'path-test')).toBe(true)
  expect(await list('/api/v1/alerts')).toEqual([])
  expect(await list('/api/v1/alerts?open=true')).toEqual([])
  expect(await list('/api/v1/devices')).toEqual([])
  const { stale, per10Min } = await service.call<{ stale: { count: number }; per10Min: { max: number } }>(
    'GET',
    '/api/v1/alerts/statistics',
  )
  expect([stale.count, per10Min.max]).toEqual([0, 0])
})

it('a subscriber who no longer acknowledges is an alert on all other ways, and that ends when he does again', async () => {
  second.acknowledges = false
  const heard = await told(desk.events, 'alert.raised', 'dispatch/second')
  expect(heard?.alert).toMatchObject({ severity: 'major', state: 'active', reason: { code: 'path_silent' } })
  await told(posted, 'alert.raised', 'dispatch/second')

  second.acknowledges = true
  await told(desk.events, 'alert.cleared', 'dispatch/second')
}, 60_000)

it('a webhook that goes away is an alert for the subscribers', async () => {
  const port = portOf(receiver)
  receiver.closeAllConnections()
  receiver.close()
  await told(desk.events, 'alert.raised', 'outputs/hook')
  await told(second.events, 'alert.raised', 'outputs/hook')
  expect(posted.some(({ alert }) => alert.subject.label === 'outputs/hook')).toBe(false)

  receiver = await listenAsReceiver(port)
  await told(desk.events, 'alert.cleared', 'outputs/hook')
}, 90_000)
