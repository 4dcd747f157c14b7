// From publishing to the alert on a WebSocket, everything durable, in the generator's own clock: against the floor, and
// against Node-RED 5 with Mosquitto that does the same flow, storing every reading in PostgreSQL, and that stores nothing.
// Open loop; one message in a hundred raises. Then the highest rate at which the lag does not grow. One bare write +
// fdatasync, timed in every round, says how the disk was: two of them are in our way.
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { notMeasured, row } from './rows.mjs'
import { makeFolder, removeFolder, startProgram } from './systems/children.mjs'
import { nodeRedMissing, startNodeRed, startStoringNodeRed, storingNodeRedMissing } from './systems/node-red.mjs'
import { startService } from './systems/service.mjs'

const CONNECTIONS = 100
/** So many that none passes the 1,000 messages a second that a device may send. */
const CLIMBING_CONNECTIONS = 200
/** Long enough for some two hundred alerts at the least: a p99 of sixty would be their maximum. */
const RATES = [
  { rate: 1_000, seconds: 20 },
  { rate: 5_000, seconds: 10 },
  { rate: 10_000, seconds: 8 },
]
const LADDER = [
  ...[5_000, 7_500, 10_000, 12_500, 15_000, 20_000, 25_000, 30_000, 35_000, 40_000, 50_000, 60_000, 75_000, 90_000],
  ...[110_000, 130_000],
]
const PEERS = {
  floor: { name: 'floor: bare socket', start: startFloor, p99: { atMost: 4 } },
  storing: {
    ...{ name: 'Node-RED 5 + Mosquitto, storing in PostgreSQL', start: startStoringNodeRed },
    ...{ findMissing: storingNodeRedMissing, p99: { atMost: 0.25 }, highest: { atLeast: 3 } },
  },
  /** For information: its flow is less than ours. */
  nodeRed: {
    ...{ name: 'Node-RED 5 + Mosquitto, storing nothing', start: () => startNodeRed() },
    ...{ findMissing: nodeRedMissing, highest: {} },
  },
}
/** Why a climb ended, where the system itself was not the reason. */
const ENDS = { ladder: 'the ladder ends here', generator: 'the generator could not offer more' }
const GROWN_MS = 20
const LAGGING_MS = 500
const SYNCS = 500
const SYNC_BYTES = 200

export async function bench({ quick }) {
  const peers = Object.entries(PEERS).map(([kind, peer]) => ({ ...peer, kind, missing: peer.findMissing?.() ?? null }))
  const there = peers.filter(({ missing }) => !missing)
  const ours = { kind: 'ours', start: () => startService() }
  const rounds = quick ? 1 : 3
  const syncs = []
  const alternate = async (systems, measure) => {
    const results = Object.fromEntries(systems.map(({ kind }) => [kind, []]))
    for (let round = 0; round < rounds; round++) {
      syncs.push(await timeSyncs())
      for (const { kind, start } of systems) results[kind].push(await measure(await start()))
    }
    return results
  }
  const results = await alternate([ours, ...there], (system) => measureRates(system, quick))
  const climbers = there.filter(({ highest }) => highest)
  const climbs = await alternate([ours, ...climbers], (system) => climb(system, quick ? 1.5 : 3))
  return [
    row({ name: 'one bare write + fdatasync, p50', unit: 'ms', values: syncs.map(({ p50 }) => p50) }),
    row({ name: 'one bare write + fdatasync, p99', unit: 'ms', values: syncs.map(({ p99 }) => p99) }),
    ...RATES.flatMap(({ rate }, i) => peers.flatMap((peer) => latencyRows(rate, i, results, peer))),
    ...peers.filter(({ highest }) => highest).map((peer) => highestRow(climbs, peer)),
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

function latencyRows(rate, i, results, { kind, name: peer, missing, p99 }) {
  const name = `alert latency at ${rate.toLocaleString('en')} messages/s`
  if (missing) return [notMeasured(`${name} against ${peer}`, missing)]
  const of = (system, field) => results[system].map((round) => round[i][field])
  const lost = of('ours', 'missing').reduce((sum, each) => sum + each, 0)
  const shared = { unit: 'ms', peer, ...(lost > 0 && { note: `${lost} ALERTS MISSING` }) }
  const compared = (field, goal) =>
    row({ ...shared, name: `${name}, ${field}`, values: of('ours', field), peerValues: of(kind, field), ...goal })
  return [compared('p50'), compared('p99', p99)]
}

function highestRow(climbs, { kind, name: peer, missing, highest: goal }) {
  const name = 'highest rate without growing lag'
  if (missing) return notMeasured(`${name} against ${peer}`, missing)
  const of = (system) => climbs[system].map(({ highest }) => highest)
  const notes = [...endsOf(climbs.ours), ...endsOf(climbs[kind]).map((end) => `its value: ${end}`)]
  const compared = { peer, peerValues: of(kind), ...goal, ...(notes.length > 0 && { note: notes.join('; ') }) }
  return row({ name, unit: 'messages/s', values: of('ours'), ...compared })
}

function endsOf(climbs) {
  return Object.keys(ENDS)
    .filter((reason) => climbs.some(({ end }) => end === reason))
    .map((reason) => ENDS[reason])
}

async function startFloor() {
  const { first, stop } = await startProgram('floor')
  return { ...first, stop }
}

async function connected({ port, feed }, connections) {
  const generator = await startProgram('generator', { port, connections, feed })
  // A client of the peer may still be connecting: the warm-up ends when alerts come.
  for (let attempt = 0; attempt < 20; attempt++) {
    const { alerts } = await generator.ask({ phase: 'paced', rate: 1_000, seconds: 1 })
    if (alerts > 0) return generator
  }
  throw new Error('no alert came within the warm-up')
}

async function measureRates(system, quick) {
  const generator = await connected(system, CONNECTIONS)
  const results = []
  for (const { rate, seconds } of RATES) {
    await generator.ask({ phase: 'paced', rate, seconds: 1 })
    results.push(await generator.ask({ phase: 'paced', rate, seconds: quick ? 1.5 : seconds }))
  }
  await system.checkRefusals?.()
  await generator.stop()
  await system.stop()
  return results
}

/** The last step of the ladder that was held, before the first that was not (twice, since a machine has hiccups). */
async function climb(system, seconds) {
  const generator = await connected(system, CLIMBING_CONNECTIONS)
  const step = async (rate) => failureOf(await generator.ask({ phase: 'paced', rate, seconds }), rate, seconds)
  let highest = LADDER[0] / 2
  let failure = null
  for (const rate of LADDER) {
    failure = (await step(rate)) && (await step(rate))
    if (failure) break
    highest = rate
  }
  await generator.stop()
  await system.stop()
  return { highest, end: failure ?? 'ladder' }
}

/** Null when the rate was held. Half the time lies between early and late: a lag that grows by a twentieth is not held. */
function failureOf({ missing, unacknowledged, perSecond, earlyP50, lateP50 }, rate, seconds) {
  if (perSecond <= 0.95 * rate) return 'generator'
  const isComplete = missing === 0 && unacknowledged === 0
  const isSteady = lateP50 < LAGGING_MS && lateP50 - earlyP50 < GROWN_MS + (1000 * seconds) / 40
  return isComplete && isSteady ? null : 'lag'
}
