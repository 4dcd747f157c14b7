// Pages that watch the live feed, without browsers: bare sockets whose frames are cut by hand. What a delta says is parsed
// once, by the page that gets it first. A floor sends every page each alert by itself. `stalled` pages
// never read, and are opened anew every `backS` seconds.
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { createHistogram } from 'node:perf_hooks'
import { isStamp, sinceStampMs } from './stamps.mjs'

const AT_ONCE = 20
const TICKS_PER_MS = 1000
const LATE_MS = 5_000
const PING = 9
const TEXT = 1
const DELTAS_KEPT = 64
const DELTA = /^\{"type":"delta","seq":(\d+),/

const { url, token, count, stalled = 0, backS = 10 } = JSON.parse(process.argv[2])
const { hostname, port, pathname } = new URL(url)
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
/** Stamps of the alerts that are new in the last deltas, by the delta's number. */
const deltas = new Map()
/** Each time an alert was raised, once some page has heard of it. */
const known = new Set()
let latencies = createHistogram()
let counts = { bytes: 0, messages: 0, snapshots: 0 }

process.once('disconnect', () => process.exit(0))
for (let i = 0; i < count; i += AT_ONCE) await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - i) }, open))
for (let i = 0; i < stalled; i++) await stall()
const PHASES = { begin, report }
process.on('message', async ({ phase, ...more }) => process.send({ done: (await PHASES[phase](more)) ?? null }))
process.send({ done: 'connected' })

/** Resolves with the socket once its first frame has come, or, of a floor, once it is upgraded. */
function open() {
  const socket = connect({ port: Number(port), host: hostname, noDelay: true })
  const protocols = token ? `Sec-WebSocket-Protocol: huying.live.v1\r\nAuthorization: Bearer ${token}\r\n` : ''
  socket.write(
    `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n${protocols}\r\n`,
  )
  return new Promise((resolve, reject) => {
    let isUpgraded = false
    let rest = Buffer.alloc(0)
    socket.on('error', reject)
    socket.on('close', () => process.send({ fault: 'a page was disconnected' }))
    socket.on('data', (chunk) => {
      counts.bytes += chunk.length
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      let at = isUpgraded ? 0 : bytes.indexOf('\r\n\r\n') + 4
      if (!isUpgraded && !bytes.latin1Slice(0, 12).endsWith('101')) return reject(new Error(bytes.toString()))
      isUpgraded = true
      if (!token) resolve(socket)
      for (let frame = frameAt(bytes, at); frame !== null; frame = frameAt(bytes, at)) {
        at = frame.end
        if (frame.opcode === PING) socket.write(pong(bytes.subarray(frame.start, frame.end)))
        else if (frame.opcode === TEXT) take(bytes, frame)
        resolve(socket)
      }
      rest = bytes.subarray(at)
    })
  })
}

async function stall() {
  const socket = await open()
  socket.pause()
  setTimeout(() => {
    socket.removeAllListeners('close').destroy()
    void stall()
  }, backS * 1000)
}

/** Of an unmasked frame: what it is, and where its payload begins and ends; null while a part of it is missing. */
function frameAt(bytes, at) {
  if (bytes.length < at + 2) return null
  const short = bytes[at + 1]
  const head = short === 127 ? 10 : short === 126 ? 4 : 2
  if (bytes.length < at + head) return null
  const length =
    short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short === 126 ? bytes.readUInt16BE(at + 2) : short
  const start = at + head
  return bytes.length < start + length ? null : { opcode: bytes[at] & 15, start, end: start + length }
}

/** A client masks; with zeros that changes nothing. */
function pong(payload) {
  return Buffer.concat([Buffer.from([0x8a, 0x80 | payload.length, 0, 0, 0, 0]), payload])
}

function take(bytes, { start, end }) {
  counts.messages++
  const head = bytes.latin1Slice(start, Math.min(end, start + 40))
  const seq = DELTA.exec(head)?.[1]
  if (seq !== undefined) for (const stamp of stampsOf(seq, bytes, start, end)) note(stamp)
  else if (head.startsWith('{"type":"snapshot"')) takeSnapshot(bytes, start, end)
  else if (!token) takeFloor(JSON.parse(bytes.utf8Slice(start, end)))
}

/** What the first page is shown at its beginning is not new. */
function takeSnapshot(bytes, start, end) {
  counts.snapshots++
  if (known.size === 0) newIn(JSON.parse(bytes.utf8Slice(start, end)).alerts)
}

function stampsOf(seq, bytes, start, end) {
  const seen = deltas.get(seq)
  if (seen !== undefined) return seen
  const stamps = newIn(JSON.parse(bytes.utf8Slice(start, end)).alerts)
  deltas.set(seq, stamps)
  if (deltas.size > DELTAS_KEPT) deltas.delete(deltas.keys().next().value)
  return stamps
}

function newIn(alerts) {
  const fresh = alerts.filter(({ id, value }) => isStamp(value) && !known.has(`${id} ${value}`))
  for (const { id, value } of fresh) known.add(`${id} ${value}`)
  return fresh.map(({ value }) => value)
}

function takeFloor({ state, value }) {
  if (state === 'active') note(value)
}

function note(stamp) {
  latencies.record(Math.max(1, Math.round(sinceStampMs(stamp) * TICKS_PER_MS)))
}

function begin() {
  latencies = createHistogram()
  counts = { bytes: 0, messages: 0, snapshots: 0 }
}

/** Each of `raised` alerts must have come to each page. */
async function report({ raised }) {
  const deadlineMs = performance.now() + LATE_MS
  while (latencies.count < raised * count && performance.now() < deadlineMs) await sleep(50)
  const ms = (percent) => latencies.percentile(percent) / TICKS_PER_MS
  const missing = raised - latencies.count / count
  return { alerts: latencies.count, missing, p50: ms(50), p99: ms(99), max: latencies.max / TICKS_PER_MS, ...counts }
}
