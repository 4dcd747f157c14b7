// What watching costs: 5,000 readings a second with alerts among them, first with one subscriber, then with 200 pages on
// the live feed and 20 dispatch subscribers, one more of each that does not read, and at last a flood of 2,000 alerts in a
// minute on top. One service a round. The floor does nothing but frame, compare and send to as many listeners.
import { row } from './rows.mjs'
import { cpuOf, footprintOf, startProgram } from './systems/children.mjs'
import { startService } from './systems/service.mjs'

const RATE = 5_000
const CONNECTIONS = 500
/** Some ten alerts a second are raised, and cleared by the device's next message. */
const ALERT_EVERY = 499
const FLOOD = { alerts: 2_000, seconds: 60 }
const PAGES = 200
const SUBSCRIBERS = 20
const STALLED = 1
/** Pages get what came within this, in one delta. */
const BATCH_MS = 250
const HELD = 0.99

export async function bench({ quick }) {
  const rounds = quick ? 1 : 3
  const seconds = quick ? 3 : 20
  const flood = quick ? { alerts: 200, seconds: 6 } : FLOOD
  const ours = []
  const floors = []
  for (let round = 0; round < rounds; round++) {
    ours.push(await measure(seconds, flood, quick ? 1 : 10))
    floors.push(await measureFloor(seconds))
  }
  return [...rateRows(ours), ...latencyRows(ours, floors), ...costRows(ours)]
}

async function measure(seconds, flood, backS) {
  const service = await startService({ collects: true })
  const { port, feed } = service
  const generator = await startProgram('generator', { port, connections: CONNECTIONS })
  const calm = { generator, seconds, service }
  await generator.ask({ phase: 'paced', rate: RATE, seconds: 2, alertEvery: ALERT_EVERY })
  const lone = await startProgram('subscribers', { feed, count: 1 })
  const alone = await runPhase({ ...calm, subscribers: lone })
  await lone.stop()
  const stalled = { stalled: STALLED, backS }
  const subscribers = await startProgram('subscribers', { feed, count: SUBSCRIBERS, ...stalled })
  const url = `${service.httpUrl.replace('http', 'ws')}/api/v1/live`
  const pages = await startProgram('dashboards', { url, token: service.token, count: PAGES, ...stalled })
  const watched = await runPhase({ ...calm, subscribers, pages })
  const flooders = await startProgram('generator', { port, connections: flood.alerts, prefix: 'flood', keepalive: 0 })
  const flooded = await runPhase({ ...calm, subscribers, pages, seconds: flood.seconds, flood: { ...flood, flooders } })
  await service.checkRefusals()
  for (const program of [generator, flooders, subscribers, pages]) await program.stop()
  await service.stop()
  return { alone, watched, flooded }
}

/** One stretch of load: what was taken of it, how late its alerts were, and what it cost. */
async function runPhase({ generator, service, subscribers, pages, seconds, flood }) {
  for (const program of [subscribers, pages]) await program?.ask({ phase: 'begin' })
  const before = await look(service)
  const paced = generator.ask({ phase: 'paced', rate: RATE, seconds, alertEvery: ALERT_EVERY })
  const { alerts, flooders } = flood ?? {}
  const flooding = flooders?.ask({
    phase: 'paced',
    rate: alerts / flood.seconds,
    seconds: flood.seconds,
    alertEvery: 1,
  })
  const [load, more] = [await paced, await flooding]
  const after = await look(service)
  const raised = load.raised + (more?.raised ?? 0)
  const messages = after.taken - before.taken
  return {
    takenPerSecond: load.takenPerSecond + (more?.takenPerSecond ?? 0),
    offeredPerSecond: RATE + (flood ? alerts / seconds : 0),
    told: await subscribers.ask({ phase: 'report', raised }),
    shown: await pages?.ask({ phase: 'report', raised }),
    mainUs: (after.cpu.mainUs - before.cpu.mainUs) / messages,
    allUs: (after.cpu.allUs - before.cpu.allUs) / messages,
    cores: (after.cpu.allUs - before.cpu.allUs) / 1e3 / (after.atMs - before.atMs),
    ...{ loop: after.loop, rssMb: after.rssMb, before: before.behind, behind: after.behind },
    heapMb: (await service.collect()).heapUsed / 2 ** 20,
  }
}

async function look(service) {
  const text = await service.metrics()
  const of = (name) =>
    text
      .split('\n')
      .filter((line) => line.startsWith(name))
      .map((line) => Number(line.split(' ').at(-1)))
  const [taken] = of('huying_journal_entries_total{journal="intake"}')
  const sum = (name) => of(name).reduce((total, value) => total + value, 0)
  return {
    ...{ taken, atMs: performance.now() },
    /** Entries on their way: to the disk, and to the database. */
    behind: sum('huying_journal_pending_entries') + sum('huying_database_lag_entries'),
    cpu: cpuOf(service.pid),
    rssMb: footprintOf(service.pid).rssMb,
    loop: await service.loopDelay(),
  }
}

async function measureFloor(seconds) {
  const { first, stop } = await startProgram('floor')
  const { port, feed } = first
  const generator = await startProgram('generator', { port, connections: CONNECTIONS })
  const subscribers = await startProgram('subscribers', { feed, count: SUBSCRIBERS })
  const pages = await startProgram('dashboards', { url: feed.url, count: PAGES })
  const { raised } = await generator.ask({ phase: 'paced', rate: RATE, seconds, alertEvery: ALERT_EVERY })
  const told = await subscribers.ask({ phase: 'report', raised })
  for (const program of [generator, subscribers, pages]) await program.stop()
  await stop()
  return told
}

const PHASES = [
  ['alone', 'one subscriber'],
  ['watched', `${PAGES} pages and ${SUBSCRIBERS} subscribers`],
  ['flooded', 'and a flood of 2,000 alerts in a minute'],
]

function rateRows(rounds) {
  return PHASES.map(([phase, name]) =>
    row({
      ...{ name: `readings taken in: ${name}`, unit: 'messages/s', atLeast: HELD },
      values: rounds.map((round) => round[phase].takenPerSecond),
      ...{ peer: 'offered', peerValues: rounds.map((round) => round[phase].offeredPerSecond) },
    }),
  )
}

function latencyRows(rounds, floors) {
  const floor = { peer: 'floor: bare sockets, as many listeners' }
  const alone = { peer: 'one subscriber' }
  const rows = ['p50', 'p99'].flatMap((field) => {
    const of = (phase) => rounds.map((round) => round[phase].told[field])
    const floorMs = floors.map((told) => told[field])
    const said = (phase, peer, peerValues) =>
      row({
        name: `from reading to subscriber, ${field}: ${nameOf(phase)}`,
        unit: 'ms',
        values: of(phase),
        ...peer,
        peerValues,
      })
    return [
      said('watched', floor, floorMs),
      said('watched', alone, of('alone')),
      said('flooded', floor, floorMs),
      said('flooded', alone, of('alone')),
    ]
  })
  return [...rows, ...shownRows(rounds), ...completeRows(rounds)]
}

const nameOf = (phase) => PHASES.find(([key]) => key === phase)[1]

function shownRows(rounds) {
  return ['watched', 'flooded'].flatMap((phase) =>
    ['p50', 'p99'].map((field) =>
      row({
        ...{ name: `from reading to page, ${field}: ${nameOf(phase)}`, unit: 'ms' },
        values: rounds.map((round) => round[phase].shown[field]),
        ...{ peer: 'what pages wait for one delta', peerValues: rounds.map(() => BATCH_MS) },
      }),
    ),
  )
}

/** Of all rounds and phases together: what anybody should have got and has not. */
function completeRows(rounds) {
  const phases = rounds.flatMap((round) => PHASES.map(([phase]) => round[phase]))
  const total = (of) => phases.reduce((sum, phase) => sum + of(phase), 0)
  const lost = phases.flatMap(({ told }) => told.lost)
  const note = `${total(({ told }) => told.alerts).toLocaleString('en')} alerts told, ${total(({ told }) => told.repeated)} twice`
  return [
    row({
      ...{ name: 'alerts missing at any subscriber', unit: 'alerts', note, none: true },
      values: [lost.reduce((sum, { missing }) => sum + missing, 0)],
    }),
    row({
      ...{ name: 'alerts missing on any page', unit: 'alerts', none: true },
      values: [total(({ shown }) => shown?.missing ?? 0)],
    }),
  ]
}

function costRows(rounds) {
  const figures = [
    ['CPU per message, main thread', 'µs', ({ mainUs }) => mainUs],
    ['processor, with all threads', 'cores', ({ cores }) => cores],
    ['event loop delay, p99', 'ms', ({ loop }) => loop.p99],
    ['event loop delay, longest', 'ms', ({ loop }) => loop.max],
    ['resident memory', 'MB', ({ rssMb }) => rssMb],
    ['heap after a collection', 'MB', ({ heapMb }) => heapMb],
  ]
  const compared = figures.flatMap(([name, unit, of]) =>
    ['watched', 'flooded'].map((phase) =>
      row({
        ...{ name: `${name}: ${nameOf(phase)}`, unit, values: rounds.map((round) => of(round[phase])) },
        ...{ peer: 'one subscriber', peerValues: rounds.map((round) => of(round.alone)) },
      }),
    ),
  )
  const behind = (phase, when) => rounds.map((round) => round[phase][when])
  const waiting = {
    unit: 'entries',
    values: behind('flooded', 'behind'),
    peer: 'before it',
    peerValues: behind('flooded', 'before'),
  }
  return [...compared, row({ name: 'entries on their way to disk and database after the flood', ...waiting })]
}
