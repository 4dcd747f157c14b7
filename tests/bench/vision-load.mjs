// Alerts of readings while vision works without a pause, against the same with vision idle. One service a round.
import { row } from './rows.mjs'
import { startProgram } from './systems/children.mjs'
import { startService } from './systems/service.mjs'

const RATE = 1_000
const CONNECTIONS = 100
const DRONE = 'bench-drone'

export async function bench({ quick }) {
  const rounds = quick ? 1 : 3
  const seconds = quick ? 4 : 8
  const results = []
  for (let round = 0; round < rounds; round++) results.push(await measure(seconds))
  const of = (when, field) => results.map((result) => result[when][field])
  const compared = (field) => ({
    unit: 'ms',
    values: of('busy', field),
    peer: 'vision idle',
    peerValues: of('idle', field),
  })
  return [
    row({ name: 'alert latency with vision at full tilt, p50', ...compared('p50') }),
    row({ name: 'alert latency with vision at full tilt, p99', ...compared('p99'), atMost: 2 }),
    row({ name: 'frames analysed meanwhile', unit: 'frames/s', values: results.map(({ framesPerS }) => framesPerS) }),
  ]
}

async function measure(seconds) {
  const service = await startService()
  const { port, feed, httpUrl, token } = service
  const generator = await startProgram('generator', { port, feed, connections: CONNECTIONS })
  const paced = { phase: 'paced', rate: RATE, seconds }
  await generator.ask({ ...paced, seconds: 2 })
  const idle = await generator.ask(paced)
  await service.addDevice(DRONE, 'drone')
  const frames = await startProgram('frame-sender', { httpUrl, token, device: DRONE })
  await generator.ask({ ...paced, seconds: 3 })
  const analysed = () => service.metric('huying_frames_analysed_total')
  const [before, startedMs] = [await analysed(), performance.now()]
  const busy = await generator.ask(paced)
  const framesPerS = ((await analysed()) - before) / ((performance.now() - startedMs) / 1000)
  const pending = await service.metric('huying_frames_pending')
  if (pending === 0) console.error('  vision ran out of frames: not at full tilt')
  await frames.stop()
  await service.checkRefusals()
  await generator.stop()
  await service.stop()
  return { idle, busy, framesPerS }
}
