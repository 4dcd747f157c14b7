import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { generate, type Packet, parser } from 'mqtt-packet'
import type { Clock } from '../../core/clock.ts'
import { type RecordedEntry, toLogin } from '../recording/recording.ts'
import type { Certificate } from './certificates.ts'
import { openDoor } from './door.ts'
import type { EventOf, MessageFacts } from './trace.ts'
import type { TraceLog } from './trace-log.ts'
import type { Way } from './way.ts'

/** A wire between a device and the broker that writes down what passes, and can be worse than a good one. */
export interface Tap {
  port: number
  /** Of the entries' `ms`. */
  startedMs: number
  /** From now on PUBACKs are kept back; `release` hands them over. */
  holdPubacks(): void
  releasePubacks(): void
  /** Cuts every connection, as a broker that dies does, and turns everybody away until `comeBack`. */
  goAway(): void
  comeBack(): void
  /** Cuts every connection and shows somebody else's certificate until `beHonest`; nobody is let through. Not without TLS. */
  beSomebodyElse?(): void
  beHonest?(): void
  /** Sends a command to the device as the broker would. False when it is not connected, or did not subscribe. */
  command(topic: string, payload: string): boolean
  close(): Promise<void>
}

export interface TapOptions {
  /** Where the broker is. */
  broker: { host: string; port: number }
  /** Where to listen; port 0 takes a free one. */
  listen: { host: string; port: number; way?: Way }
  /** The service's own, and somebody else's; needed for ways over TLS. */
  certificates?: { own: Certificate; foreign: Certificate }
  clock: Clock
  trace: TraceLog
  /** What the service would make of a message. */
  inspect(message: { topic: string; payload: Buffer; arrivalMs: number }): Promise<Partial<MessageFacts>>
  /** Hears what devices send, as it comes. */
  onEntry?(entry: RecordedEntry): void
}

interface Line {
  connection: number
  device: Duplex
  broker: Socket
  /** PUBACKs that are kept back, as bytes. */
  held: { messageId: number; bytes: Buffer }[]
  subscribed: boolean
  goodbye: boolean
  isOver: boolean
}

/** Listens; rejects when the port is taken. */
export async function openTap(options: TapOptions): Promise<Tap> {
  const { broker, listen, certificates, clock, inspect, onEntry = () => {} } = options
  const { note } = options.trace
  const { way = 'tcp' } = listen
  const startedMs = clock.nowMs()
  const lines = new Set<Line>()
  let connections = 0
  let isAway = false
  let isHolding = false
  let isForeign = false

  function accept(device: Duplex, subprotocol?: string): void {
    const atMs = clock.nowMs()
    device.on('error', () => {})
    if (isAway) {
      note({ kind: 'turned_away', atMs })
      device.destroy()
      return
    }
    if (isForeign) {
      note({ kind: 'foreign_certificate', atMs, accepted: true })
      device.destroy()
      return
    }
    const line: Line = {
      connection: ++connections,
      device,
      broker: connect({ ...broker, noDelay: true }),
      ...{ held: [], subscribed: false, goodbye: false, isOver: false },
    }
    lines.add(line)
    note({ kind: 'opened', atMs, connection: line.connection, ...(subprotocol !== undefined && { subprotocol }) })
    watchDevice(line)
    watchBroker(line)
  }

  function watchDevice(line: Line): void {
    const { device, connection } = line
    const packets = parser({ protocolVersion: 4 })
    packets.on('packet', (packet: Packet) => fromDevice(line, packet))
    packets.on('error', ({ message }: Error) =>
      note({ kind: 'garbage', atMs: clock.nowMs(), connection, detail: message }),
    )
    device.on('data', (bytes) => {
      packets.parse(bytes)
      line.broker.write(bytes)
    })
    device.on('close', () => end(line, 'device'))
  }

  function fromDevice(line: Line, packet: Packet): void {
    const at = { atMs: clock.nowMs(), connection: line.connection }
    if (packet.cmd === 'disconnect') line.goodbye = true
    if (packet.cmd === 'subscribe') line.subscribed = true
    const entry = { ms: at.atMs - startedMs, connection: line.connection }
    if (packet.cmd === 'connect') onEntry({ ...entry, kind: 'connect', login: toLogin(packet) })
    if (packet.cmd === 'subscribe')
      onEntry({ ...entry, kind: 'subscribe', topics: packet.subscriptions.map(({ topic }) => topic) })
    if (packet.cmd !== 'publish') {
      note({ kind: 'packet', ...at, from: 'device', packet })
      return
    }
    const payload = Buffer.from(packet.payload)
    const { topic, qos, dup, retain, messageId } = packet
    const message: MessageFacts = {
      ...{ topic, qos, dup, retain, bytes: payload.length, channel: null, digest: '' },
      ...(messageId !== undefined && { messageId }),
    }
    note({ kind: 'message', ...at, message })
    const id = messageId === undefined ? {} : { id: messageId }
    onEntry({ ...entry, kind: 'message', message: { topic, qos, dup, retain, ...id, payload } })
    void inspect({ topic, payload, arrivalMs: at.atMs }).then((facts) => Object.assign(message, facts))
  }

  function watchBroker(line: Line): void {
    const { broker: socket } = line
    const packets = parser({ protocolVersion: 4 })
    packets.on('packet', (packet: Packet) => fromBroker(line, packet))
    packets.on('error', () => line.device.destroy())
    socket.on('data', (bytes) => packets.parse(bytes))
    socket.on('error', () => {})
    socket.on('close', () => end(line, 'service'))
  }

  function fromBroker(line: Line, packet: Packet): void {
    const at = { atMs: clock.nowMs(), connection: line.connection }
    const bytes = generate(packet)
    if (packet.cmd === 'puback') {
      const messageId = packet.messageId ?? 0
      if (isHolding) return void line.held.push({ messageId, bytes })
      acknowledge(line, messageId)
    } else if (packet.cmd !== 'publish') note({ kind: 'packet', ...at, from: 'service', packet })
    line.device.write(bytes)
  }

  function acknowledge({ connection }: Line, messageId: number): void {
    const atMs = clock.nowMs()
    note({ kind: 'acknowledged', atMs, connection, messageId })
    onEntry({ ms: atMs - startedMs, connection, kind: 'acknowledged', id: messageId })
  }

  function release(line: Line): void {
    for (const { messageId, bytes } of line.held.splice(0)) {
      acknowledge(line, messageId)
      line.device.write(bytes)
    }
  }

  function end(line: Line, by: EventOf<'closed'>['by']): void {
    if (line.isOver) return
    line.isOver = true
    lines.delete(line)
    const { connection, goodbye } = line
    const atMs = clock.nowMs()
    note({ kind: 'closed', atMs, connection, by, goodbye })
    onEntry({ ms: atMs - startedMs, connection, kind: 'closed', goodbye })
    line.device.destroy()
    line.broker.destroy()
  }

  function cut(): void {
    for (const line of [...lines]) end(line, 'kit')
  }

  const door = await openDoor({
    ...{ way, host: listen.host, port: listen.port, onConnection: accept },
    ...(certificates && { certificate: certificates.own }),
    onText(device) {
      const line = [...lines].find((one) => one.device === device)
      const detail = 'text over a WebSocket [MQTT-6.0.0-1]'
      if (line) note({ kind: 'garbage', atMs: clock.nowMs(), connection: line.connection, detail })
    },
    onRefused() {
      if (isForeign) note({ kind: 'foreign_certificate', atMs: clock.nowMs(), accepted: false })
    },
  })
  return {
    port: door.port,
    startedMs,
    holdPubacks() {
      isHolding = true
    },
    releasePubacks() {
      isHolding = false
      for (const line of lines) release(line)
    },
    goAway() {
      isAway = true
      cut()
    },
    comeBack() {
      isAway = false
    },
    ...(certificates && {
      beSomebodyElse() {
        isForeign = true
        door.show(certificates.foreign)
        cut()
      },
      beHonest() {
        isForeign = false
        door.show(certificates.own)
      },
    }),
    command(topic, payload) {
      const line = [...lines].findLast(({ subscribed }) => subscribed)
      if (line === undefined) return false
      note({ kind: 'command', atMs: clock.nowMs(), connection: line.connection, payload })
      const options = { cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false } as const
      line.device.write(generate(options))
      return true
    },
    async close() {
      cut()
      await door.close()
    },
  }
}
