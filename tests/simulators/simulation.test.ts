import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Clock, systemClock } from '../../core/clock.ts'
import { silentLog } from '../../core/log.ts'
import { createFleet } from '../../simulators/fleet.ts'
import type { PhotoOrder } from '../../simulators/patrol/studio.ts'
import { loadScenario } from '../../simulators/scenario.ts'
import { createSimulation, type Simulation, type SimulationOptions } from '../../simulators/simulation.ts'
import { createTimeline } from '../../simulators/timeline.ts'
import { loadWorld } from '../../simulators/world.ts'
import { decode } from './support/decode.ts'
import { ADMIN_TOKEN, openService, type Service } from './support/service.ts'

const world = loadWorld()
const scenario = loadScenario('ci')
const START_MS = Date.UTC(2026, 2, 1, 2)
const DEVICES = createFleet(world, 5, scenario).length

let service: Service
let simulation: Simulation
beforeEach(async () => {
  service = await openService()
})
afterEach(async () => {
  await simulation.stop()
  await service.close()
})

function create(options: Partial<SimulationOptions> = {}): Simulation {
  const { httpUrl, mqttUrl } = service
  simulation = createSimulation({
    scenario,
    seed: 5,
    world,
    clock: systemClock,
    startMs: START_MS,
    httpUrl,
    mqttUrl,
    adminToken: ADMIN_TOKEN,
    log: silentLog,
    ...options,
  })
  return simulation
}

/** Simulated time runs by hand. */
function handClock(): Clock & { move(ms: number): void } {
  let nowMs = 1_000_000
  return { nowMs: () => nowMs, move: (ms) => (nowMs += ms) }
}

/** In steps that the simulation doesn't take for a sleep. */
async function advance(clock: ReturnType<typeof handClock>, seconds: number): Promise<void> {
  for (let s = 0; s < seconds; s += 5) {
    const dueMs = simulation.status().atMs + 5000
    clock.move(5000)
    await service.until(() => simulation.status().atMs >= dueMs)
  }
}

const onTopic = (channel: string) => service.published.filter(({ topic }) => topic.endsWith(`/${channel}`))

describe('a simulation', () => {
  test('registers every device, connects it as itself and gives birth', async () => {
    await create().start()
    await service.until(() => onTopic('status').length === simulation.fleet.length)

    expect(simulation.status()).toMatchObject({
      state: 'running',
      devices: DEVICES,
      connected: DEVICES,
      refusedLogins: 0,
    })
    expect(service.connected().sort()).toEqual(simulation.fleet.map(({ id }) => id).sort())
    expect(onTopic('status').map(({ payload }) => payload.toString())).toEqual(Array(DEVICES).fill('{"online":true}'))
    const { id, type, name, place, position, reportEveryS } = simulation.fleet[0]!
    expect(service.devices.get(id)).toEqual({ id, type, name, place, position, reportEveryS })
  })

  test('publishes exactly what the timeline says, in each device’s order', async () => {
    const clock = handClock()
    await create({ clock }).start()
    const timeline = createTimeline({
      scenario,
      fleet: createFleet(world, 5, scenario),
      world,
      seed: 5,
      startMs: START_MS,
    })
    const due = timeline.between(START_MS, START_MS + 4500)
    const isSent = () => onTopic('readings').length + onTopic('frames').length >= due.length
    clock.move(4500)
    await service.until(isSent)

    const wanted = (id: string) =>
      due.flatMap((event) => (event.kind === 'readings' && event.deviceId === id ? [event.payload.toString()] : []))
    for (const { id } of simulation.fleet) {
      const got = onTopic('readings').filter(({ deviceId }) => deviceId === id)
      expect(got.map(({ payload }) => payload.toString())).toEqual(wanted(id))
    }
    const frames = due.flatMap((event) => (event.kind === 'frame' ? [event.take()] : []))
    expect(frames).toHaveLength(1)
    expect(onTopic('frames')[0]!.payload.equals(frames[0]!)).toBe(true)
  })

  test('files the route of its patrol, announces the flight and sends its pictures as they are drawn', async () => {
    const clock = handClock()
    const patrol = { fromM: 1000, toM: 1300, heightM: 60, speedMS: 6, restS: 10 }
    const shot: number[] = []
    const openStudio = () => ({
      async shoot({ picture }: PhotoOrder) {
        shot.push(picture.number)
        if (picture.number === 2) throw new Error('no film')
        return Buffer.from(`picture ${picture.number}`)
      },
      close: async () => {},
    })
    await create({ clock, scenario: { ...scenario, incidents: [], faults: [], patrol }, openStudio }).start()
    expect([...service.plans.keys()]).toEqual(['simulated-patrol'])
    expect(service.plans.get('simulated-patrol')).toMatchObject({ devices: ['drone-001'], waypoints: { length: 7 } })
    await advance(clock, 25)
    await service.until(() => shot.length >= 4 && onTopic('frames').length === shot.length - 1)
    expect(service.published.some(({ topic }) => topic === 'thing/product/drone-001/events')).toBe(true)
    const sent = onTopic('frames').map(({ payload }) => payload.toString())
    expect(sent).toEqual(shot.filter((number) => number !== 2).map((number) => `picture ${number}`))
  })

  test('cuts a device that loses power, so that its will is published, and brings it back', async () => {
    const clock = handClock()
    const silent = scenario.incidents.filter(({ kind }) => kind === 'silent')
    await create({ clock, scenario: { ...scenario, incidents: silent, faults: [] } }).start()
    const statusOf = (id: string) =>
      onTopic('status')
        .filter(({ deviceId }) => deviceId === id)
        .map(({ payload }) => payload.toString())
    await advance(clock, 10)
    await service.until(() => service.connected().length === DEVICES - 1)
    const { device } = simulation.truth()[0]!
    await service.until(() => statusOf(device).length === 2)
    expect(simulation.status()).toMatchObject({ connected: DEVICES - 1, active: ['0-i1.1-silent'] })
    await advance(clock, 40)
    await service.until(() => statusOf(device).length === 3)
    expect(statusOf(device)).toEqual(['{"online":true}', '{"online":false}', '{"online":true}'])
  })

  test('comes back by itself after the broker has hung up, and says goodbye at the end', async () => {
    await create().start()
    const births = () => onTopic('status').filter(({ payload }) => payload.toString() === '{"online":true}').length
    await service.until(() => births() === DEVICES)
    service.hangUp()
    await service.until(() => births() === 2 * DEVICES)
    await simulation.stop()
    await service.until(() => service.connected().length === 0)
    const last = new Map(onTopic('status').map(({ deviceId, payload }) => [deviceId, payload.toString()]))
    expect([...last.values()]).toEqual(Array(DEVICES).fill('{"online":false}'))
    expect(simulation.status()).toMatchObject({ state: 'stopped', connected: 0 })
  })

  test('uses tokens that it is given, and asks for new ones when they are refused or it has lost them', async () => {
    const kept = new Map<string, string>()
    await create({ onToken: (id, token) => kept.set(id, token) }).start()
    await simulation.stop()
    expect(kept.size).toBe(DEVICES)

    const asked: string[] = []
    await create({ credentials: (id) => kept.get(id), onToken: (id) => asked.push(id) }).start()
    expect(asked).toEqual([])
    await simulation.stop()

    service.tokens.set('smoke-001', 'changed behind its back')
    kept.delete('smoke-002')
    await create({ credentials: (id) => kept.get(id), onToken: (id) => asked.push(id) }).start()
    expect(asked.sort()).toEqual(['smoke-001', 'smoke-002'])
    expect(simulation.status()).toMatchObject({ connected: DEVICES, refusedLogins: 1 })
  })

  test('keeps what it cannot send in bounds while nothing is acknowledged', async () => {
    const clock = handClock()
    await create({ clock, speed: 8, scenario: { ...scenario, incidents: [], faults: [] } }).start()
    await service.until(() => onTopic('status').length === DEVICES)
    const release = service.hold()
    clock.move(5000)
    const arrived = () => onTopic('readings').length + onTopic('frames').length
    await service.until(() => arrived() === DEVICES * 16)
    const { sent, acknowledged } = simulation.status()
    expect(acknowledged).toBe(0)
    expect(sent).toBe(DEVICES * 16)
    release()
    await service.until(() => onTopic('readings').length === DEVICES * 40)
    expect(simulation.status().dropped).toBe(0)
  })

  describe('as fast as it is acknowledged', () => {
    const flatOut = (more: Partial<SimulationOptions> = {}) => {
      const moved: number[] = []
      const lived = { moveTo: (atMs: number) => void moved.push(atMs), settled: async () => {} }
      create({ speed: 'max', lastsMs: 20_000, service: lived, ...more })
      return moved
    }

    test('sends the same, moves the clock of a service that lives in its time, and ends', async () => {
      const moved = flatOut()
      await simulation.start()
      await simulation.ended()

      const timeline = createTimeline({ scenario, fleet: simulation.fleet, world, seed: 5, startMs: START_MS })
      const due = timeline.between(START_MS, START_MS + 20_000).filter(({ kind }) => kind === 'readings')
      expect(onTopic('readings')).toHaveLength(due.length)
      expect(simulation.status()).toMatchObject({ atMs: START_MS + 20_000, dropped: 0 })
      expect(moved).toEqual(Array.from({ length: 20 }, (_, i) => START_MS + (i + 1) * 1000))
    })

    test('waits while nothing is acknowledged', async () => {
      const release = service.hold()
      const moved = flatOut()
      await simulation.start()
      await service.until(() => onTopic('readings').length > 10)
      expect(moved).toEqual([START_MS + 1000])
      release()
      await simulation.ended()
      expect(moved).toHaveLength(20)
    })

    test('never overtakes the clock of a service that lives in real time', async () => {
      const clock = { nowMs: () => START_MS + 3500 }
      create({ speed: 'max', clock })
      await simulation.start()
      await service.until(() => simulation.status().atMs >= START_MS + 3500)
      const times = onTopic('readings').flatMap(({ payload }) => decode(payload).map(([, { atMs }]) => atMs))
      expect(Math.max(...times.filter((atMs) => atMs < START_MS + 60_000))).toBeLessThan(START_MS + 3500)
      expect(simulation.status().atMs).toBe(START_MS + 3500)
    })
  })

  test('lets devices share a few connections, as behind gateways', async () => {
    create({ speed: 'max', lastsMs: 5000, connections: 2, startMs: START_MS })
    await simulation.start()
    await simulation.ended()

    expect(service.connected()).toHaveLength(2)
    const timeline = createTimeline({ scenario, fleet: simulation.fleet, world, seed: 5, startMs: START_MS })
    const due = timeline.between(START_MS, START_MS + 5000).filter(({ kind }) => kind === 'readings')
    expect(
      onTopic('readings')
        .map(({ deviceId }) => deviceId)
        .sort(),
    ).toEqual(due.map(({ deviceId }) => deviceId).sort())
  })

  test('gives up at once when the admin token is wrong', async () => {
    await expect(create({ adminToken: 'wrong' }).start()).rejects.toMatchObject({ code: 'unauthorized' })
    expect(simulation.status().state).toBe('stopped')
  })

  test('can be stopped while it waits for a service that is not there', async () => {
    const starting = create({ httpUrl: 'http://127.0.0.1:9' }).start()
    await simulation.stop()
    await starting
    expect(simulation.status()).toMatchObject({ state: 'stopped', connected: 0 })
  })
})
