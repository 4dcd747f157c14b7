import { createServer, type Server } from 'node:net'
import type { Duplex } from 'node:stream'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { Aedes } from 'aedes'
import { createWebSocketStream, type WebSocket } from 'ws'
import type { DeviceLine } from '../core/device-line.ts'
import { AppError } from '../core/errors.ts'
import { type Log, silentLog } from '../core/log.ts'
import { type Refusal, refuse } from '../core/refusal.ts'
import { createBrokerHooks } from './broker-hooks.ts'
import { createDelivery, type DeliveryPorts, type MessageKind } from './delivery.ts'
import { DEFAULT_LIMITS, type IngestLimits } from './limits.ts'
import { createNoSessions } from './no-sessions.ts'
import { createPacketReader } from './packet-reader.ts'
import { createPeers, type Peer } from './peers.ts'
import { createPresence } from './presence.ts'
import { parsePublish } from './publish-packet.ts'
import { createTakeIn } from './take-in.ts'
import { deviceTopics } from './topics.ts'
import { createLater, createWire } from './wire.ts'

export interface BrokerOptions extends DeliveryPorts {
  log?: Log
  limits?: Partial<IngestLimits>
  enrolment?: 'open' | 'closed'
  /** TCP port; 0 takes a free one. */
  port?: number
  host?: string
  /** How often held messages are looked at, ms. */
  sweepMs?: number
  /** How long a connection stays open, silent, after a message of it could not be stored, ms. */
  failurePauseMs?: number
  /** Longest that `stop` waits for what has begun, ms. */
  stopMs?: number
}

export interface BrokerStatus {
  /** 0 before the start. */
  port: number
  connections: number
  /** Messages taken in since the start, refused ones included. */
  messages: Readonly<Record<MessageKind, number>>
  /** Messages that wait for their acknowledgement now, and their bytes. */
  held: number
  heldBytes: number
  refused: number
}

/** The embedded MQTT 3.1.1 broker: devices speak on their own topics up, and hear their own commands. */
export interface Broker extends DeviceLine {
  /** Listens; resolves with the TCP port. */
  start(): Promise<number>
  /** Takes nothing new, waits for what has begun to be acknowledged, then closes. May be called twice. */
  stop(): Promise<void>
  /** Serves one WebSocket (subprotocol `mqtt`, already upgraded) like a TCP connection. */
  attachWebSocket(ws: WebSocket): void
  /** Hands a command to the device's connections that asked for commands; returns how many. Absent devices get nothing. */
  publishCommand(deviceId: string, payload: Buffer | string): number
  status(): BrokerStatus
}

/** Bytes that may wait in a connection's socket, and commands that a device may leave unacknowledged. */
const COMMAND_BACKLOG_BYTES = 64 * 1024
const COMMAND_BACKLOG = 64
/** Topic and packet id of a PUBLISH, besides its payload. */
const PUBLISH_HEAD_BYTES = 1024
/** A client may be silent for one and a half times its keep-alive [MQTT-3.1.2-24]. */
const KEEP_ALIVE_FACTOR = 1.5
const CONNECT_TIMEOUT_MS = 10_000
const CLOSE_MS = 500

/**
 * Refused payloads are acknowledged, since sending them again cannot help; a topic that is not the device's own costs
 * the connection, because MQTT 3.1.1 has no other way to say so; a message that could not be stored is never acknowledged
 * and costs the connection, so that the device sends it again. All three are counted.
 */
export function createBroker(options: BrokerOptions): Broker {
  const { refusals, clock, registry, submit, log = silentLog, enrolment = 'closed' } = options
  const { sweepMs = 1000, failurePauseMs = 1000, stopMs = 5000 } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const held = { bytes: 0, limit: limits.heldBytes }
  /** Unfinished packets may take as much again. */
  const unfinished = { bytes: 0, limit: limits.heldBytes }
  const peers = createPeers()
  const presence = createPresence({ submit, clock, log })
  const delivery = createDelivery({ ...options, log, limits, enrolment, onStatus: presence.said, answerDji: tell })
  const takeIn = createTakeIn({ delivery, held, drop })
  const later = createLater()
  /** What devices are told when they begin to listen. */
  const standing = new Map<string, string>()
  let aedes: Aedes | null = null
  let server: Server | null = null
  let sweeper: NodeJS.Timeout | undefined
  let isStopping = false
  let sweptMs = clock.nowMs()

  function drop(peer: Peer, refusal: Refusal): void {
    if (peer.isDropped) return
    peer.isDropped = true
    const deviceId = peer.session?.deviceId ?? null
    refusals.count(deviceId, refusal)
    log.debug({ deviceId, ...refusal }, 'connection dropped')
    peer.session?.lane.close()
    peer.reader.close()
    peer.client.close()
  }

  function dropLater(peer: Peer, err: AppError): void {
    const deviceId = peer.session?.deviceId ?? null
    log.warn({ deviceId, err }, 'a message could not be stored')
    const refusal = refuse('overloaded', `not stored (${err.code}); the device must send it again`)
    setTimeout(() => drop(peer, refusal), isStopping ? 0 : failurePauseMs).unref()
  }

  function gone(peer: Peer): void {
    const { session, reader } = peer
    reader.close()
    session?.lane.close()
    const remaining = peers.remove(peer)
    if (session && remaining === 0 && !reader.saidGoodbye() && !isStopping) presence.lost(session.deviceId)
  }

  function accept(conn: Duplex): void {
    conn.on('error', ignore)
    if (!aedes || isStopping || peers.size >= limits.connections) {
      refusals.count(
        null,
        refuse('overloaded', isStopping ? 'stopping' : `more than ${limits.connections} connections`),
      )
      conn.destroy()
      return
    }
    const onChunk = (chunk: Buffer) => {
      peer.silentMs = 0
      const fault = peer.reader.read(chunk, clock.nowMs())
      if (fault) drop(peer, fault)
    }
    const wire = createWire(conn, onChunk, later)
    const reader = createPacketReader({
      publishBytes: limits.frameBytes + PUBLISH_HEAD_BYTES,
      meter: unfinished,
      onPacket: (packet, isPublish, bodyAt) => onPacket(peer, packet, isPublish, bodyAt),
    })
    const peer: Peer = {
      client: aedes.handle(wire.link),
      wire,
      reader,
      session: null,
      isConnected: false,
      withBroker: 0,
      keepAliveMs: 0,
      silentMs: 0,
      willTopic: null,
      isDropped: false,
    }
    peers.add(peer)
    conn.once('close', () => gone(peer))
  }

  /** A signed-in device's messages go straight to where they are stored; all else, and what must stay in order with it, to aedes. */
  function onPacket(peer: Peer, packet: Buffer, isPublish: boolean, bodyAt: number): void {
    if (peer.isDropped) return
    const message = isPublish && peer.isConnected && peer.withBroker === 0 ? parsePublish(packet, bodyAt) : null
    if (message === null || message.qos > 1) {
      if (isPublish) peer.withBroker++
      peer.wire.toBroker(packet)
      return
    }
    const { qos, messageId } = message
    takeIn(peer, message, qos === 0 ? ignore : () => peer.wire.puback(messageId))
  }

  /** Drops whoever waited longer than its keep-alive, takes too long to send one packet, or is silent. */
  function sweep(): void {
    const nowMs = clock.nowMs()
    // A clock that is put forward, or a machine that slept, is nobody's silence.
    const passedMs = Math.min(Math.max(0, nowMs - sweptMs), 2 * sweepMs)
    sweptMs = nowMs
    for (const peer of peers.all()) {
      const { session, reader, wire, keepAliveMs } = peer
      if (!wire.isPaused()) peer.silentMs += passedMs
      const holdMs = Math.min(limits.holdMs, keepAliveMs || Number.POSITIVE_INFINITY)
      if (session && nowMs - (session.lane.oldestMs() ?? nowMs) > holdMs)
        drop(peer, refuse(session.lane.isThrottled() ? 'rate_limited' : 'overloaded', `held longer than ${holdMs} ms`))
      else if (nowMs - (reader.incompleteSinceMs() ?? nowMs) > limits.packetMs)
        drop(peer, refuse('rate_limited', `one packet took longer than ${limits.packetMs} ms`))
      else if (keepAliveMs > 0 && peer.silentMs > KEEP_ALIVE_FACTOR * keepAliveMs) fallSilent(peer)
    }
  }

  /** Not the client's fault, so nothing is counted; its loss is told when the connection is gone. */
  function fallSilent(peer: Peer): void {
    if (peer.isDropped) return
    peer.isDropped = true
    log.debug({ deviceId: peer.session?.deviceId ?? null }, 'connection was silent for longer than its keep-alive')
    peer.client.close()
  }

  async function start(): Promise<number> {
    const hooks = createBrokerHooks({
      signInWith: { registry, enrolment, log },
      ...{ peers, takeIn, presence, refusals, limits, held, clock, log, drop, dropLater },
    })
    const persistence = createNoSessions()
    aedes = await Aedes.createBroker({
      ...hooks,
      persistence,
      connectTimeout: CONNECT_TIMEOUT_MS,
      maxInflightInbound: 100,
    })
    // Nobody subscribes to what devices say, so what has been taken in is not routed (a quarter of the CPU).
    Object.assign(aedes, { publish: skipRouting })
    listenToAedes(aedes)
    sweeper = setInterval(sweep, sweepMs)
    server = createServer({ noDelay: true, keepAlive: true }, accept)
    return listen(server, options.port ?? 1883, options.host)
  }

  function listenToAedes(broker: Aedes): void {
    const onError = (client: Parameters<typeof peers.get>[0], err: Error & { code?: string }) => {
      const peer = peers.get(client)
      const deviceId = peer?.session?.deviceId ?? null
      log.debug({ deviceId, err }, 'connection error')
      // Errors with a code come from the network, those of a closed client from writing to it too late; the others say
      // what was wrong with the bytes.
      if (peer && err.code === undefined && !client.closed)
        drop(peer, refuse('bad_payload', `not valid MQTT: ${err.message}`))
    }
    broker.on('clientError', onError)
    broker.on('connectionError', onError)
    broker.on('clientReady', (client) => {
      const peer = peers.get(client)
      if (peer) peer.isConnected = true
    })
    broker.on('ack', (_packet, client) => {
      const session = peers.get(client)?.session
      // [MQTT-4.6.0-2] acknowledgements come in the order of what they acknowledge.
      session?.unacked.shift()?.()
    })
    broker.on('subscribe', (subscriptions, client) => {
      const session = peers.get(client)?.session
      if (!session || !subscriptions.some(({ topic }) => topic === session.topics.commands)) return
      const payload = standing.get(session.deviceId)
      if (payload !== undefined) client.publish({ ...PUBLISH, topic: session.topics.commands, payload, qos: 0 }, ignore)
    })
    broker.on('unsubscribe', (topics, client) => {
      const session = peers.get(client)?.session
      for (const topic of topics) session?.hears.delete(topic)
    })
    const emitter: NodeJS.EventEmitter = broker
    emitter.on('error', (err: Error) => log.error({ err }, 'broker error'))
  }

  async function stop(): Promise<void> {
    if (isStopping || !aedes || !server) return
    isStopping = true
    clearInterval(sweeper)
    server.close()
    for (const { session } of peers.all()) session?.lane.drain()
    await until(() => countHeld() === 0, stopMs)
    // aedes writes what it has to answer in the turn after its release; FIN follows.
    await nextTurn()
    for (const { wire } of peers.all()) wire.link.end()
    await until(() => peers.size === 0, CLOSE_MS)
    const closing = aedes
    await new Promise<void>((resolve) => closing.close(() => resolve()))
  }

  function countHeld(): number {
    let count = 0
    for (const { session } of peers.all()) count += session?.lane.held() ?? 0
    return count
  }

  /** Hands a message to the connections of a device that asked for the topic; returns how many. `onTaken` is called by each that has it. */
  function tell(deviceId: string, topic: string, payload: Buffer | string, onTaken = ignore): number {
    let count = 0
    for (const { client, wire, session } of peers.ofDevice(deviceId)) {
      const qos = session?.hears.get(topic)
      if (!session || qos === undefined || wire.unsentBytes() > COMMAND_BACKLOG_BYTES) continue
      if (session.unacked.length >= COMMAND_BACKLOG) continue
      if (qos === 1) session.unacked.push(onTaken)
      client.publish({ ...PUBLISH, topic, payload, qos }, qos === 1 ? ignore : () => onTaken())
      count++
    }
    return count
  }

  function command(deviceId: string, payload: string): Promise<void> {
    return new Promise((resolve, reject) => {
      let left = tell(deviceId, deviceTopics(deviceId).commands, payload, () => {
        if (--left === 0) resolve()
      })
      if (left === 0) reject(new AppError('delivery_failed', 'the device does not listen', { deviceId }))
    })
  }

  return {
    start,
    stop,
    command,
    stand(deviceId, payload) {
      if (payload === null) standing.delete(deviceId)
      else standing.set(deviceId, payload)
    },
    attachWebSocket(ws) {
      // [MQTT-6.0.0-1] text frames are not MQTT.
      ws.on('message', (_bytes, isBinary) => {
        if (!isBinary) ws.terminate()
      })
      accept(createWebSocketStream(ws))
    },
    publishCommand: (deviceId, payload) => tell(deviceId, deviceTopics(deviceId).commands, payload),
    status: () => ({
      port: portOf(server),
      connections: peers.size,
      messages: { ...delivery.counts },
      held: countHeld(),
      heldBytes: held.bytes,
      refused: refusals.total(),
    }),
  }
}

/** What all that we publish has in common. */
const PUBLISH = { cmd: 'publish', dup: false, retain: false } as const

function ignore(): void {}

/** Calls back as if the packet had been routed: `publish(packet, done)` or `publish(packet, client, done)`. */
function skipRouting(_packet: unknown, second: unknown, third?: () => void): void {
  if (third) third()
  else if (typeof second === 'function') second()
}

function listen(server: Server, port: number, host?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new AppError('config_invalid', 'the MQTT port cannot be used', { port }, { cause })),
    )
    server.listen({ port, ...(host !== undefined && { host }) }, () => resolve(portOf(server)))
  })
}

function portOf(server: Server | null): number {
  const address = server?.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function until(isTrue: () => boolean, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs
  while (!isTrue() && performance.now() < end) await sleep(10)
}
