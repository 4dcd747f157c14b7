import { connect as connectTcp, type Socket } from 'node:net'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { generate, type Packet, parser } from 'mqtt-packet'
import { type Clock, systemClock } from '../../core/clock.ts'
import type { Submit } from '../../core/front-door.ts'
import type { Arrival } from '../../core/observation.ts'
import { type BrokerOptions, createBroker } from '../../ingest/broker.ts'
import { createFrontDoor, type FrontDoorOptions } from '../../ingest/front-door.ts'
import type { IngestLimits } from '../../ingest/limits.ts'
import { createRefusals } from '../../ingest/refusals.ts'
import { createRegistry, type Registry } from '../../ingest/registry.ts'
import { deviceLedger } from '../fakes/device-ledger.ts'
import { createMemoryJournal } from '../fakes/memory-journal.ts'

/** Begins like a JPEG, which is all that the fake header reader asks for. */
export const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2000, 7)])

export interface RigOptions {
  commit?: 'at once' | 'by hand'
  limits?: Partial<IngestLimits>
  clock?: Clock
  frontDoor?: Partial<FrontDoorOptions>
  broker?: Partial<BrokerOptions>
}

/** Everything behind the broker, in memory; `arrived` lists what was submitted, durable or not. */
export function createRig(options: RigOptions = {}) {
  const { clock = systemClock, limits = {} } = options
  const ledger = createMemoryJournal()
  const intake = createMemoryJournal({ commit: options.commit ?? 'at once' })
  const registry = createRegistry({ ledger: deviceLedger(ledger), clock })
  const refusals = createRefusals({ clock })
  const arrived: Arrival[] = []
  const submit: Submit = (arrival, done) => {
    arrived.push(arrival)
    intake.append(Buffer.from(JSON.stringify(arrival)), done)
  }
  const files = new Map<string, Buffer>()
  const frontDoor = createFrontDoor({
    submit,
    registry,
    evidence: {
      async put(bytes) {
        const name = String(bytes.length)
        files.set(name, bytes)
        return name
      },
    },
    readFrameHeader: async () => ({ widthPx: 40, heightPx: 30, atMs: null, pose: {} }),
    refusals,
    clock,
    limits,
    ...options.frontDoor,
  })
  return { clock, ledger, intake, registry, refusals, arrived, submit, files, frontDoor, limits }
}
export type Rig = ReturnType<typeof createRig>

export async function startBroker(options: RigOptions = {}) {
  const rig = createRig(options)
  const broker = createBroker({ ...rig, port: 0, sweepMs: 20, failurePauseMs: 20, stopMs: 1000, ...options.broker })
  const port = await broker.start()
  const clients: MqttClient[] = []

  /** Registers the device if need be and connects as it. */
  async function connectDevice(id: string, extra: IClientOptions = {}): Promise<MqttClient> {
    const token = await tokenFor(rig.registry, id)
    const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
      ...{ username: id, password: token, reconnectPeriod: 0, clientId: `${id}-${clients.length}` },
      ...extra,
    })
    client.on('error', () => {})
    clients.push(client)
    return client
  }

  async function close() {
    rig.intake.commit()
    for (const client of clients) client.end(true)
    await broker.stop()
  }
  return { ...rig, broker, port, connectDevice, close }
}

const TOKENS = new WeakMap<Registry, Map<string, string>>()

async function tokenFor(registry: Registry, id: string): Promise<string> {
  const tokens = TOKENS.get(registry) ?? new Map<string, string>()
  TOKENS.set(registry, tokens)
  const known = tokens.get(id)
  if (known !== undefined) return known
  const { token } = await registry.register({ id, type: 'smoke-detector' }, 'test')
  tokens.set(id, token)
  return token
}

/** A socket that speaks MQTT packet by packet, so that a test says exactly what goes over the wire. */
export interface RawClient {
  socket: Socket
  send(...packets: Packet[]): void
  /** Packets received so far. */
  received: Packet[]
  /** Resolves with the first packet of this kind that is not yet taken. */
  next(cmd: Packet['cmd']): Promise<Packet>
  closed: Promise<void>
}

export function openRaw(port: number): RawClient {
  const socket = connectTcp(port, '127.0.0.1')
  const received: Packet[] = []
  const waiting: { cmd: string; resolve: (packet: Packet) => void }[] = []
  const taken = new Set<Packet>()
  const incoming = parser({ protocolVersion: 4 })
  incoming.on('packet', (packet: Packet) => {
    received.push(packet)
    const i = waiting.findIndex(({ cmd }) => cmd === packet.cmd)
    if (i < 0) return
    taken.add(packet)
    waiting.splice(i, 1)[0]?.resolve(packet)
  })
  socket.on('data', (chunk) => incoming.parse(chunk))
  socket.on('error', () => {})
  return {
    socket,
    send: (...packets) => void socket.write(Buffer.concat(packets.map((packet) => generate(packet)))),
    received,
    next(cmd) {
      const found = received.find((packet) => packet.cmd === cmd && !taken.has(packet))
      if (found) {
        taken.add(found)
        return Promise.resolve(found)
      }
      return new Promise((resolve) => waiting.push({ cmd, resolve }))
    },
    closed: new Promise((resolve) => socket.once('close', () => resolve())),
  }
}

export async function openRawDevice(rig: Pick<Rig, 'registry'> & { port: number }, id: string, keepalive = 60) {
  const raw = openRaw(rig.port)
  const password = Buffer.from(await tokenFor(rig.registry, id))
  raw.send({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId: id,
    keepalive,
    username: id,
    password,
  })
  await raw.next('connack')
  return raw
}

export function publish(id: string, messageId: number, value: number, qos: 0 | 1 | 2 = 1): Packet {
  const payload = JSON.stringify({ seq: messageId, values: { t: value } })
  const packet = { cmd: 'publish', topic: `huying/v1/${id}/readings`, payload, qos, dup: false, retain: false } as const
  return qos === 0 ? packet : { ...packet, messageId }
}

/** Waits for something that other tasks bring about. The test's own time limit is the only clock. */
export async function eventually(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 2))
}

export function seqsOf(arrived: Arrival[]): (number | null)[] {
  return arrived.flatMap((arrival) => (arrival.kind === 'readings' ? [arrival.messageSeq] : []))
}
