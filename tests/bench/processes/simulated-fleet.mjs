// One simulator process with very many devices over few connections, as behind gateways. Parent and fleet talk by messages.
import { systemClock } from '../../../dist/core/clock.js'
import { silentLog } from '../../../dist/core/log.js'
import { DEVICE_TYPES } from '../../../dist/core/metrics.js'
import { parseScenario } from '../../../dist/simulators/scenario.js'
import { createSimulation } from '../../../dist/simulators/simulation.js'
import { loadWorld } from '../../../dist/simulators/world.js'

const { mqttUrl, devices, perSecond, connections, speed } = JSON.parse(process.argv[2])
const HOUR_MS = 3_600_000
const everyS = devices / perSecond
const share = (part) => Math.round(devices * part)
const others = Object.keys(DEVICE_TYPES)
  .filter((type) => !['smoke-detector', 'gas-detector', 'water-leak'].includes(type))
  .map((type) => `${type}: 0`)
  .join(', ')
const scenario = parseScenario(
  `name: many
title: { zh: 很多, en: Many }
loopS: 3600
counts: { ${others}, smoke-detector: ${share(0.6)}, gas-detector: ${share(0.2)}, water-leak: ${share(0.2)} }
reportEveryS: { smoke-detector: ${everyS}, gas-detector: ${everyS}, water-leak: ${everyS} }
incidents: [{ kind: fire, atS: 2, everyS: 60, forS: 50 }, { kind: gas, atS: 20, everyS: 60, forS: 40 }]
faults: [{ kind: duplicate, atS: 10, everyS: 60, forS: 40, type: smoke-detector }]
`,
  'many.yaml',
)

process.once('disconnect', () => process.exit(0))
globalThis.gc?.()
const before = process.memoryUsage().rss
const simulation = createSimulation({
  ...{ scenario, seed: 1, world: loadWorld(), clock: systemClock, log: silentLog, speed, connections },
  // Nobody is registered: that is the service's affair.
  ...{ mqttUrl, httpUrl: 'http://127.0.0.1:9', credentials: () => 'none' },
  ...(speed !== 1 && { startMs: Date.now() - 24 * HOUR_MS }),
})
await simulation.start()
process.on('message', () => process.send({ done: counts() }))
process.send({ done: { devices: simulation.fleet.length } })

function counts() {
  const { acknowledged, sent, dropped } = simulation.status()
  return { acknowledged, sent, dropped, bytesPerDevice: (process.memoryUsage().rss - before) / simulation.fleet.length }
}
