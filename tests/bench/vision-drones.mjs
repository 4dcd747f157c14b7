// How late the event loop of the service is while four drones send a 1080p frame a second each, against the same service at
// rest. One service a round.
import { row } from './rows.mjs'
import { startProgram } from './systems/children.mjs'
import { startService } from './systems/service.mjs'

const DRONES = 4

export async function bench({ quick }) {
  const rounds = quick ? 1 : 3
  const seconds = quick ? 5 : 30
  const results = []
  for (let round = 0; round < rounds; round++) results.push(await measure(seconds))
  const of = (when, field) => results.map((result) => result[when][field])
  const compared = (field) => ({
    unit: 'ms',
    values: of('busy', field),
    peer: 'no frames',
    peerValues: of('idle', field),
  })
  return [
    row({ name: `event-loop delay with ${DRONES} drones at a frame a second each, p99`, ...compared('p99') }),
    row({ name: `event-loop delay with ${DRONES} drones at a frame a second each, max`, ...compared('max') }),
    row({ name: 'frames analysed meanwhile', unit: 'frames/s', values: results.map(({ framesPerS }) => framesPerS) }),
  ]
}

async function measure(seconds) {
  const service = await startService({ collects: true })
  const devices = Array.from({ length: DRONES }, (_, at) => `bench-drone-${at}`)
  for (const device of devices) await service.addDevice(device, 'drone')
  await rest(seconds / 5)
  await service.loopDelay()
  await rest(seconds)
  const idle = await service.loopDelay()
  const drones = await startProgram('patrol-sender', { httpUrl: service.httpUrl, token: service.token, devices })
  await rest(seconds / 5)
  const analysed = () => service.metric('huying_frames_analysed_total')
  const [before, startedMs] = [await analysed(), performance.now()]
  await service.loopDelay()
  await rest(seconds)
  const busy = await service.loopDelay()
  const framesPerS = ((await analysed()) - before) / ((performance.now() - startedMs) / 1000)
  await drones.stop()
  await service.checkRefusals()
  await service.stop()
  return { idle, busy, framesPerS }
}

const rest = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))
