// The floor of an alert's way: a bare socket that frames MQTT by hand, acknowledges, parses the JSON, compares, and
// sends over a WebSocket. No sign-in, no checks, nothing stored.
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { WebSocketServer } from 'ws'

const LIMIT = 1000
const CONNECT = 1
const PUBLISH = 3
const CONNACK = Buffer.from([0x20, 2, 0, 0])
const above = new Set()

const http = createServer()
const listeners = new WebSocketServer({ server: http, perMessageDeflate: false })
const tcp = createTcpServer({ noDelay: true }, (socket) => {
  let rest = Buffer.alloc(0)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    const acks = []
    let at = 0
    for (;;) {
      const body = bodyAt(bytes, at)
      if (body === null || body.end > bytes.length) break
      const acknowledgement = take(bytes, at, body)
      if (acknowledgement) acks.push(acknowledgement)
      at = body.end
    }
    rest = bytes.subarray(at)
    if (acks.length > 0) socket.write(acks.length === 1 ? acks[0] : Buffer.concat(acks))
  })
})

/** Where the packet's variable header begins and the packet ends; null when its length has not arrived. */
function bodyAt(bytes, at) {
  let length = 0
  for (let n = 0; n < 4; n++) {
    const byte = bytes[at + 1 + n]
    if (byte === undefined) return null
    length |= (byte & 127) << (7 * n)
    if (byte < 128) return { start: at + 2 + n, end: at + 2 + n + length }
  }
  return null
}

function take(bytes, at, { start, end }) {
  const type = bytes[at] >> 4
  if (type === CONNECT) return CONNACK
  if (type !== PUBLISH) return null
  const topicEnd = start + 2 + bytes.readUInt16BE(start)
  const hasId = (bytes[at] & 6) !== 0
  judge(bytes.latin1Slice(start + 2, topicEnd), bytes.utf8Slice(hasId ? topicEnd + 2 : topicEnd, end))
  return hasId ? Buffer.from([0x40, 2, bytes[topicEnd], bytes[topicEnd + 1]]) : null
}

function judge(topic, text) {
  const value = JSON.parse(text).values.bench_level
  const isAbove = value > LIMIT
  if (isAbove === above.has(topic)) return
  if (isAbove) above.add(topic)
  else above.delete(topic)
  const message = JSON.stringify({ topic, state: isAbove ? 'active' : 'cleared', value })
  for (const listener of listeners.clients) listener.send(message)
}

await new Promise((resolve) => tcp.listen(0, '127.0.0.1', resolve))
await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve))
const feed = { url: `ws://127.0.0.1:${http.address().port}` }
process.send({ done: { port: tcp.address().port, feed } })
process.once('disconnect', () => process.exit(0))
