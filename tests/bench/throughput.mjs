// Durable QoS 1 messages per second and CPU per message: the whole service, vision idle, against a bare aedes that
// acknowledges and stores nothing and against Mosquitto that only terminates. Closed loop; rounds alternate.
import { notMeasured, row } from './rows.mjs'
import { cpuOf, makeFolder, removeFolder, sleep, startProgram } from './systems/children.mjs'
import { mosquittoMissing, startMosquitto } from './systems/mosquitto.mjs'
import { postgresMissing, startPostgres } from './systems/postgres.mjs'
import { startService } from './systems/service.mjs'

const SHAPES = [
  { name: '1,000 connections × 1 in flight', connections: 1000, window: 1 },
  { name: '50 connections × 20 in flight', connections: 50, window: 20 },
]
const OURS = { pglite: 'PGlite', postgres: 'PostgreSQL' }
const PEERS = { bare: 'bare aedes', mosquitto: 'Mosquitto' }
const GOAL = 0.7
const UNLIMITED = { HUYING_MESSAGES_PER_SECOND: '1000000000' }

export async function bench({ quick }) {
  const rounds = quick ? 1 : 3
  const times = quick ? { warmS: 0.5, measuredS: 1 } : { warmS: 2, measuredS: 4 }
  const postgres = postgresMissing ? null : await startPostgres()
  const start = {
    pglite: () => startService({ env: UNLIMITED }),
    postgres: async () => startService({ env: { ...UNLIMITED, DATABASE_URL: await postgres.createDatabase() } }),
    broker: startBareBroker,
    bare: () => startPeer('bare-aedes'),
    mosquitto: startMosquitto,
  }
  const isThere = { postgres: postgres !== null, mosquitto: !mosquittoMissing }
  const kinds = Object.keys(start).filter((kind) => isThere[kind] ?? true)
  const rows = []
  for (const shape of SHAPES) {
    const results = Object.fromEntries(kinds.map((kind) => [kind, []]))
    for (let round = 0; round < rounds; round++)
      for (const kind of kinds) results[kind].push(await measure(await start[kind](), shape, times))
    rows.push(...toRows(shape, results))
  }
  await postgres?.stop()
  return rows
}

function toRows(shape, results) {
  const of = (kind, field) => results[kind].map((result) => result[field])
  const rows = []
  for (const [ours, database] of Object.entries(OURS)) {
    for (const [kind, peer] of Object.entries(PEERS)) {
      const name = `${shape.name}, ${database}`
      if (!results[ours] || !results[kind]) {
        rows.push(notMeasured(`${name} against ${peer}`, results[ours] ? mosquittoMissing : postgresMissing))
        continue
      }
      const compared = (field, unit, more) =>
        row({ unit, values: of(ours, field), peer, peerValues: of(kind, field), ...more })
      const cpu = { inverse: true, atLeast: GOAL }
      rows.push(compared('perSecond', 'messages/s', { name, atLeast: GOAL }))
      rows.push(compared('mainUs', 'µs', { name: `${name}: CPU per message, main thread`, ...cpu }))
      rows.push(
        compared('allUs', 'µs', { name: `${name}: CPU per message, with the database's thread`, inverse: true }),
      )
    }
  }
  const bare = { peer: PEERS.bare, peerValues: of('bare', 'perSecond') }
  const brokerCpu = { peer: PEERS.bare, peerValues: of('bare', 'mainUs'), inverse: true }
  rows.push(
    row({
      name: `${shape.name}, broker and journal alone`,
      unit: 'messages/s',
      values: of('broker', 'perSecond'),
      ...bare,
    }),
  )
  rows.push(
    row({
      name: `${shape.name}, broker and journal alone: CPU`,
      unit: 'µs',
      values: of('broker', 'mainUs'),
      ...brokerCpu,
    }),
  )
  return rows
}

async function measure(system, { connections, window }, { warmS, measuredS }) {
  const generator = await startProgram('generator', { port: system.port, connections, payload: 'long' })
  await generator.ask({ phase: 'window', window })
  await sleep(warmS * 1000)
  const [before, cpuBefore, startedMs] = [await count(generator), cpuOf(system.pid), performance.now()]
  await sleep(measuredS * 1000)
  const [after, cpuAfter] = [await count(generator), cpuOf(system.pid)]
  const seconds = (performance.now() - startedMs) / 1000
  await system.checkRefusals?.()
  await generator.stop()
  await system.stop()
  const messages = after - before
  const per = (thread) => (cpuAfter[thread] - cpuBefore[thread]) / messages
  return { perSecond: messages / seconds, mainUs: per('mainUs'), allUs: per('allUs') }
}

const count = (generator) => generator.ask({ phase: 'count' })

async function startPeer(program, options) {
  const { first, pid, stop } = await startProgram(program, options)
  return { port: first.port, pid, stop }
}

async function startBareBroker() {
  const folder = makeFolder()
  const broker = await startPeer('bare-broker', { folder })
  return {
    ...broker,
    async stop() {
      await broker.stop()
      removeFolder(folder)
    },
  }
}
