import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DeviceView, FloodStateView, PageOf } from '../../dashboards/contract.ts'
import { connectDevice, type Device } from './device.ts'
import { addDevice, eventually, type FreshService, listen, startFresh } from './service.ts'

const RULES = `rules:
  - { id: damp, title: { zh: 受潮, en: Damp }, category: climate, kind: threshold, where: { type: probe, metric: rh_pct }, above: 80, severity: minor }
  - { id: probe-silent, title: { zh: 失联, en: Silent }, category: device, kind: no-data, where: { type: probe }, after: 6s, severity: minor }
`
const IDS = Array.from({ length: 12 }, (_, n) => `probe-${n + 1}`)

let service: FreshService
let devices: Device[]
const tokens = new Map<string, string>()

const flood = () => service.call<FloodStateView>('GET', '/api/v1/alerts/flood')
const presences = async () =>
  (await service.call<PageOf<DeviceView>>('GET', '/api/v1/devices')).items.map(({ presence }) => presence)

beforeAll(async () => {
  service = await startFresh({
    rules: RULES,
    // A crash is to find no snapshot: all that is known must come from the journals.
    env: { HUYING_SHIPPED_RULES: 'false', HUYING_SNAPSHOT_EVERY_S: '1000' },
  })
  for (const [n, id] of IDS.entries())
    tokens.set(id, await addDevice(service, id, 'probe', { gateway: 'gw-1', place: `东园路45号${n + 101}室` }))
  devices = await Promise.all(IDS.map((id) => connectDevice(service, id, tokens.get(id) as string)))
})
afterAll(async () => {
  for (const device of devices) await device.close()
  await service?.remove()
})

it('makes a flood of many alerts and one alert of a dead gateway, and both are as they were after kill -9', async () => {
  for (const [n, device] of devices.entries()) await device.send({ rh_pct: 90 + n / 10 }, { seq: 1 })
  const before = await eventually(flood, (state) => state.flood?.alerts === 12)
  expect(before.flood).toMatchObject({
    first: { ordinal: 1, rule: 'damp', subject: { device: 'probe-1' } },
    groups: [{ cause: { kind: 'building', name: '东园路45号' }, category: 'climate', count: 12 }],
  })

  const dead = await eventually(flood, (state) => state.flood?.alerts === 13)
  expect(dead.flood?.order.at(-1)).toMatchObject({ rule: 'probe-silent', subject: { device: 'gw-1' } })
  expect(await presences()).toEqual(IDS.map(() => 'unknown'))

  await service.kill()
  service = await service.again()

  expect((await flood()).flood).toEqual(dead.flood)
  expect(await presences()).toEqual(IDS.map(() => 'unknown'))
  const desk = await listen(service, 'desk', 'earliest')
  const back = await connectDevice(service, 'probe-1', tokens.get('probe-1') as string)
  await back.send({ rh_pct: 50 }, { seq: 2 })
  await desk.event(({ type, alert }) => type === 'alert.cleared' && alert.rule === 'damp')
  await back.close()
  await desk.close()
  expect(
    desk.events
      .filter(({ event }) => event.alert.rule === 'probe-silent')
      .map(({ event }) => [event.type, event.alert.subject.device, event.alert.reason.params]),
  ).toEqual([
    ['alert.raised', 'gw-1', { members: 12 }],
    ['alert.cleared', 'gw-1', { members: 12 }],
  ])
})
