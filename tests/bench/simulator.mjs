// What one simulator process gives: 100,000 devices at 5,000 messages a second, against a sink that only acknowledges (the limit: the
// same number of connections with messages made beforehand), and through Mosquitto into the service.
import { notMeasured, row } from './rows.mjs'
import { cpuOf, sleep, startProgram } from './systems/children.mjs'
import { mosquittoMissing, startMosquitto } from './systems/mosquitto.mjs'
import { startService } from './systems/service.mjs'

const DEVICES = 100_000
const WANTED = 5_000
const CONNECTIONS = 16
const FLEET = { devices: DEVICES, perSecond: WANTED, connections: CONNECTIONS }

export async function bench({ quick }) {
  const rounds = quick ? 1 : 3
  const measuredS = quick ? 3 : 10
  const flat = []
  const limit = []
  for (let round = 0; round < rounds; round++) {
    limit.push(await preEncoded(measuredS))
    flat.push(await intoSink('max', measuredS))
  }
  const paced = await intoSink(1, 2 * measuredS)
  const name = `one process, ${DEVICES.toLocaleString('en')} devices over ${CONNECTIONS} connections`
  const of = (field, results = flat) => results.map((result) => result[field])
  const wanted = { peer: 'wanted', peerValues: flat.map(() => WANTED), atLeast: 1 }
  return [
    row({ name: `${name}, as fast as a sink acknowledges`, unit: 'messages/s', values: of('perSecond'), ...wanted }),
    row({
      ...{ name: `${name}, as fast as a sink acknowledges`, unit: 'messages/s', values: of('perSecond') },
      ...{ peer: 'messages made beforehand', peerValues: of('perSecond', limit) },
    }),
    row({ name: `${name}: CPU of the simulator per message`, unit: 'µs', values: of('allUs') }),
    row({ name: `${name}: memory above an empty process`, unit: 'bytes/device', values: of('bytesPerDevice') }),
    row({
      name: `${name}, in real time`,
      unit: 'messages/s',
      values: [paced.perSecond],
      ...wanted,
      peerValues: [WANTED],
      atLeast: 0.99,
    }),
    row({ name: `${name}, in real time: given up`, unit: 'messages', values: [paced.dropped], none: true }),
    ...(await intoService(name, measuredS)),
  ]
}

async function intoSink(speed, seconds) {
  const sink = await startProgram('floor')
  const fleet = await startProgram('simulated-fleet', {
    ...FLEET,
    mqttUrl: `mqtt://127.0.0.1:${sink.first.port}`,
    speed,
  })
  const measured = await measure(fleet, seconds)
  await fleet.stop()
  await sink.stop()
  return measured
}

async function measure(fleet, seconds) {
  await sleep(2000)
  const [before, cpuBefore, startedMs] = [await fleet.ask('count'), cpuOf(fleet.pid), performance.now()]
  await sleep(seconds * 1000)
  const [after, cpuAfter, tookS] = [await fleet.ask('count'), cpuOf(fleet.pid), (performance.now() - startedMs) / 1000]
  const messages = after.acknowledged - before.acknowledged
  return { ...after, perSecond: messages / tookS, allUs: (cpuAfter.allUs - cpuBefore.allUs) / messages }
}

async function preEncoded(seconds) {
  const sink = await startProgram('floor')
  const generator = await startProgram('generator', { port: sink.first.port, connections: CONNECTIONS })
  await generator.ask({ phase: 'window', window: 500 })
  await sleep(1000)
  const [before, startedMs] = [await generator.ask({ phase: 'count' }), performance.now()]
  await sleep(seconds * 1000)
  const after = await generator.ask({ phase: 'count' })
  const perSecond = ((after - before) * 1000) / (performance.now() - startedMs)
  await generator.stop()
  await sink.stop()
  return { perSecond }
}

/** Devices are registered as they are first heard; once all are, nothing may be given up and all of it must be taken in. */
async function intoService(name, seconds) {
  const label = `${name}, through Mosquitto into the service`
  if (mosquittoMissing) return [notMeasured(label, mosquittoMissing)]
  const mosquitto = await startMosquitto()
  const mqttUrl = `mqtt://127.0.0.1:${mosquitto.port}`
  const service = await startService({ env: { MQTT_URL: mqttUrl } })
  const fleet = await startProgram('simulated-fleet', { ...FLEET, mqttUrl, speed: 1 })
  // Everybody has been heard once.
  await sleep((1.3 * DEVICES * 1000) / WANTED)
  const taken = () => service.metric('huying_mqtt_messages_total{channel="readings"}')
  const [before, startedMs] = [await taken(), performance.now()]
  const measured = await measure(fleet, seconds)
  const takenIn = (((await taken()) - before) * 1000) / (performance.now() - startedMs)
  await service.checkRefusals()
  for (const system of [fleet, service, mosquitto]) await system.stop()
  const wanted = { peer: 'wanted', peerValues: [WANTED], atLeast: 0.97 }
  return [
    row({ name: `${label}: sent`, unit: 'messages/s', values: [measured.perSecond], ...wanted }),
    row({ name: `${label}: taken in`, unit: 'messages/s', values: [takenIn], ...wanted }),
    row({ name: `${label}: given up`, unit: 'messages', values: [measured.dropped], none: true }),
  ]
}
