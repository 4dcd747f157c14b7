import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AlertView, SilenceView } from '../../dashboards/contract.ts'
import { connectDevice } from './device.ts'
import { addDevice, eventually, type FreshService, listen, PUMP_HOT, startFresh } from './service.ts'

let service: FreshService

const openAlerts = async () =>
  (await service.call<{ items: AlertView[] }>('GET', '/api/v1/alerts?open=true&rule=pump-hot')).items
const iso = (afterMs: number) => new Date(Date.now() + afterMs).toISOString()

beforeAll(async () => {
  service = await startFresh({ rules: PUMP_HOT })
}, 60_000)

afterAll(async () => {
  await service?.remove()
})

describe('what is kept quiet', () => {
  it('is in the book and not pushed, through a kill, and is told once the silence is over', async () => {
    const token = await addDevice(service, 'pump-1', 'pump', { place: '平桥街1号' })
    const silence = await service.call<SilenceView>('POST', '/api/v1/silences', {
      match: { place: '平桥街*' },
      to: iso(3_600_000),
      reason: '检修',
    })
    const first = await connectDevice(service, 'pump-1', token)
    await first.send({ temp_c: 95 }, { seq: 1 })
    const [quiet] = await eventually(openAlerts, (alerts) => alerts.length === 1)
    expect(quiet).toMatchObject({ quiet: { gate: 'silence', by: silence.id }, announced: false })
    await service.kill()

    service = await service.again()
    expect(await openAlerts()).toMatchObject([{ id: quiet?.id, quiet: { gate: 'silence' } }])
    const desk = await listen(service, 'desk', 'earliest')
    await service.call('DELETE', `/api/v1/silences/${silence.id}`)
    const raised = await desk.event(({ alert }) => alert.rule === 'pump-hot')
    expect(raised).toMatchObject({ type: 'alert.raised', alert: { id: quiet?.id } })
    expect(raised.alert).not.toHaveProperty('quiet')
    desk.close()
  }, 120_000)

  it('by a shelf stays quiet when it comes again, until the shelf ends by itself', async () => {
    const desk = await listen(service, 'desk-2', 'latest')
    const { token } = await service.call<{ token: string }>('POST', '/api/v1/devices/pump-1/token')
    const device = await connectDevice(service, 'pump-1', token)
    const [alert] = await openAlerts()
    const until = iso(4_000)
    await service.call('POST', `/api/v1/alerts/${alert?.id}/shelve`, { until, comment: '在修' })
    await service.call('POST', `/api/v1/alerts/${alert?.id}/acknowledge`, {})
    await device.send({ temp_c: 20 }, { seq: 2 })
    await desk.event(({ type }) => type === 'alert.cleared')
    await device.send({ temp_c: 96 }, { seq: 3 })
    const again = await desk.event(({ type }) => type === 'alert.raised')
    expect(again.alert.id).not.toBe(alert?.id)
    expect(Date.parse(again.at)).toBeGreaterThanOrEqual(Date.parse(until))
    expect(desk.events.map(({ event }) => event.type)).toEqual([
      'alert.shelved',
      'alert.acknowledged',
      'alert.cleared',
      'alert.raised',
    ])
    await device.close()
    desk.close()
  }, 60_000)
})
