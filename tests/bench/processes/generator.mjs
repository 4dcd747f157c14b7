// The load, in a process of its own: pre-encoded MQTT packets over bare sockets, `at` and `seq` written into place for
// each message, so that no two are alike and the sending costs a fraction of the receiving. Parent process and
// generator talk by messages: `{ phase }` in, `{ done }` out.
import { connect } from 'node:net'
import { generate } from 'mqtt-packet'
import WebSocket from 'ws'
import { createStamps } from './stamps.mjs'

const PUBACK_BYTES = 4
const CONNECT_AT_ONCE = 50
/** Sockets written to in one turn at most: beyond that rate several messages go into one write. */
const WRITES_PER_TURN = 8
/** One message in so many is above the limit of the rule, unless said; prime, so that every device has its turn. */
const ALERT_EVERY = 101
const LATE_MS = 2_000
const FIRST_SEQ = 100_000_000
const NORMAL_LEVEL = '1.00000'
const FLOOD_MESSAGES = 300

const PAYLOADS = {
  /** 211 bytes, seven values, as a good indoor sensor says it. */
  long:
    '{"at":AAAAAAAAAAAAA,"seq":SSSSSSSSS,"values":{"bench_level":1.00000,"temperature_c":21.52,"humidity_pct":40.13,' +
    '"carbon_monoxide_ppm":1.503,"tilt_deg":0.021,"battery_voltage_v":3.612,"signal_strength_dbm":-71.2}}',
  short: '{"at":AAAAAAAAAAAAA,"seq":SSSSSSSSS,"values":{"bench_level":1.00000,"battery_v":3.61,"rssi_dbm":-71}}',
}

const options = JSON.parse(process.argv[2])
const { port, connections, qos = 1, payload = 'short', prefix = 'dev', feed, keepalive = 60 } = options
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const devices = []
const sentAtMs = new Map()
let latencies = []
/** Alerts of the phase. */
let raised = 0
let acknowledged = 0
const nextStamp = createStamps()

process.once('disconnect', () => process.exit(0))
if (feed) await listenForAlerts(feed)
for (let i = 0; i < connections; i += CONNECT_AT_ONCE)
  devices.push(
    ...(await Promise.all(
      Array.from({ length: Math.min(CONNECT_AT_ONCE, connections - i) }, (_, n) => connectDevice(`${prefix}-${i + n}`)),
    )),
  )
const PHASES = { window: runWindow, paced: runPaced, flood: runFlood, count: () => acknowledged }
process.on('message', async ({ phase, ...more }) => process.send({ done: (await PHASES[phase](more)) ?? null }))
process.send({ done: 'connected' })

/** One device: its socket, and a message that is changed in place before each sending. */
function connectDevice(id) {
  const text = PAYLOADS[payload]
  const topic = `huying/v1/${id}/readings`
  const packet = generate({ cmd: 'publish', topic, payload: text, qos, messageId: 1, dup: false, retain: false })
  const start = packet.length - text.length
  const device = {
    ...{ id, packet, start, seq: FIRST_SEQ, atMs: 0, messageId: 0, isAbove: false, onAcknowledged: null },
    ...{ atAt: start + text.indexOf('AAAA'), seqAt: start + text.indexOf('SSSS') },
    levelAt: start + text.indexOf(NORMAL_LEVEL),
    socket: connect({ port, host: '127.0.0.1', noDelay: true }),
  }
  const login = { username: `smoke-detector/${id}`, password: Buffer.from('x') }
  const hello = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId: id, keepalive }
  device.socket.write(generate({ ...hello, ...login }))
  return new Promise((resolve, reject) => {
    let loose = 0
    device.socket.once('data', (connack) => {
      if (connack[3] !== 0) return reject(new Error(`${id} was refused: ${connack[3]}`))
      device.socket.on('data', (chunk) => {
        loose += chunk.length
        const count = Math.floor(loose / PUBACK_BYTES)
        loose -= count * PUBACK_BYTES
        acknowledged += count
        device.onAcknowledged?.(count)
      })
      resolve(device)
    })
    device.socket.on('error', (error) => process.send({ fault: `${id}: ${error.message}` }))
    device.socket.on('close', () => process.send({ fault: `${id} was disconnected` }))
  })
}

/** The device's next message, in a buffer that may be changed again only after it was copied or written. */
function nextMessage(device, nowMs, level = NORMAL_LEVEL) {
  const { packet, start, atAt, seqAt, levelAt } = device
  device.atMs = Math.max(nowMs, device.atMs + 1)
  packet.latin1Write(String(device.atMs), atAt)
  packet.latin1Write(String(device.seq++), seqAt)
  packet.latin1Write(level, levelAt)
  if (qos > 0) {
    device.messageId = (device.messageId % 65_535) + 1
    packet.writeUInt16BE(device.messageId, start - 2)
  }
  return Buffer.from(packet)
}

function messages(device, count) {
  const nowMs = Date.now()
  return count === 1
    ? nextMessage(device, nowMs)
    : Buffer.concat(Array.from({ length: count }, () => nextMessage(device, nowMs)))
}

/** Closed loop: each device has `window` messages in flight and answers an acknowledgement with the next one. */
function runWindow({ window }) {
  for (const device of devices) {
    device.onAcknowledged = (count) => device.socket.write(messages(device, count))
    device.socket.write(messages(device, window))
  }
}

/**
 * Open loop: `rate` messages a second for `seconds`, whatever the other side does, one in `alertEvery` above the limit.
 * Latencies are those of its alerts, where it listens for them.
 */
async function runPaced({ rate, seconds, alertEvery = ALERT_EVERY }) {
  latencies = []
  sentAtMs.clear()
  raised = 0
  const before = acknowledged
  const startedMs = performance.now()
  let sent = 0
  let slowestTurnMs = 0
  let turnMs = startedMs
  for (;;) {
    const nowMs = performance.now()
    slowestTurnMs = Math.max(slowestTurnMs, nowMs - turnMs)
    turnMs = nowMs
    const due = Math.min(Math.floor(((nowMs - startedMs) * rate) / 1000), rate * seconds)
    sendSome(due - sent, sent, alertEvery)
    sent = due
    if (sent >= rate * seconds) break
    await sleep(1)
  }
  const tookS = (performance.now() - startedMs) / 1000
  const deadlineMs = performance.now() + LATE_MS
  while (performance.now() < deadlineMs && ((feed && sentAtMs.size > 0) || (qos > 0 && acknowledged - before < sent)))
    await sleep(5)
  return {
    ...summary(),
    raised,
    perSecond: sent / tookS,
    takenPerSecond: ((acknowledged - before) * 1000) / (performance.now() - startedMs),
    unacknowledged: qos > 0 ? sent - (acknowledged - before) : 0,
    slowestTurnMs,
  }
}

let nextDevice = 0
let owed = 0
function sendSome(count, sent, alertEvery) {
  const nowMs = Date.now()
  const perWrite = Math.ceil(count / WRITES_PER_TURN)
  for (let done = 0; done < count; ) {
    const device = devices[nextDevice++ % devices.length]
    const chunk = []
    for (let n = 0; n < perWrite && done < count; n++, done++) {
      if ((sent + done) % alertEvery === 0) owed++
      chunk.push(nextMessage(device, nowMs, nextLevel(device)))
    }
    device.socket.write(chunk.length === 1 ? chunk[0] : Buffer.concat(chunk))
  }
}

/** A device that was above is back to normal with its next message; the next device that may takes what is owed. */
function nextLevel(device) {
  const isAlert = owed > 0 && !device.isAbove
  device.isAbove = isAlert
  if (!isAlert) return NORMAL_LEVEL
  owed--
  raised++
  const stamp = nextStamp()
  sentAtMs.set(stamp, performance.now())
  return String(stamp)
}

/** Of the alerts of a phase: median of the second and of the last quarter show whether a queue grew. */
function summary() {
  const quarter = Math.floor(latencies.length / 4)
  const of = (list, share) => list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))]
  return {
    alerts: latencies.length,
    missing: sentAtMs.size,
    p50: of(latencies, 0.5) ?? null,
    p99: of(latencies, 0.99) ?? null,
    earlyP50: of(latencies.slice(quarter, 2 * quarter), 0.5) ?? null,
    lateP50: of(latencies.slice(3 * quarter), 0.5) ?? null,
  }
}

/** Writes as fast as the other side reads, for ever. */
function runFlood() {
  for (const device of devices) {
    const flood = () => {
      while (device.socket.write(messages(device, FLOOD_MESSAGES)));
    }
    device.socket.on('drain', flood)
    flood()
  }
}

/** `huying` says `{event: {type, alert: {value}}}`, the others `{value}`. */
function listenForAlerts({ url, token }) {
  const headers = token ? { authorization: `Bearer ${token}` } : {}
  const socket = new WebSocket(url, token ? 'huying.dispatch.v1' : [], { headers, perMessageDeflate: false })
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('open', () => {
      if (token) socket.send(JSON.stringify({ type: 'subscribe', subscriber: 'bench', after: 'latest' }))
      else resolve()
    })
    socket.on('message', (data) => {
      const message = JSON.parse(data)
      if (message.type === 'subscribed') return resolve()
      if (message.type === 'error') process.send({ fault: JSON.stringify(message) })
      if (message.type === 'event' && message.event.type !== 'alert.raised') return
      const value = message.type === 'event' ? message.event.alert.value : message.value
      const sent = sentAtMs.get(value)
      if (sent === undefined) return
      sentAtMs.delete(value)
      latencies.push(performance.now() - sent)
    })
  })
}
