import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt'
import { writeToStream } from 'mqtt-packet'
import type { Clock } from '../core/clock.ts'
import type { AppError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { createLane, type Finish, type Lane } from './lane.ts'
import type { ByteMeter } from './packet-reader.ts'

export interface LinkOptions {
  url: string
  /** Names the persistent session at the broker. */
  clientId: string
  filters: string[]
  username?: string
  password?: string
  /** 5 falls back to 4 (MQTT 3.1.1) when the broker says so. */
  protocolVersion: 4 | 5
  /** Messages that the broker may have in flight to us (MQTT 5 only), and after which we stop reading. */
  window: number
  /** Largest packet that we accept (MQTT 5 only). */
  packetBytes: number
  held: ByteMeter
  clock: Clock
  log: Log
  failurePauseMs: number
  /** One message; `finish` decides whether it is acknowledged. */
  onMessage: (packet: IPublishPacket, finish: Finish) => void
}

/** One persistent session at another broker that acknowledges in order and only what is durable. */
export interface Link {
  start(): void
  /** Takes nothing more and calls back what has begun; `end` closes. */
  drain(): void
  end(): Promise<void>
  publish(topic: string, payload: Buffer | string): boolean
  readonly isConnected: boolean
  readonly protocolVersion: 4 | 5
  readonly held: number
  readonly lastError: string | null
}

const SESSION_S = 7 * 86_400
const FIRST_RECONNECT_MS = 1000
const LONGEST_RECONNECT_MS = 30_000
/** CONNACK: unacceptable protocol version, in MQTT 3.1.1 and in MQTT 5. */
const UNSUPPORTED_VERSION = new Set([1, 132])
/** mqtt.js sends no PUBACK for a message whose `handleMessage` ends with an error, and goes on with the next one. */
const ACKNOWLEDGED_LATER = new Error('acknowledged after its commit')

export function createLink(options: LinkOptions): Link {
  const { held, log, window } = options
  let client: MqttClient | null = null
  let protocolVersion = options.protocolVersion
  let lane: Lane | null = null
  let laneStream: MqttClient['stream'] | null = null
  /** Lets mqtt.js read on, while it is held back. */
  let resume: (() => void) | null = null
  let lastError: string | null = null
  let isEnding = false

  function start(): void {
    const mine = connect(options.url, clientOptions(options, protocolVersion))
    client = mine
    mine.handleMessage = (packet, done) => take(mine, packet, done)
    mine.on('connect', () => {
      lastError = null
      mine.options.reconnectPeriod = FIRST_RECONNECT_MS
      // rh 1: a session that is still there does not send its retained messages again.
      mine.subscribe(options.filters, { qos: 1, rh: 1 }, (err) => {
        if (err) fail(mine, err)
      })
    })
    mine.on('close', () => {
      lane?.close()
      resume = null
      const period = mine.options.reconnectPeriod ?? FIRST_RECONNECT_MS
      mine.options.reconnectPeriod = Math.min(period * 2, LONGEST_RECONNECT_MS)
    })
    mine.on('error', (err: Error & { code?: unknown }) => {
      fail(mine, err)
      if (protocolVersion === 5 && UNSUPPORTED_VERSION.has(err.code as number)) fallBack(mine)
    })
  }

  function fail(mine: MqttClient, err: Error): void {
    if (mine !== client) return
    lastError = err.message
    log.warn({ err }, 'external broker connection failed')
  }

  function fallBack(mine: MqttClient): void {
    protocolVersion = 4
    mine.end(true)
    if (!isEnding) start()
  }

  function laneOf(mine: MqttClient): Lane {
    if (lane && laneStream === mine.stream) return lane
    lane?.close()
    laneStream = mine.stream
    const { clock } = options
    lane = createLane({ clock, meter: held, onFailure: (err) => breakOff(mine, mine.stream, err) })
    return lane
  }

  /** What was not stored is sent again by the broker when the session resumes. */
  function breakOff(mine: MqttClient, stream: MqttClient['stream'], err: AppError): void {
    log.warn({ err }, 'a message could not be stored')
    setTimeout(() => {
      if (mine.stream === stream) stream.destroy()
    }, options.failurePauseMs).unref()
  }

  function take(mine: MqttClient, packet: IPublishPacket, done: (error?: Error) => void): void {
    if (isEnding) return
    const { stream } = mine
    const mineLane = laneOf(mine)
    mineLane.enter(
      packet.payload.length,
      (finish) => options.onMessage(packet, finish),
      () => acknowledge(mine, stream, packet),
    )
    const proceed = () => done(packet.qos === 1 ? ACKNOWLEDGED_LATER : undefined)
    if (hasRoom(mineLane)) proceed()
    else resume = proceed
  }

  function hasRoom(mineLane: Lane): boolean {
    return mineLane.held() < window && held.bytes < held.limit
  }

  /** Only on the connection that brought the message: packet ids mean nothing on another one. */
  function acknowledge(mine: MqttClient, stream: MqttClient['stream'], packet: IPublishPacket): void {
    if (mine.stream !== stream || stream.destroyed) return
    if (packet.qos === 1 && packet.messageId !== undefined)
      writeToStream({ cmd: 'puback', messageId: packet.messageId, reasonCode: 0 }, stream as never, { protocolVersion })
    if (resume && lane && hasRoom(lane)) {
      const proceed = resume
      resume = null
      proceed()
    }
  }

  return {
    start,
    drain() {
      isEnding = true
      lane?.drain()
    },
    async end() {
      isEnding = true
      lane?.close()
      await client?.endAsync(false)
    },
    publish(topic, payload) {
      if (!client?.connected) return false
      client.publish(topic, payload, { qos: 1 })
      return true
    },
    get isConnected() {
      return client?.connected ?? false
    },
    get protocolVersion() {
      return protocolVersion
    },
    get held() {
      return lane?.held() ?? 0
    },
    get lastError() {
      return lastError
    },
  }
}

function clientOptions(options: LinkOptions, protocolVersion: 4 | 5): IClientOptions {
  const { clientId, username, password, window, packetBytes } = options
  return {
    clientId,
    protocolVersion,
    clean: false,
    resubscribe: false,
    queueQoSZero: false,
    reconnectPeriod: FIRST_RECONNECT_MS,
    reconnectOnConnackError: true,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(protocolVersion === 5 && {
      properties: { sessionExpiryInterval: SESSION_S, receiveMaximum: window, maximumPacketSize: packetBytes },
    }),
  }
}
