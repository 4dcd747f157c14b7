import { readdir } from 'node:fs/promises'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createEventLog } from '../../alerts/event-log.ts'
import { type OutputRoom, openOutputs } from '../../app/open-outputs.ts'
import type { OutputPlan } from '../../app/output-files.ts'
import type { AlertEvent, LedgerEntry } from '../../core/ledger-entry.ts'
import { silentLog } from '../../core/log.ts'
import type { Delivered } from '../../core/output-desk.ts'
import { anEvent } from '../alerts/an-event.ts'
import { aReceiver } from '../alerts/outputs/http-receiver.ts'
import { createMemoryJournal, type MemoryJournal } from '../fakes/memory-journal.ts'
import { temporaryFolder } from '../storage/temporary-folder.ts'

const SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`
const webhook = (url: string, over: object = {}) => ({ kind: 'webhook', url, secret: SECRET, ...over })

let nowMs: number
let ledger: MemoryJournal
let dataDir: string
beforeEach(async () => {
  nowMs = 1_000_000
  ledger = createMemoryJournal()
  dataDir = await temporaryFolder()
})

/** The room of a plan over the ledger of this test. */
async function aRoom(plan: OutputPlan) {
  const events = createEventLog({ ledger })
  const write = (entry: LedgerEntry, onCommitted?: (seq: number) => void) => {
    const seq = ledger.append(JSON.stringify(entry), (error) => {
      if (error) return
      events.offer(seq, entry)
      onCommitted?.(seq)
    })
  }
  const room: OutputRoom = await openOutputs({
    config: { timeZone: 'Asia/Shanghai', outputs: { file: '', publicUrl: '' } } as never,
    ...{ plan, dataDir, devices: null, clock: { nowMs: () => nowMs }, log: silentLog },
    room: { events, writer: { write, backlog: 0, settled: async () => 0 } as never },
  })
  const arrived: Delivered[] = []
  room.onDelivered((delivered) => arrived.push(delivered))
  await room.start()
  onTestFinished(room.stop)
  return { ...room, write, arrived }
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1000 && !isTrue(); tries++) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(isTrue()).toBe(true)
}
const aTest = (n: number): AlertEvent => {
  const event = anEvent(n)
  return { ...event, alert: { ...event.alert, test: true } }
}

it('an output that hangs, and one that refuses, cost another one nothing', async () => {
  const [hangs, refuses, takes] = [
    await aReceiver(() => {}),
    await aReceiver((response) => response.writeHead(410).end()),
    await aReceiver(),
  ]
  const { write, desk } = await aRoom({
    outputs: { a: webhook(hangs.url), b: webhook(refuses.url), c: webhook(takes.url) },
    route: { to: ['a', 'b', 'c'] },
  })
  for (let n = 1; n <= 50; n++) write(anEvent(n, { subject: { device: `d${n}` } }))

  await until(() => takes.received.length === 50 && refuses.received.length === 50)
  expect(takes.received.map(({ headers }) => headers['webhook-id'])).toEqual(
    Array.from({ length: 50 }, (_, n) => `memory-${n + 1}`),
  )
  await until(() => desk.list()[1]?.deadLetters === 50)
  expect(desk.list()).toMatchObject([
    { name: 'a', delivered: 0, deadLetters: 0 },
    { name: 'b', delivered: 0 },
    { name: 'c', delivered: 50 },
  ])
})

describe('tests', () => {
  it('go to all that take them, past the tree, and tell who has got them', async () => {
    const { url, received } = await aReceiver()
    const { write, arrived } = await aRoom({
      outputs: { a: webhook(url), b: webhook(url), c: webhook(url, { tests: false }) },
      route: { to: [], routes: [{ match: { severity: 'critical' }, to: ['a'] }] },
    })
    write(aTest(1))

    await until(() => arrived.length === 2)
    expect(arrived.map(({ output, seq, eventId, isTest }) => [output, seq, eventId, isTest]).sort()).toEqual([
      ['a', 1, 'memory-1', true],
      ['b', 1, 'memory-1', true],
    ])
    expect(received).toHaveLength(2)
  })

  it('go where the tree says, where it says something of them', async () => {
    const { url } = await aReceiver()
    const { write, arrived } = await aRoom({
      outputs: { a: webhook(url), b: webhook(url) },
      route: { to: 'a', routes: [{ match: { test: true }, to: 'b' }] },
    })
    write(aTest(1), undefined)
    write(anEvent(2))

    await until(() => arrived.length === 2)
    expect(arrived.map(({ output, seq }) => [output, seq]).sort()).toEqual([
      ['a', 2],
      ['b', 1],
    ])
  })
})

it('an output that does not deliver for a minute is a condition with its name', async () => {
  const { url } = await aReceiver((response) => response.writeHead(410).end())
  const { write, conditions } = await aRoom({ outputs: { platform: webhook(url) }, route: { to: 'platform' } })
  write(anEvent(1))
  await until(() => conditions(nowMs + 60_000).length > 0)

  expect(conditions(nowMs + 59_999)).toEqual([])
  expect(conditions(nowMs + 60_000)).toEqual([
    {
      ...{ code: 'output_failing', of: 'platform', severity: 'major' },
      params: { output: 'platform', error: 'delivery_refused' },
    },
  ])
})

it('an output that is taken away and comes back begins after the latest event', async () => {
  const { url, received } = await aReceiver((response) => response.writeHead(503).end())
  const plan = { outputs: { a: webhook(url) }, route: { to: 'a' } }
  const first = await aRoom(plan)
  first.write(anEvent(1))
  await until(() => received.length > 0)
  await first.stop()
  await (await aRoom({ outputs: {}, route: { to: [] } })).stop()
  expect(await readdir(`${dataDir}/outputs`)).toEqual([])

  const again = await aRoom(plan)
  expect(again.desk.list()).toMatchObject([{ cursor: 1, lag: 0 }])
})
