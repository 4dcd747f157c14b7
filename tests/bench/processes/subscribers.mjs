// Dispatch subscribers, every second one with a filter, each acknowledging every event. `begin` starts to count anew;
// `report` waits until nothing more comes and tells how late alerts were and what was missing. The floor's listeners are
// the same without cursors. `stalled` ones never read, and come back for all of it every `backS` seconds.

import { createHistogram } from 'node:perf_hooks'
import WebSocket from 'ws'
import { isStamp, sinceStampMs } from './stamps.mjs'

const QUIET_MS = 400
const LATE_MS = 10_000
const TICKS_PER_MS = 1000
const WATCHED = Array.from({ length: 50 }, (_, i) => `dev-${i * 7}`)
/** What is asked for, and the same said once more, to know what must have come. */
const FILTERS = [
  [{ minSeverity: 'warning' }, () => true],
  [{ device: WATCHED }, ({ alert }) => WATCHED.includes(alert.subject.device)],
  [{ type: ['alert.raised', 'alert.updated'] }, ({ type }) => type === 'alert.raised' || type === 'alert.updated'],
  [{ category: 'fire', rule: ['bench-above', 'smoke-high'] }, ({ alert }) => alert.rule === 'bench-above'],
  [{ severity: 'critical' }, ({ alert }) => alert.severity === 'critical'],
]
const EVERYTHING = [undefined, () => true]

const { feed, count, stalled = 0, backS = 10 } = JSON.parse(process.argv[2])
const headers = feed.token ? { authorization: `Bearer ${feed.token}` } : {}
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
let latencies = createHistogram()
let lastMs = 0
/** All that the first one got, which has no filter. */
let told = []

process.once('disconnect', () => process.exit(0))
const subscribers = await Promise.all(
  Array.from({ length: count }, (_, i) =>
    connect(`bench-${i}`, i % 2 === 1 ? FILTERS[(i >> 1) % FILTERS.length] : EVERYTHING),
  ),
)
for (let i = 0; i < stalled; i++) await stall(`stalled-${i}`)
const PHASES = { begin, report }
process.on('message', async ({ phase, ...more }) => process.send({ done: (await PHASES[phase](more)) ?? null }))
process.send({ done: 'connected' })

/** Goes on where the name was before; a new one begins now. */
function connect(name, [filter, passes], onEvent = takeEvent) {
  const socket = new WebSocket(feed.url, feed.token ? 'huying.dispatch.v1' : [], { headers, perMessageDeflate: false })
  const subscriber = { name, passes, socket, ids: new Set(), repeated: 0 }
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', (code) => process.send({ fault: `${name} was disconnected: ${code}` }))
    socket.on('open', () => {
      if (feed.token) socket.send(JSON.stringify({ type: 'subscribe', subscriber: name, filter }))
      else resolve(subscriber)
    })
    socket.on('message', (bytes) => {
      const message = JSON.parse(bytes)
      if (message.type === 'subscribed') resolve(subscriber)
      else if (message.type === 'event') onEvent(subscriber, message)
      else if (message.type === 'error') process.send({ fault: `${name}: ${JSON.stringify(message)}` })
      else if (message.state === 'active') takeAlert(message.value)
    })
  })
}

/** Never acknowledges, so it begins each time where it first did. */
async function stall(name) {
  const { socket } = await connect(name, EVERYTHING, () => {})
  socket.pause()
  setTimeout(() => {
    socket.removeAllListeners('close').terminate()
    void stall(name)
  }, backS * 1000)
}

function takeEvent(subscriber, { cursor, event }) {
  const { socket, ids } = subscriber
  if (event.type === 'alert.raised') takeAlert(event.alert.value)
  if (ids.has(event.id)) subscriber.repeated++
  ids.add(event.id)
  if (subscriber === subscribers?.[0]) told.push(event)
  socket.send(`{"type":"ack","cursor":"${cursor}"}`)
}

function takeAlert(value) {
  lastMs = performance.now()
  if (isStamp(value)) latencies.record(Math.max(1, Math.round(sinceStampMs(value) * TICKS_PER_MS)))
}

function begin() {
  latencies = createHistogram()
  told = []
  for (const subscriber of subscribers) Object.assign(subscriber, { ids: new Set(), repeated: 0 })
}

/** `raised`: how many alerts were sent; what the first subscriber has not got of them is missing. */
async function report({ raised }) {
  const deadlineMs = performance.now() + LATE_MS
  const isSettled = () => performance.now() - lastMs > QUIET_MS && lost(raised).length === 0
  while (performance.now() < deadlineMs && !isSettled()) await sleep(50)
  const ms = (percent) => latencies.percentile(percent) / TICKS_PER_MS
  return {
    ...{ alerts: latencies.count, p50: ms(50), p99: ms(99), max: latencies.max / TICKS_PER_MS },
    ...{ events: told.length, lost: lost(raised) },
    repeated: subscribers.reduce((sum, { repeated }) => sum + repeated, 0),
  }
}

/** Subscribers with what each has missed, those that missed nothing left out. */
function lost(raised) {
  if (!feed.token)
    return latencies.count < raised * count ? [{ name: 'all', missing: raised * count - latencies.count }] : []
  const came = new Set(told.filter(({ type }) => type === 'alert.raised').map(({ alert }) => alert.value)).size
  const missing = subscribers.map(({ name, passes, ids }) => ({
    name,
    missing: told.filter((event) => passes(event) && !ids.has(event.id)).length,
  }))
  return [{ name: 'first', missing: Math.max(0, raised - came) }, ...missing].filter((one) => one.missing > 0)
}
