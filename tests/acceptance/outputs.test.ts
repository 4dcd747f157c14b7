import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AlertEventView } from '../../core/alert-view.ts'
import { aReceiver, type Received } from '../alerts/outputs/http-receiver.ts'
import { capFaults, textsOf } from '../alerts/outputs/valid-xml.ts'
import { runHuying } from './command.ts'
import { connectDevice } from './device.ts'
import {
  ADMIN_TOKEN,
  addDevice,
  eventually,
  makeDataDir,
  PUMP_HOT,
  removeDataDir,
  type Service,
  startService,
} from './service.ts'

const SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`
const outputsFile = (port: number) => `outputs:
  platform:
    kind: webhook
    url: http://127.0.0.1:${port}/hook
    secret: \u0024{PLATFORM_SECRET}
  feed: { kind: cap-feed, sender: huying@wenjin.example }
route:
  to: [platform, feed]
  routes:
    - match: { place: 别处 }
      to: []
`

interface OutputView {
  name: string
  lag: number
  delivered: number
  deadLetters: number
}

let dataDir: string
let service: Service
let receiver: { received: Received[]; port: number }
/** What the platform says now. */
let status = 200

const start = () =>
  startService({
    dataDir,
    env: {
      ...{ HUYING_RULES_DIR: join(dataDir, 'rules'), HUYING_OUTPUTS: join(dataDir, 'outputs.yaml') },
      PLATFORM_SECRET: SECRET,
    },
  })
const outputs = async () => {
  const { items } = await service.call<{ items: OutputView[] }>('GET', '/api/v1/outputs')
  return Object.fromEntries(items.map((output) => [output.name, output])) as Record<string, OutputView>
}
const events = () =>
  receiver.received
    .map(({ body }) => JSON.parse(body) as AlertEventView)
    .filter(({ alert }) => alert.rule === 'pump-hot')
const text = async (path: string) => {
  const response = await fetch(`${service.httpUrl}${path}`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } })
  return response.text()
}

beforeAll(async () => {
  dataDir = await makeDataDir()
  receiver = await aReceiver((response) => response.writeHead(status).end(), { isOurs: true })
  await mkdir(join(dataDir, 'rules'))
  await writeFile(join(dataDir, 'rules/pump.yaml'), PUMP_HOT)
  await writeFile(join(dataDir, 'outputs.yaml'), outputsFile(receiver.port))
  service = await start()
}, 120_000)

afterAll(async () => {
  await service?.kill().catch(() => {})
  await removeDataDir(dataDir)
})

describe('a service with outputs', () => {
  it('posts alerts signed, has them in its feed, and sends nothing that is routed elsewhere', async () => {
    const near = await addDevice(service, 'pump-1', 'pump', { place: '平桥街1号' })
    const far = await addDevice(service, 'pump-9', 'pump', { place: '别处9号' })
    await (await connectDevice(service, 'pump-9', far)).send({ temp_c: 95 }, { seq: 1 })
    await (await connectDevice(service, 'pump-1', near)).send({ temp_c: 95 }, { seq: 1 })

    const [event] = await eventually(
      async () => events(),
      (all) => all.length > 0,
    )
    expect(event).toMatchObject({ type: 'alert.raised', alert: { subject: { device: 'pump-1' } } })
    const posted = receiver.received.find(({ body }) => body.includes('pump-1')) as Received
    expect(() => new Webhook(SECRET).verify(posted.body, posted.headers as Record<string, string>)).not.toThrow()
    const { platform } = await eventually(outputs, ({ platform }) => platform?.lag === 0)
    expect(platform).toMatchObject({ kind: 'webhook', deadLetters: 0 })
    expect(events().some(({ alert }) => alert.subject.device === 'pump-9')).toBe(false)

    const atom = await text('/api/v1/cap/feed.atom')
    const [, path = ''] = /href="[^"]*(\/api\/v1\/cap\/[^"]*\.xml)"/.exec(atom) ?? []
    const document = await text(path)
    expect(textsOf(document, 'event')).toEqual(['水泵过热', 'Pump too hot'])
    expect(await capFaults([document])).toEqual([])
  }, 120_000)

  it('goes on after a kill with what it had not delivered', async () => {
    status = 503
    const token = await addDevice(service, 'pump-2', 'pump', { place: '平桥街2号' })
    await (await connectDevice(service, 'pump-2', token)).send({ temp_c: 95 }, { seq: 1 })
    await eventually(
      async () => events(),
      (all) => all.some(({ alert }) => alert.subject.device === 'pump-2'),
    )
    await service.kill()
    receiver.received.length = 0
    status = 200
    service = await start()

    await eventually(
      async () => events(),
      (all) => all.some(({ alert }) => alert.subject.device === 'pump-2'),
    )
  }, 120_000)

  it('puts on the list of dead letters what is refused, and delivers it when asked to', async () => {
    status = 410
    const token = await addDevice(service, 'pump-3', 'pump', { place: '平桥街3号' })
    await (await connectDevice(service, 'pump-3', token)).send({ temp_c: 95 }, { seq: 1 })
    await eventually(outputs, ({ platform }) => platform?.deadLetters === 1)
    const cli = (...args: string[]) => runHuying(['outputs', ...args, '--url', service.httpUrl, '--token', ADMIN_TOKEN])
    expect((await cli('dead-letters', 'platform')).stdout).toContain('delivery_refused: 127.0.0.1')
    const failed = await cli('test', 'platform')
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('answered 410')])
    const metrics = await text('/metrics')
    expect(metrics).toContain('huying_output_dead_letters{output="platform"} 1')
    expect(metrics).toContain('huying_output_failing{output="platform"} 1')

    status = 200
    receiver.received.length = 0
    expect((await cli('replay', 'platform')).stdout).toBe('1 on their way again\n')

    await eventually(
      async () => events(),
      (all) => all.some(({ alert }) => alert.subject.device === 'pump-3'),
    )
    await eventually(outputs, ({ platform }) => platform?.deadLetters === 0)
    expect((await cli('test', 'platform')).stdout).toBe('delivered\n')
    expect((await cli('list')).stdout).toMatch(/^platform {2}webhook {2}lag 0 .* ok\nfeed {2}cap-feed/)
  }, 120_000)
})

it('a file of outputs that is wrong keeps the service from starting, with all that is wrong', async () => {
  const other = await makeDataDir()
  await writeFile(join(other, 'bad.yaml'), 'outputs: { a: { kind: horn } }\nroute: { to: b }\n')
  const env = { HUYING_OUTPUTS: join(other, 'bad.yaml') }

  await expect(startService({ dataDir: other, env })).rejects.toThrow(/a must have a kind[\s\S]*there is no output b/)
  const checked = await runHuying(['outputs', 'check', join(other, 'bad.yaml')])
  expect([checked.code, checked.stderr]).toEqual([78, expect.stringContaining('there is no output b')])
  await removeDataDir(other)
}, 120_000)
