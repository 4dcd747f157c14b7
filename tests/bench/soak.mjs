// Memory and handles of the real service under steady load: flat over the second half, or something leaks.
import { row } from './rows.mjs'
import { footprintOf, sleep, startProgram } from './systems/children.mjs'
import { startService } from './systems/service.mjs'

const RATE = 2_000
const CONNECTIONS = 200
const SAMPLES = 60
/** A garbage collection stops the service for some 50 ms, which must not show in the p99 of the alerts. */
const COLLECT_EVERY = 5
/** Growth over the second half that is still called flat. */
const FLAT = 1.05
const HANDLES_FLAT = 1.02

export async function bench({ soakMinutes }) {
  const service = await startService({ collects: true })
  const generator = await startProgram('generator', {
    port: service.port,
    feed: service.feed,
    connections: CONNECTIONS,
  })
  const seconds = soakMinutes * 60
  const load = runLoad(generator, seconds)
  const samples = []
  for (let i = 0; i < SAMPLES; i++) {
    await sleep((seconds * 1000) / SAMPLES)
    samples.push({
      minute: ((i + 1) * soakMinutes) / SAMPLES,
      ...(await look(service)),
      ...((i + 1) % COLLECT_EVERY === 0 && (await collect(service))),
    })
  }
  const { missing, p99 } = await load
  await service.checkRefusals()
  await generator.stop()
  await service.stop()
  const half = samples.slice(SAMPLES / 2 - 1)
  const collected = half.filter(({ heapMb }) => heapMb !== undefined)
  const when = `after ${soakMinutes} minutes at ${RATE.toLocaleString('en')} messages/s`
  return [
    flatRow(`resident memory ${when}`, half, 'rssMb', 'MB', FLAT),
    flatRow(`heap after a collection, ${when}`, collected, 'heapMb', 'MB', FLAT),
    flatRow(`buffers outside the heap after a collection, ${when}`, collected, 'externalMb', 'MB'),
    flatRow(`open files ${when}`, half, 'handles', 'files', HANDLES_FLAT),
    row({ name: 'database behind the journal at the end of the soak', unit: 'entries', values: [samples.at(-1).lag] }),
    row({ name: 'alert latency over the soak, p99', unit: 'ms', values: [p99], note: `${missing} missing` }),
  ]
}

/** In pieces, since the generator keeps what it measured in memory. */
async function runLoad(generator, seconds) {
  const pieces = []
  for (let leftS = seconds; leftS > 0; leftS -= 60)
    pieces.push(await generator.ask({ phase: 'paced', rate: RATE, seconds: Math.min(60, leftS) }))
  return {
    missing: pieces.reduce((sum, piece) => sum + piece.missing, 0),
    p99: Math.max(...pieces.map((piece) => piece.p99)),
  }
}

async function look(service) {
  const { rssMb, handles } = footprintOf(service.pid)
  const text = await service.metrics()
  const of = (name) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.split(' ')[1],
    )
  return {
    ...{ rssMb, handles },
    lag: of('huying_database_lag_entries{journal="intake"}'),
  }
}

/** What is in use and not what waits to be collected, which may be as much again and comes and goes over minutes. */
async function collect(service) {
  const { heapUsed, external } = await service.collect()
  return { heapMb: heapUsed / 2 ** 20, externalMb: external / 2 ** 20 }
}

/** Ends of a straight line through the second half, since a single sample is of a chance moment. */
function flatRow(name, half, field, unit, atMost) {
  const mean = (of) => half.reduce((sum, sample) => sum + of(sample), 0) / half.length
  const [meanMinute, meanValue] = [mean(({ minute }) => minute), mean((sample) => sample[field])]
  const spread = mean(({ minute }) => (minute - meanMinute) ** 2)
  const slope = mean((sample) => (sample.minute - meanMinute) * (sample[field] - meanValue)) / spread
  const at = (minute) => meanValue + slope * (minute - meanMinute)
  const [start, end] = [at(half[0].minute), at(half.at(-1).minute)]
  const note = `${slope >= 0 ? '+' : ''}${slope.toFixed(2)} ${unit} a minute`
  return row({ name, unit, values: [end], peer: 'at half time', peerValues: [start], atMost, note })
}
