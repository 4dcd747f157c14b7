// The others' alerts while five clients send QoS 0 as fast as they can, against the same without them. One service a
// round; the flood begins between the two halves.
import { row } from './rows.mjs'
import { startProgram } from './systems/children.mjs'
import { startService } from './systems/service.mjs'

const RATE = 1_000
const CONNECTIONS = 100
const FLOODERS = 5

export async function bench({ quick }) {
  const rounds = quick ? 1 : 3
  const seconds = quick ? 3 : 8
  const results = []
  for (let round = 0; round < rounds; round++) results.push(await measure(seconds))
  const of = (when, field) => results.map((result) => result[when][field])
  const name = `others' alerts with ${FLOODERS} flooding clients`
  const compared = (field) => ({
    unit: 'ms',
    values: of('flooded', field),
    peer: 'without',
    peerValues: of('calm', field),
  })
  return [
    row({ name: `${name}, p50`, ...compared('p50') }),
    row({ name: `${name}, p99`, ...compared('p99'), atMost: 5 }),
    row({ name: `${name}: missing`, unit: 'alerts', values: of('flooded', 'missing'), none: true }),
    row({ name: 'admitted of the flood', unit: 'messages/s', values: results.map(({ admitted }) => admitted) }),
  ]
}

async function measure(seconds) {
  const service = await startService()
  const { port, feed } = service
  const generator = await startProgram('generator', { port, feed, connections: CONNECTIONS })
  const paced = { phase: 'paced', rate: RATE, seconds }
  await generator.ask({ ...paced, seconds: 2 })
  const calm = await generator.ask(paced)
  const flooders = await startProgram('generator', { port, connections: FLOODERS, qos: 0, prefix: 'flood' })
  await flooders.ask({ phase: 'flood' })
  await generator.ask({ ...paced, seconds: 2 })
  const taken = () => service.metric('huying_journal_entries_total{journal="intake"}')
  const [before, startedMs] = [await taken(), performance.now()]
  const flooded = await generator.ask(paced)
  const perSecond = ((await taken()) - before) / ((performance.now() - startedMs) / 1000)
  await flooders.stop()
  await generator.stop()
  await service.stop()
  return { calm, flooded, admitted: perSecond - RATE }
}
