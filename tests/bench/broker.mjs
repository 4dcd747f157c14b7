// The embedded broker with everything durable, against a bare aedes that acknowledges and stores nothing, and against
// Mosquitto that only terminates: durable QoS 1 messages per second (50 connections, 20 in flight each) and CPU of the
// serving process per message (1,000 connections, one in flight each). Generator, server and this script are processes
// of their own. Uses the compiled files: `npm run build`, then `node tests/bench/broker.mjs`. Rounds alternate; medians.
import { fork, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate } from 'mqtt-packet'

const ROUNDS = 3
const WARM_UP_S = 1
const MEASURED_S = 4
const SHAPES = [
  { name: '50 connections, 20 in flight', connections: 50, window: 20 },
  { name: '1000 connections, 1 in flight', connections: 1000, window: 1 },
]
const MOSQUITTO = '/usr/sbin/mosquitto'
const SELF = fileURLToPath(import.meta.url)
const CLOCK_TICK_MS = 10
const log = { error() {}, warn() {}, info() {}, debug() {} }

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]

const ROLES = { ours: serveOurs, bare: serveBare, generate: generateLoad }
const role = process.argv[2]
if (role) await ROLES[role](JSON.parse(process.argv[3] ?? '{}'))
else await compare()

async function compare() {
  const kinds = ['ours', 'bare', ...(existsSync(MOSQUITTO) ? ['mosquitto'] : [])]
  if (kinds.length < 3) console.log(`mosquitto is missing (${MOSQUITTO}): not compared`)
  for (const shape of SHAPES) {
    const results = Object.fromEntries(kinds.map((kind) => [kind, []]))
    for (let round = 0; round < ROUNDS; round++)
      for (const kind of kinds) results[kind].push(await measure(kind, shape))
    const of = (kind, field) => median(results[kind].map((result) => result[field]))
    console.log(`\n${shape.name} (medians of ${ROUNDS})`)
    for (const kind of kinds)
      console.log(
        `  ${kind.padEnd(10)} ${Math.round(of(kind, 'perSecond')).toLocaleString('en').padStart(9)} messages/s   ` +
          `${of(kind, 'cpuUs').toFixed(1).padStart(6)} µs CPU/message   ` +
          `rate ÷ ${kind} ${(of('ours', 'perSecond') / of(kind, 'perSecond')).toFixed(2)}   ` +
          `its CPU ÷ ours ${(of(kind, 'cpuUs') / of('ours', 'cpuUs')).toFixed(2)}`,
      )
  }
}

async function measure(kind, { connections, window }) {
  const server = kind === 'mosquitto' ? await startMosquitto() : await startServer(kind)
  const generator = fork(SELF, ['generate', JSON.stringify({ port: server.port, connections, window })])
  await next(generator, 'connected')
  await sleep(WARM_UP_S * 1000)
  const [cpuBefore, before, startedMs] = [await server.cpuUs(), await ask(generator, 'count'), performance.now()]
  await sleep(MEASURED_S * 1000)
  const [after, cpuAfter] = [await ask(generator, 'count'), await server.cpuUs()]
  const seconds = (performance.now() - startedMs) / 1000
  generator.kill()
  await server.stop()
  const count = after - before
  return { perSecond: count / seconds, cpuUs: (cpuAfter - cpuBefore) / count }
}

async function startServer(kind) {
  const child = fork(SELF, [kind])
  const port = await next(child, 'port')
  return {
    port,
    cpuUs: () => ask(child, 'cpuUs'),
    async stop() {
      child.send('stop')
      await new Promise((resolve) => child.once('exit', resolve))
    },
  }
}

async function startMosquitto() {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'huying-bench-'))
  const config = join(folder, 'mosquitto.conf')
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nlog_type none\n`)
  const child = spawn(MOSQUITTO, ['-c', config], { stdio: 'ignore' })
  await sleep(300)
  return {
    port,
    async cpuUs() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ')
      return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS * 1000
    },
    async stop() {
      child.kill('SIGKILL')
      await new Promise((resolve) => child.once('exit', resolve))
      rmSync(folder, { recursive: true })
    },
  }
}

function next(child, key) {
  return new Promise((resolve) => {
    const listen = (message) => {
      if (!(key in message)) return
      child.off('message', listen)
      resolve(message[key])
    }
    child.on('message', listen)
  })
}

function ask(child, key) {
  const answer = next(child, key)
  child.send(key)
  return answer
}

function answerCpu(onStop) {
  process.on('message', async (message) => {
    const { user, system } = process.cpuUsage()
    if (message === 'cpuUs') process.send({ cpuUs: user + system })
    if (message !== 'stop') return
    await onStop()
    process.exit(0)
  })
}

async function serveBare() {
  const { Aedes } = await import('aedes')
  const aedes = await Aedes.createBroker()
  const server = createServer({ noDelay: true }, aedes.handle)
  server.listen(0, () => process.send({ port: server.address().port }))
  answerCpu(async () => {})
}

/** The broker, the front door and the real journal; no rules and no database, which come after the acknowledgement. */
async function serveOurs() {
  const { createBroker } = await import('../../dist/ingest/broker.js')
  const { createFrontDoor } = await import('../../dist/ingest/front-door.js')
  const { createRefusals } = await import('../../dist/ingest/refusals.js')
  const { createRegistry } = await import('../../dist/ingest/registry.js')
  const { encodeArrival } = await import('../../dist/core/intake-entry.js')
  const { openJournal } = await import('../../dist/storage/journal/open-journal.js')
  const clock = { nowMs: () => Date.now() }
  const folder = mkdtempSync(join(tmpdir(), 'huying-bench-'))
  const intake = await openJournal({ dir: join(folder, 'intake'), log })
  const ledger = await openJournal({ dir: join(folder, 'ledger'), log })
  const registry = createRegistry({ ledger, clock })
  const refusals = createRefusals({ clock })
  const submit = (arrival, done) => intake.append(encodeArrival(arrival, clock.nowMs()), done)
  const limits = { messagesPerS: 1e9, messagesBurst: 1e9, bytesPerS: 1e12, bytesBurst: 1e12 }
  const frontDoor = createFrontDoor({ submit, registry, refusals, clock, limits, evidence: {}, readFrameHeader() {} })
  const broker = createBroker({ frontDoor, submit, registry, refusals, clock, limits, enrolment: 'open', port: 0, log })
  process.send({ port: await broker.start() })
  answerCpu(async () => {
    await broker.stop()
    await intake.close()
    await ledger.close()
    rmSync(folder, { recursive: true })
    if (refusals.total() > 0) console.log(refusals.list())
  })
}

/** Sends pre-encoded PUBLISH packets and answers each PUBACK with the next one. */
async function generateLoad({ port, connections, window }) {
  let count = 0
  const values = {
    temp_c: 21.5,
    hum_pct: 40.1,
    smoke_dbm: 0.12,
    co_ppm: 1.5,
    tilt_deg: 0.02,
    battery_v: 3.61,
    rssi_dbm: -71,
  }
  const payload = JSON.stringify({ at: new Date().toISOString(), seq: 123456, values })
  const connectOne = (i) =>
    new Promise((resolve) => {
      const id = `dev-${i}`
      const socket = connect(port, '127.0.0.1')
      const topic = `huying/v1/${id}/readings`
      const packets = Array.from({ length: window }, (_, n) =>
        generate({ cmd: 'publish', topic, payload, qos: 1, messageId: n + 1, dup: false, retain: false }),
      )
      socket.setNoDelay(true)
      socket.write(
        generate({
          ...{ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId: id, keepalive: 60 },
          ...{ username: id, password: Buffer.from('x') },
        }),
      )
      let sent = 0
      let pendingBytes = 0
      socket.once('data', () => {
        resolve(() => socket.write(Buffer.concat(packets)))
        socket.on('data', (chunk) => {
          pendingBytes += chunk.length
          const acked = Math.floor(pendingBytes / 4)
          pendingBytes -= acked * 4
          count += acked
          const batch = []
          for (let n = 0; n < acked; n++) batch.push(packets[sent++ % window])
          socket.write(Buffer.concat(batch))
        })
      })
      socket.on('error', () => {})
    })
  const starts = []
  for (let i = 0; i < connections; i += 50)
    starts.push(
      ...(await Promise.all(Array.from({ length: Math.min(50, connections - i) }, (_, n) => connectOne(i + n)))),
    )
  for (const start of starts) start()
  process.send({ connected: true })
  process.on('message', (message) => {
    if (message === 'count') process.send({ count })
  })
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
