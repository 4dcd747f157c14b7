// From publishing to the alert on a WebSocket, everything durable, in the generator's own clock: against the floor and
// against Node-RED 5 with Mosquitto. Open loop; one message in a hundred raises. Then the highest rate at which the
// lag does not grow. One bare write + fdatasync, timed in every round, says how the disk was: two of them are in our way.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { notMeasured, row } from './rows.mjs'
import { makeFolder, removeFolder, startProgram } from './systems/children.mjs'
import { nodeRedMissing, startNodeRed } from './systems/node-red.mjs'
import { startService } from './systems/service.mjs'

const CONNECTIONS = 100
const RATES = [1_000, 5_000, 10_000]
const LADDER = [5_000, 7_500, 10_000, 12_500, 15_000, 20_000, 25_000, 30_000, 35_000, 40_000, 50_000, 60_000]
const FLOOR = 'floor: bare socket'
const NODE_RED = 'Node-RED 5 + Mosquitto'
const GROWN_MS = 20
const LAGGING_MS = 500
const SYNCS = 500
const SYNC_BYTES = 200

export async function bench({ quick }) {
  const missing = nodeRedMissing()
  const start = {
    ours: () => startService(),
    floor: startFloor,
    ...(!missing && { nodeRed: startNodeRed }),
  }
  const rounds = quick ? 1 : 3
  const results = Object.fromEntries(Object.keys(start).map((kind) => [kind, []]))
  const syncs = []
  for (let round = 0; round < rounds; round++) {
    syncs.push(await timeSyncs())
    for (const kind of Object.keys(start)) results[kind].push(await measureRates(await start[kind](), quick ? 1.5 : 6))
  }
  const highest = { ours: [], ...(!missing && { nodeRed: [] }) }
  for (let round = 0; round < rounds; round++)
    for (const kind of Object.keys(highest)) highest[kind].push(await climb(await start[kind](), quick ? 1.5 : 3))
  return [
    row({ name: 'one bare write + fdatasync, p50', unit: 'ms', values: syncs.map(({ p50 }) => p50) }),
    row({ name: 'one bare write + fdatasync, p99', unit: 'ms', values: syncs.map(({ p99 }) => p99) }),
    ...RATES.flatMap((rate, i) => toRows(rate, i, results, missing)),
    highestRow(highest, missing),
  ]
}

/** Small writes into a file that has its blocks already, as the journal does it. */
async function timeSyncs() {
  const folder = makeFolder()
  const file = await open(join(folder, 'probe'), 'w')
  await file.write(Buffer.alloc(SYNCS * SYNC_BYTES))
  await file.sync()
  const tookMs = []
  for (let i = 0; i < SYNCS; i++) {
    const startedMs = performance.now()
    await file.write(Buffer.alloc(SYNC_BYTES, 'x'), 0, SYNC_BYTES, i * SYNC_BYTES)
    await file.datasync()
    tookMs.push(performance.now() - startedMs)
  }
  await file.close()
  removeFolder(folder)
  tookMs.sort((a, b) => a - b)
  return { p50: tookMs[SYNCS / 2], p99: tookMs[Math.floor(SYNCS * 0.99)] }
}

function toRows(rate, i, results, missing) {
  const of = (kind, field) => results[kind].map((round) => round[i][field])
  const name = `alert latency at ${rate.toLocaleString('en')} messages/s`
  const lost = of('ours', 'missing').reduce((sum, each) => sum + each, 0)
  const shared = { unit: 'ms', ...(lost > 0 && { note: `${lost} ALERTS MISSING` }) }
  const compared = (field, kind, peer, more) =>
    row({ ...shared, name: `${name}, ${field}`, values: of('ours', field), peer, peerValues: of(kind, field), ...more })
  return [
    compared('p50', 'floor', FLOOR),
    compared('p99', 'floor', FLOOR, { atMost: 4 }),
    ...(missing
      ? [notMeasured(`${name} against Node-RED`, missing)]
      : [compared('p50', 'nodeRed', NODE_RED), compared('p99', 'nodeRed', NODE_RED, { atMost: 0.25 })]),
  ]
}

function highestRow(highest, missing) {
  const name = 'highest rate without growing lag'
  if (missing) return notMeasured(`${name} against Node-RED`, missing)
  const top = LADDER.at(-1)
  const note = highest.ours.includes(top) ? { note: 'the ladder ends here' } : {}
  const compared = { peer: NODE_RED, peerValues: highest.nodeRed, atLeast: 3 }
  return row({ name, unit: 'messages/s', values: highest.ours, ...compared, ...note })
}

async function startFloor() {
  const { first, stop } = await startProgram('floor')
  return { ...first, stop }
}

async function connected({ port, feed }) {
  const generator = await startProgram('generator', { port, connections: CONNECTIONS, feed })
  // A client of the peer may still be connecting: the warm-up ends when alerts come.
  for (let attempt = 0; attempt < 20; attempt++) {
    const { alerts } = await generator.ask({ phase: 'paced', rate: 1_000, seconds: 1 })
    if (alerts > 0) return generator
  }
  throw new Error('no alert came within the warm-up')
}

async function measureRates(system, seconds) {
  const generator = await connected(system)
  const results = []
  for (const rate of RATES) {
    await generator.ask({ phase: 'paced', rate, seconds: 1 })
    results.push(await generator.ask({ phase: 'paced', rate, seconds }))
  }
  await system.checkRefusals?.()
  await generator.stop()
  await system.stop()
  return results
}

/** The last step of the ladder that was held, before the first that was not (twice, since a machine has hiccups). */
async function climb(system, seconds) {
  const generator = await connected(system)
  const step = async (rate) => isHeld(await generator.ask({ phase: 'paced', rate, seconds }), rate, seconds)
  let highest = LADDER[0] / 2
  for (const rate of LADDER) {
    if (!(await step(rate)) && !(await step(rate))) break
    highest = rate
  }
  await generator.stop()
  await system.stop()
  return highest
}

/** Half the time lies between early and late: a lag that grows by a twentieth of the time is not held. */
function isHeld({ missing, unacknowledged, perSecond, earlyP50, lateP50 }, rate, seconds) {
  const isComplete = missing === 0 && unacknowledged === 0 && perSecond > 0.95 * rate
  return isComplete && lateP50 < LAGGING_MS && lateP50 - earlyP50 < GROWN_MS + (1000 * seconds) / 40
}
