import { CloudEvent } from 'cloudevents'
import fc from 'fast-check'
import { connectAsync, type MqttClient } from 'mqtt'
import { describe, expect, it, onTestFinished, test } from 'vitest'
import { checkMqtt, createMqtt, mqttTests } from '../../../alerts/outputs/kinds/mqtt.ts'
import { signState, stateMemo } from '../../../alerts/outputs/mqtt/state.ts'
import { topicFault, topicOf } from '../../../alerts/outputs/mqtt/topic.ts'
import { toOutgoing } from '../../../alerts/outputs/to-outgoing.ts'
import type { Alert } from '../../../core/alert.ts'
import type { AlertEvent } from '../../../core/ledger-entry.ts'
import type { Memo, Output } from '../../../core/output.ts'
import { MOSQUITTO, startMosquitto } from '../../ingest/mosquitto.ts'
import { startBroker } from '../../ingest/rig.ts'
import { anEvent } from '../an-event.ts'
import { forever, kindPorts } from './kind-ports.ts'

const NOW = Date.UTC(2026, 10, 22, 4)
function event(seq: number, alert: Partial<Alert> = {}, over: Partial<AlertEvent> = {}) {
  const made = anEvent(1)
  return toOutgoing('ledger', seq, { ...made, atMs: NOW, ...over, alert: { ...made.alert, raisedAtMs: NOW, ...alert } })
}
const cleared = (seq: number, alert: Partial<Alert> = {}) =>
  event(seq, { ...alert, state: 'cleared' }, { type: 'alert.cleared' })

/** Delivers as the outbox would, with what was remembered of each alert. */
function delivering(output: Output) {
  const memos = new Map<string, Memo>()
  return {
    memos,
    async deliver(one: ReturnType<typeof event>) {
      const { id } = one.event.alert
      const before = memos.get(id)
      const memo = await output.deliver([{ ...one, ...(before && { before }) }], forever)
      for (const [of, kept] of memo ?? []) memos.set(of, kept)
    },
  }
}

/** What a client of a broker hears, oldest first. */
async function listening(client: MqttClient, filter: string) {
  const heard: { topic: string; payload: string; retain: boolean }[] = []
  client.on('message', (topic, payload, { retain }) => heard.push({ topic, payload: String(payload), retain }))
  await client.subscribeAsync(filter, { qos: 1 })
  return heard
}
async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !isTrue(); tries++) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(isTrue()).toBe(true)
}
/** As an outbox would: until it works. */
async function again(deliver: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const error = await deliver().then(
      () => null,
      (thrown: unknown) => thrown,
    )
    if (error === null) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('never delivered')
}
const statesOf = (heard: { payload: string }[]) =>
  heard.map(({ payload }) => JSON.parse(payload) as { state: string; level?: number; alerts: number })

describe('a siren on the embedded broker', () => {
  async function aSiren(told = new Map<string, Memo>()) {
    const rig = await startBroker()
    onTestFinished(() => rig.close())
    const output = createMqtt({ device: 'siren-1' }, kindPorts({ devices: rig.broker, clock: { nowMs: () => NOW } }))
    await output.start?.(told)
    return { rig, ...delivering(output), output }
  }

  it('is on while any alert is active, and says how bad the worst is', async () => {
    const { rig, deliver } = await aSiren()
    const heard = await listening(await rig.connectDevice('siren-1'), 'huying/v1/siren-1/commands')

    await deliver(event(1, { id: 'a' }))
    await deliver(event(2, { id: 'b', severity: 'critical' }))
    await deliver(cleared(3, { id: 'b', severity: 'critical' }))
    await deliver(cleared(4, { id: 'a' }))

    expect(statesOf(heard).map(({ state, level, alerts }) => [state, level, alerts])).toEqual([
      ['off', undefined, 0],
      ['on', 2, 1],
      ['on', 1, 2],
      ['on', 2, 1],
      ['off', undefined, 0],
    ])
    expect(statesOf(heard)[1]).toMatchObject({
      ...{ severity: 'major', category: 'fire', title: { zh: '烟雾', en: 'Smoke' }, since: '2026-11-22T04:00:00.000Z' },
      ...{ id: 'ledger-1', at: '2026-11-22T04:00:00.000Z' },
    })
  })

  it('that is away is tried again, and hears how it stands as soon as it comes', async () => {
    const { rig, deliver } = await aSiren()
    await expect(deliver(event(1))).rejects.toMatchObject({ code: 'delivery_failed' })

    const heard = await listening(await rig.connectDevice('siren-1'), 'huying/v1/siren-1/commands')
    await until(() => heard.length === 1)
    expect(statesOf(heard)).toMatchObject([{ state: 'on', alerts: 1 }])
    await deliver(event(1))
    expect(statesOf(heard)).toMatchObject([{ state: 'on' }, { state: 'on' }])
  })

  it('that has heard and not acknowledged has not got it', async () => {
    const { rig, output } = await aSiren()
    const client = await rig.connectDevice('siren-1')
    client.handleMessage = () => {}
    await client.subscribeAsync('huying/v1/siren-1/commands', { qos: 1 })
    let isDone = false
    void output.deliver([event(1)], forever).then(() => {
      isDone = true
    })
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(isDone).toBe(false)
  })

  it('does not sound for what began and ended while it was away', async () => {
    const { rig, output } = await aSiren()
    await expect(output.deliver([event(1, { id: 'a' })], forever)).rejects.toThrow()
    const heard = await listening(await rig.connectDevice('siren-1'), 'huying/v1/siren-1/commands')
    await until(() => heard.length === 1)
    heard.length = 0
    await output.deliver([event(1, { id: 'a' }), event(2, { id: 'b' }), cleared(3, { id: 'a' })], forever)
    await output.deliver([cleared(4, { id: 'b' }), event(5, { id: 'c' }), cleared(6, { id: 'c' })], forever)

    expect(statesOf(heard).map(({ state, alerts }) => [state, alerts])).toEqual([
      ['on', 1],
      ['off', 0],
    ])
    expect(output.pace?.(0)).toEqual({ afterMs: 0, atMost: 256 })
  })

  it('knows after a restart what was active before', async () => {
    const before = await aSiren()
    await listening(await before.rig.connectDevice('siren-1'), 'huying/v1/siren-1/commands')
    await before.deliver(event(1, { id: 'a' }))
    const after = await aSiren(before.memos)
    const heard = await listening(await after.rig.connectDevice('siren-1'), 'huying/v1/siren-1/commands')

    await until(() => heard.length === 1)
    expect(statesOf(heard)).toMatchObject([{ state: 'on', alerts: 1 }])
  })

  it('does not sound for a test', async () => {
    const { rig, deliver } = await aSiren()
    const heard = await listening(await rig.connectDevice('siren-1'), 'huying/v1/siren-1/commands')
    await deliver(event(1, { test: true }))

    expect(statesOf(heard).map(({ state }) => state)).toEqual(['off', 'test'])
  })

  it('hears no other device’s commands', async () => {
    const { rig } = await aSiren()
    const client = await rig.connectDevice('siren-2')
    await expect(client.subscribeAsync('huying/v1/siren-1/commands', { qos: 1 })).rejects.toThrow()
  })
})

describe.skipIf(!MOSQUITTO)('another broker', () => {
  async function aBroker() {
    const mosquitto = await startMosquitto()
    onTestFinished(() => mosquitto.stop())
    const comes = async () => {
      const client = await connectAsync(mosquitto.url)
      onTestFinished(() => void client.end(true))
      return client
    }
    const speaks = async (settings: object, over: object = {}) => {
      const output = createMqtt(
        { url: mosquitto.url, ...settings },
        kindPorts({ clock: { nowMs: () => NOW }, ...over }),
      )
      await output.start?.(new Map())
      onTestFinished(() => output.stop?.())
      const { deliver, ...rest } = delivering(output)
      await again(() => output.deliver([event(0, { id: 'warm-up', test: true })], forever))
      return { output, deliver, ...rest }
    }
    return { mosquitto, comes, speaks }
  }

  it('keeps the present state for signs that come later', async () => {
    const { comes, speaks } = await aBroker()
    const { deliver } = await speaks({ topic: 'signs/{grid}' })
    const area = { grid: '文晖3网格' }
    await deliver(event(1, { id: 'a', area }))
    await deliver(event(2, { id: 'b', area: { grid: '其他' } }))
    await deliver(cleared(3, { id: 'b', area: { grid: '其他' } }))

    const heard = await listening(await comes(), 'signs/+')

    await until(() => heard.length === 2)
    expect(
      Object.fromEntries(heard.map(({ topic, payload, retain }) => [topic, [JSON.parse(payload).state, retain]])),
    ).toEqual({
      'signs/文晖3网格': ['on', true],
      'signs/其他': ['off', true],
    })
  })

  it('moves an alert whose topic changes, so that it stands nowhere twice', async () => {
    const { comes, speaks } = await aBroker()
    const { deliver } = await speaks({ topic: 'signs/{severity}' })
    await deliver(event(1, { id: 'a', severity: 'minor' }))
    await deliver(event(2, { id: 'a', severity: 'critical' }, { type: 'alert.updated' }))

    const heard = await listening(await comes(), 'signs/+')

    await until(() => heard.length >= 2)
    expect(heard.map(({ topic, payload }) => [topic, JSON.parse(payload).state]).sort()).toEqual([
      ['signs/critical', 'on'],
      ['signs/minor', 'off'],
    ])
  })

  it('gets CloudEvents and events, retained until the alert is cleared', async () => {
    const { comes, speaks } = await aBroker()
    const live = await listening(await comes(), 'alerts/fire/a')
    const { deliver } = await speaks({ topic: 'alerts/{category}/{alert}', format: 'cloudevents', retain: true })
    await deliver(event(1, { id: 'a' }))
    await until(() => live.length === 1)
    expect(new CloudEvent(JSON.parse(live[0]?.payload ?? '')).validate()).toBe(true)
    const later = await listening(await comes(), 'alerts/fire/a')
    await until(() => later.length === 1)
    expect(later[0]).toMatchObject({ retain: true })

    await deliver(cleared(2, { id: 'a' }))
    const last = await listening(await comes(), 'alerts/fire/a')
    await until(() => live.length >= 2)
    expect(JSON.parse(live[1]?.payload ?? '')).toMatchObject({ type: 'huying.alert.cleared' })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(last).toEqual([])
  })

  it('that goes away is tried again when it is back, and gets nothing twice by itself', async () => {
    const { mosquitto, comes, speaks } = await aBroker()
    const { output, deliver } = await speaks({ topic: 'events', format: 'event' })
    await mosquitto.restart()
    const refused = await output.deliver([event(1)], forever).catch((error: unknown) => error)
    if (refused) expect(refused).toMatchObject({ code: 'delivery_failed' })
    const heard = await listening(await comes(), 'events')

    await again(() => deliver(event(2)))
    await until(() => heard.length > 0)
    expect(heard.some(({ payload }) => JSON.parse(payload).id === 'ledger-2')).toBe(true)
  }, 20_000)

  it('that nobody is at is told so at once', async () => {
    const output = createMqtt({ url: 'mqtt://127.0.0.1:1', topic: 'x' }, kindPorts())
    await output.start?.(new Map())
    onTestFinished(() => output.stop?.())
    await expect(output.deliver([event(1)], forever)).rejects.toMatchObject({ code: 'delivery_failed' })
  })
})

test.each([
  [{}, 'name a device of the embedded broker, or the url of another broker'],
  [{ device: 'a', topic: 'x' }, 'topic does not belong to a device of the embedded broker'],
  [{ url: 'mqtt://x' }, 'topic is missing'],
  [{ url: 'mqtt://x', topic: 'a/{place}' }, '{place} is none of {alert}, {device}, {grid}, {severity}, {category}'],
  [{ url: 'mqtt://x', topic: 'a/#' }, 'a topic to publish to has no + and no #'],
  [
    { url: 'mqtt://x', topic: 'a', format: 'event' as const, retain: true },
    'events can only be retained on a topic of their alert: put {alert} into it',
  ],
])('%j is wrong', (settings, message) => {
  expect(checkMqtt(settings).map((fault) => fault.message)).toEqual([message])
})

it('tests go to events and not to sirens, where the file says nothing', () => {
  expect([mqttTests({}), mqttTests({ format: 'state' }), mqttTests({ format: 'event' })]).toEqual([false, false, true])
})

it('a topic is one that may be published to, whatever names say', () => {
  const name = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(name, name, name, (grid, device, category) => {
      const topic = topicOf(
        'x/{grid}/{device}/{category}',
        event(1, { area: { grid }, subject: { device }, category }).event.alert,
      )
      expect(topicFault(topic)).toBeNull()
      expect(topic.split('/')).toHaveLength(4)
      expect(topic.split('/')).not.toContain('')
    }),
  )
})

it('a sign shows the worst alert, of equals the oldest, whatever the order in which they came', () => {
  const severity = fc.constantFrom('critical' as const, 'major' as const, 'minor' as const)
  const alert = fc.record({ severity, raisedAtMs: fc.nat(1000) })
  fc.assert(
    fc.property(fc.array(alert, { minLength: 1 }), (alerts) => {
      const memos = alerts.map((one) => stateMemo(event(1, one).event.alert, 't')).filter((memo) => memo !== null)
      const at = { id: 'x', at: 'now' }
      const shown = signState(memos, at)
      expect(shown).toMatchObject({ state: 'on', alerts: alerts.length })
      expect(signState([...memos].reverse(), at)).toEqual(shown)
      expect(
        alerts.every(
          (one) => shown.level !== undefined && shown.level <= { critical: 1, major: 2, minor: 3 }[one.severity],
        ),
      ).toBe(true)
    }),
  )
})
