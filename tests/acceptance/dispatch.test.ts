import { Parser } from '@asyncapi/parser'
import Schema from 'typebox/schema'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import WebSocket from 'ws'
import { ALERT_COMMANDS } from '../../core/alert-command.ts'
import type { AlertView, SubscriberView } from '../../dashboards/contract.ts'
import { connectDevice, type Device } from './device.ts'
import { ADMIN_TOKEN, addDevice, eventually, type FreshService, startFresh } from './service.ts'

const RULES = `rules:
  - id: pump-hot
    title: { zh: 水泵过热, en: Pump too hot }
    category: river
    kind: threshold
    where: { type: pump, metric: temp_c }
    above: 80
    severity: major
`
const DESK_TOKEN = 'token-of-the-desk'
const CONFIG = `http:
  tokens:
    - { name: desk, token: ${DESK_TOKEN}, rights: operate }
    - { name: wall, token: token-of-the-wall, rights: view }
`

let service: FreshService
let pump: Device
/** Every message that passed in this file, in both directions. */
const passed: { direction: 'receive' | 'send'; message: Record<string, unknown> }[] = []

beforeAll(async () => {
  service = await startFresh({ rules: RULES, config: CONFIG })
  const position = { lat: 31.315, lon: 120.6165 }
  const token = await addDevice(service, 'pump-1', 'pump', { place: '文津河 K0+400', position })
  pump = await connectDevice(service, 'pump-1', token)
  await pump.send({ temp_c: 95 }, { seq: 1 })
}, 60_000)

afterAll(async () => {
  await pump?.close()
  await service?.remove()
})

const openAlert = async (): Promise<AlertView> => {
  const list = () => service.call<{ items: AlertView[] }>('GET', '/api/v1/alerts?open=true&rule=pump-hot')
  const { items } = await eventually(list, (seen) => seen.items.length === 1)
  return items[0] as AlertView
}

/** A raw connection that writes down what passes. */
async function connect(token = DESK_TOKEN) {
  const socket = new WebSocket(`${service.httpUrl.replace('http', 'ws')}/api/v1/dispatch`, [
    'huying.dispatch.v1',
    `bearer.${token}`,
  ])
  onTestFinished(() => socket.terminate())
  const heard: Record<string, unknown>[] = []
  socket.on('message', (data) => {
    const message = JSON.parse(String(data))
    heard.push(message)
    passed.push({ direction: 'send', message })
  })
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject))
  const say = (message: Record<string, unknown>, isProper = true) => {
    if (isProper) passed.push({ direction: 'receive', message })
    socket.send(JSON.stringify(message))
  }
  let commands = 0
  return {
    heard,
    say,
    hear: async (fits: (message: Record<string, unknown>) => boolean) =>
      (await eventually(
        async () => heard.find(fits),
        (seen) => seen !== undefined,
      )) as Record<string, unknown>,
    /** The answer to a command. */
    async ask(parts: Record<string, unknown>) {
      const id = `c${++commands}`
      say({ id, ...parts })
      return (await this.hear((message) => message.id === id)) as { type: string; code?: string; alert: AlertView }
    },
  }
}

describe('dispatch of the real service', () => {
  it('sends alerts by where they lie and whose they are', async () => {
    const { id } = await openAlert()
    const desk = await connect()
    const filter = {
      river: '文津河',
      reach: ['上塘段'],
      community: '仁和社区',
      department: '河长办',
      type: 'alert.raised',
    }
    desk.say({ type: 'subscribe', subscriber: 'desk', after: 'earliest', filter })
    const { event } = (await desk.hear(({ type }) => type === 'event')) as { event: { alert: AlertView } }
    expect(event.alert).toMatchObject({
      id,
      area: {
        community: '仁和社区',
        grid: expect.stringMatching(/^仁和社区第\d网格$/),
        river: '文津河',
        reach: '上塘段',
      },
      department: '河长办',
    })
  })

  it('takes every command, and shows what came of them in the alert, its history and the statistics', async () => {
    const { id: alert, version } = await openAlert()
    const desk = await connect()
    desk.say({ type: 'subscribe', subscriber: 'desk', after: 'latest' })
    const { ledger } = await desk.hear(({ type }) => type === 'subscribed')
    const external = { system: '12345', number: '2026-1187' }
    const words = {
      ...{
        acknowledge: {},
        comment: { comment: '在看' },
        shelve: { until: Date.now() + 60_000, once: true },
        unshelve: {},
      },
      ...{ reopen: {}, assign: { to: { department: '城管中队', person: '李' } }, hand_over: { external } },
      false_alarm: { reason: 'known_activity', comment: '检修' },
    }
    for (const name of ['acknowledge', 'reopen', 'comment', 'shelve', 'unshelve', 'assign', 'hand_over'] as const)
      expect(await desk.ask({ type: 'command', name, alert, ...words[name] })).toMatchObject({ type: 'result' })
    const last = await desk.ask({ type: 'false_alarm', alert, ...words.false_alarm, idempotencyKey: 'k1' })
    expect(last.alert).toMatchObject({
      ...{ acknowledged: true, acknowledgedBy: 'desk', quiet: { gate: 'false_alarm', by: 'desk' } },
      ...{ falseAlarm: { reason: 'known_activity', by: 'desk' }, handedOver: { ...external, by: 'desk' } },
      assigned: { to: { department: '城管中队', person: '李' }, by: 'desk' },
    })
    const again = await desk.ask({ type: 'false_alarm', alert, ...words.false_alarm, idempotencyKey: 'k1' })
    expect(again.alert.version).toBe(last.alert.version)
    expect(await desk.ask({ type: 'reopen', alert, idempotencyKey: 'k1' })).toMatchObject({ code: 'conflict' })
    expect(await desk.ask({ type: 'reopen', alert, expectedVersion: version })).toMatchObject({ code: 'conflict' })
    await desk.hear(({ event }) => (event as { type?: string } | undefined)?.type === 'alert.false_alarm')
    const { cursor } = desk.heard.findLast(({ type }) => type === 'event') as { cursor: string }
    desk.say({ type: 'ack', cursor, ledger })

    const statistics = () => service.call<{ falseAlarms: number }>('GET', '/api/v1/alerts/statistics')
    expect((await statistics()).falseAlarms).toBe(1)
    const undo = { expectedVersion: last.alert.version }
    expect(await service.call('POST', `/api/v1/alerts/${alert}/reopen`, undo)).not.toHaveProperty('falseAlarm')
    expect((await statistics()).falseAlarms).toBe(0)
    const { events } = await eventually(
      () => service.call<{ events: { type: string }[] }>('GET', `/api/v1/alerts/${alert}`),
      (seen) => seen.events.at(-1)?.type === 'alert.reopened',
    )
    for (const type of ['alert.false_alarm', 'alert.assigned', 'alert.handed_over', 'alert.shelved'])
      expect(events.map((event) => event.type)).toContain(type)
    for (const name of ALERT_COMMANDS)
      expect(await desk.ask({ type: name, alert: 'nobody', ...words[name] })).toMatchObject({ code: 'not_found' })
  })

  it('says what is wrong, and keeps names to their tokens', async () => {
    const desk = await connect()
    desk.say({ type: 'ack', cursor: '1' })
    await desk.hear(({ code }) => code === 'not_subscribed')
    desk.say({ type: 'subscribe', after: '999999' })
    await desk.hear(({ code }) => code === 'bad_cursor')
    desk.say({ type: 'subscribe', subscriber: 'wall' })
    await desk.hear(({ code }) => code === 'forbidden')
    desk.say({ type: 'hello' }, false)
    await desk.hear(({ code }) => code === 'bad_request')
    await expect(connect('token-of-the-wall')).rejects.toThrow('403')
    await expect(connect('nobody-knows-this')).rejects.toThrow('401')
  })

  it('tells a subscriber how far its filter has passed', async () => {
    const { id: alert } = await openAlert()
    const desk = await connect()
    desk.say({ type: 'subscribe', subscriber: 'desk:watch', after: 'latest', filter: { type: 'alert.cleared' } })
    await desk.hear(({ type }) => type === 'subscribed')
    for (let i = 0; i < 205; i++) await desk.ask({ type: 'comment', alert, comment: `${i}` })
    await desk.hear(({ type }) => type === 'progress')
  })

  it('lists its subscribers and forgets one on demand, which is in the ledger', async () => {
    const list = async () => (await service.call<{ items: SubscriberView[] }>('GET', '/api/v1/subscribers')).items
    const items = await eventually(list, (seen) => seen.every(({ connected }) => connected === 0))
    expect(items.map(({ name }) => name).sort()).toEqual(['desk', 'desk:watch'])
    const answer = await fetch(`${service.httpUrl}/api/v1/subscribers/desk%3Awatch`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    })
    expect(answer.status).toBe(204)
    expect((await list()).map(({ name }) => name)).toEqual(['desk'])
  })

  it('says and takes nothing that its AsyncAPI document does not describe', async () => {
    const answer = await fetch(`${service.httpUrl}/api/v1/asyncapi.yaml`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    })
    const { document } = await new Parser().parse(await answer.text())
    const messages = document?.channels().get('dispatch')?.messages().all() ?? []
    const shapes = messages.map((message) => ({
      id: message.id(),
      check: Schema.Compile(closed(message.payload()?.json()) as object),
    }))
    const seen = new Set<string>()
    for (const { message } of passed) {
      const fitting = shapes.filter(({ check }) => check.Check(message)).map(({ id }) => id)
      expect(fitting, JSON.stringify(message)).toHaveLength(1)
      seen.add(fitting[0] as string)
    }
    expect([...seen].sort()).toEqual(messages.map((message) => message.id()).sort())
  })
})

/** The schema with nothing allowed that it does not name. */
function closed(schema: unknown): unknown {
  if (typeof schema !== 'object' || schema === null) return schema
  if (Array.isArray(schema)) return schema.map(closed)
  const parts = Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => !key.startsWith('x-'))
      .map(([key, part]) => [key, closed(part)]),
  )
  const isObject = parts.type === 'object' && parts.properties !== undefined
  return isObject ? { additionalProperties: false, ...parts } : parts
}
