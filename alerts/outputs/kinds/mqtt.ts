import Type, { type Static } from 'typebox'
import { DEVICE_ID } from '../../../core/device.ts'
import type { DeviceLine } from '../../../core/device-line.ts'
import { AppError } from '../../../core/errors.ts'
import type { Memo, OutgoingEvent, Output } from '../../../core/output.ts'
import { isForCap } from '../cap/thread.ts'
import { createBrokerLink } from '../mqtt/broker-link.ts'
import { type SignState, type StateMemo, signState, stateMemo } from '../mqtt/state.ts'
import { topicFault, topicOf } from '../mqtt/topic.ts'
import { toCloudEvent } from './cloud-event.ts'
import type { KindPorts } from './kind.ts'

const TEXT = Type.String({ minLength: 1, maxLength: 500, description: 'a text' })

export const MQTT = Type.Object(
  {
    device: Type.Optional(Type.String({ pattern: DEVICE_ID.source, description: 'the id of a device' })),
    url: Type.Optional(
      Type.String({
        pattern: '^(mqtts?|wss?)://[^\\s/@]+(/\\S*)?$',
        description: 'an address that begins with mqtt://, mqtts://, ws:// or wss://',
      }),
    ),
    user: Type.Optional(TEXT),
    password: Type.Optional(TEXT),
    topic: Type.Optional(TEXT),
    format: Type.Optional(Type.Enum(['state', 'event', 'cloudevents'], { description: 'state, event or cloudevents' })),
    retain: Type.Optional(Type.Boolean({ description: 'true or false' })),
  },
  { additionalProperties: false },
)
type MqttSettings = Static<typeof MQTT>

export function checkMqtt({ device, url, topic, format = 'state', retain, user, password }: MqttSettings) {
  if (device === undefined && url === undefined)
    return [{ message: 'name a device of the embedded broker, or the url of another broker' }]
  if (device !== undefined) {
    const foreign = Object.entries({ url, topic, user, password, retain }).filter(([, value]) => value !== undefined)
    return foreign.map(([key]) => ({
      path: [key],
      message: `${key} does not belong to a device of the embedded broker`,
    }))
  }
  if (topic === undefined) return [{ message: 'topic is missing' }]
  const fault = topicFault(topic)
  if (fault !== null) return [{ path: ['topic'], message: fault }]
  if (retain && format !== 'state' && !topic.includes('{alert}'))
    return [{ path: ['retain'], message: 'events can only be retained on a topic of their alert: put {alert} into it' }]
  return []
}

/** Whether test alerts go there when the file does not say: a siren that knows no `test` must not sound. */
export const mqttTests = ({ format = 'state' }: MqttSettings) => format !== 'state'

/** Where a message goes; retained or standing, where it is to be there for those who come later. */
interface Line {
  start?(): void
  /** Said to who begins to listen, before anything else is published. */
  stand?(payload: string): void
  stop?(): Promise<void>
  publish(topic: string, payload: string, retain: boolean, signal: AbortSignal): Promise<void>
}

/** Publishes each event, or for sirens and signs how it stands now, to one device of our broker or to topics of another. */
export function createMqtt(settings: MqttSettings, ports: KindPorts): Output {
  const { device, topic: template = '', format = 'state', retain = format === 'state' } = settings
  const line = lineOf(settings, ports)
  const render = (one: OutgoingEvent) => (device === undefined ? topicOf(template, one.event.alert) : device)
  return format === 'state'
    ? stateOutput({ ports, line, render, retain })
    : eventOutput({ ports, line, render, retain, isCloud: format === 'cloudevents' })
}

interface Parts {
  ports: KindPorts
  line: Line
  render(one: OutgoingEvent): string
  retain: boolean
}

/** Each event as it is. A retained one stands until its alert is closed, then an empty message takes it away. */
function eventOutput({ ports, line, render, retain, isCloud }: Parts & { isCloud: boolean }): Output {
  return {
    ...common(ports, line),
    async deliver([one], signal) {
      if (!one) return undefined
      const topic = render(one)
      const before = one.before?.topic
      const isOver = one.event.alert.state === 'cleared'
      const payload = JSON.stringify(isCloud ? toCloudEvent(one.view, ports.ledgerId) : one.view)
      await line.publish(topic, payload, retain && !isOver, signal)
      if (!retain) return undefined
      if (isOver) await line.publish(topic, '', true, signal)
      if (typeof before === 'string' && before !== topic) await line.publish(before, '', true, signal)
      return new Map([[one.event.alert.id, { topic }]])
    },
  }
}

/** A siren must not sound for a moment because an alert began and ended while it was away: what waits is told at once, as it stands. */
const MOST_AT_ONCE = 256

/** How it stands on each topic, from all alerts that are active there. */
function stateOutput({ ports, line, render, retain }: Parts): Output {
  const active = new Map<string, StateMemo>()
  const stateOf = (topic: string, caused: { id: string; at: string }) =>
    signState(
      [...active.values()].filter((memo) => memo.topic === topic),
      caused,
    )

  /** Takes an event in; gives back the topics that it may have changed. */
  function apply(one: OutgoingEvent): (string | undefined)[] {
    const { alert } = one.event
    const topic = render(one)
    const before = [active.get(alert.id)?.topic, one.before && isStateMemo(one.before) ? one.before.topic : undefined]
    const memo = stateMemo(alert, topic)
    if (memo) active.set(alert.id, memo)
    else active.delete(alert.id)
    return [...before, topic]
  }

  return {
    ...common(ports, line),
    takes: isForCap,
    pace: () => ({ afterMs: 0, atMost: MOST_AT_ONCE }),
    async start(told) {
      for (const [id, memo] of told) if (isStateMemo(memo)) active.set(id, memo)
      const started = { id: `${ports.ledgerId}-start`, at: new Date(ports.clock.nowMs()).toISOString() }
      line.stand?.(JSON.stringify(signState([...active.values()], started)))
      line.start?.()
    },
    async deliver(events, signal) {
      const real = events.filter(({ event }) => !event.alert.test)
      const topics = new Set(real.flatMap(apply).filter((topic) => topic !== undefined))
      const [last] = real.slice(-1)
      if (last)
        for (const topic of topics)
          await line.publish(topic, JSON.stringify(stateOf(topic, idOf(last))), retain, signal)
      for (const one of events.filter(({ event }) => event.alert.test)) {
        const test: SignState = { state: 'test', alerts: 0, ...idOf(one) }
        await line.publish(render(one), JSON.stringify(test), false, signal)
      }
      return new Map(real.map(({ event: { alert } }): [string, Memo] => [alert.id, active.get(alert.id) ?? {}]))
    },
  }
}

function idOf({ view: { id, at } }: OutgoingEvent): { id: string; at: string } {
  return { id, at }
}

function common({ name }: KindPorts, line: Line) {
  return {
    ...{ name, kind: 'mqtt' },
    start: async () => line.start?.(),
    stop: async () => line.stop?.(),
  }
}

function isStateMemo(memo: Memo): memo is StateMemo {
  return typeof memo.topic === 'string' && typeof memo.severity === 'string'
}

function lineOf({ device, url, user, password }: MqttSettings, { name, ledgerId, log, devices }: KindPorts): Line {
  if (device !== undefined) return deviceLine(device, devices)
  return createBrokerLink({
    ...{ url: url ?? '', clientId: `huying-${ledgerId}-${name}`, log },
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
  })
}

function deviceLine(device: string, devices: DeviceLine | null): Line {
  if (!devices)
    throw new AppError('config_invalid', `output to ${device}: without the embedded broker name url and topic`)
  return {
    stand: (payload) => devices.stand(device, payload),
    publish(_topic, payload, isKept) {
      // Said first: a device that comes while it is away hears it then.
      if (isKept) devices.stand(device, payload)
      return devices.command(device, payload)
    },
  }
}
