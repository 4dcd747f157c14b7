/**
 * The smallest dispatch subscriber: prints every alert event and acknowledges it.
 *   node docs/examples/listen.mjs ADMIN_TOKEN [ws://localhost:8080] [SUBSCRIBER]
 */
import WebSocket from 'ws'

const [token, url = 'ws://localhost:8080', subscriber = 'example'] = process.argv.slice(2)
const socket = new WebSocket(`${url}/api/v1/dispatch`, 'huying.dispatch.v1', {
  headers: { authorization: `Bearer ${token}` },
})

socket.on('open', () => socket.send(JSON.stringify({ type: 'subscribe', subscriber })))
socket.on('message', (text) => {
  const message = JSON.parse(text)
  if (message.type !== 'event') return process.stdout.write(`${text}\n`)
  const { type, at, alert } = message.event
  const where = alert.place ?? alert.subject.device ?? ''
  process.stdout.write(`${at} ${type} ${alert.severity} ${alert.ruleTitle.zh} ${where} ${alert.value ?? ''}\n`)
  socket.send(JSON.stringify({ type: 'ack', cursor: message.cursor }))
})
socket.on('error', (error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
