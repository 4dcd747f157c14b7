import { setTimeout as sleep } from 'node:timers/promises'
import type { IPublishPacket } from 'mqtt'
import { ERROR_CODES, toAppError } from '../core/errors.ts'
import { type Log, silentLog } from '../core/log.ts'
import { refuse } from '../core/refusal.ts'
import { createDelivery, type DeliveryPorts, type MessageKind } from './delivery.ts'
import { DJI_FILTERS, type DjiTopic, parseDjiTopic } from './dji/dji-topics.ts'
import { createLink, type LinkOptions } from './external-link.ts'
import type { Finish } from './lane.ts'
import { DEFAULT_LIMITS, type IngestLimits } from './limits.ts'
import { UNKNOWN_TYPE } from './registry.ts'
import { channelFilter, deviceTopics, parseTopic } from './topics.ts'

export interface ExternalBrokerOptions extends DeliveryPorts {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://`. */
  url: string
  log?: Log
  limits?: Partial<IngestLimits>
  enrolment?: 'open' | 'closed'
  /** Names our persistent sessions at the broker (`…-readings`, `…-frames`); must differ between installations. */
  clientId?: string
  username?: string
  password?: string
  protocolVersion?: 4 | 5
  failurePauseMs?: number
  stopMs?: number
}

export interface ExternalBrokerStatus {
  /** Both sessions are there. */
  isConnected: boolean
  protocolVersion: 4 | 5
  /** Why not, when not. */
  lastError: string | null
  messages: Readonly<Record<MessageKind, number>>
  held: number
  heldBytes: number
  refused: number
}

/** The same way in, from a broker that is not ours. */
export interface ExternalBroker {
  /** Begins to connect and keeps trying; `status` tells when it is there. */
  start(): void
  stop(): Promise<void>
  /** True when the command was handed to the broker, which keeps it for the device if it keeps a session. */
  publishCommand(deviceId: string, payload: Buffer | string): boolean
  status(): ExternalBrokerStatus
}

const READINGS_WINDOW = 1000
const FRAMES_WINDOW = 4
const PUBLISH_HEAD_BYTES = 1024

/**
 * Reads readings, status and frames of all devices from an external broker at QoS 1, in two persistent sessions so that
 * a picture does not hold up the readings' acknowledgements. That broker decides who connects and what a device may
 * publish to; the registry still decides whom we know. Rates per device are that broker's to limit; we limit what waits.
 * Retained readings and frames are copies of old ones, sent again on every subscription, and are passed over.
 */
export function createExternalBroker(options: ExternalBrokerOptions): ExternalBroker {
  const { registry, refusals, clock, log = silentLog, enrolment = 'closed', clientId = 'huying' } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const held = { bytes: 0, limit: limits.heldBytes }
  const delivery = createDelivery({ ...options, log, limits, enrolment, answerDji })

  function onMessage(packet: IPublishPacket, finish: Finish): void {
    const dji = options.dji ? parseDjiTopic(packet.topic) : null
    if (dji) {
      onDjiMessage(dji, packet, finish)
      return
    }
    const topic = parseTopic(packet.topic)
    if (!topic || topic.channel === 'commands') {
      refusals.count(null, refuse('topic_not_allowed', `publish to ${packet.topic}`))
      finish(null)
      return
    }
    const { deviceId, channel } = topic
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
    const deliver = () => delivery.deliver(deviceId, channel, payload, finish)
    if (packet.retain && channel !== 'status') finish(null)
    else if (registry.get(deviceId)) deliver()
    else admitStranger(deviceId, finish, deliver)
  }

  function onDjiMessage(topic: DjiTopic, packet: IPublishPacket, finish: Finish): void {
    if (packet.retain) {
      finish(null)
      return
    }
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload
    delivery.deliverDji({ speaker: null, topic, payload }, finish)
  }

  function answerDji(_gateway: string, topic: string, payload: string): void {
    links[0].publish(topic, payload)
  }

  function admitStranger(deviceId: string, finish: Finish, deliver: () => void): void {
    if (enrolment === 'closed') {
      refusals.count(deviceId, refuse('unknown_device', 'this device is not registered, and enrolment is closed'))
      finish(null)
      return
    }
    registry.enrol(deviceId, UNKNOWN_TYPE).then(deliver, (thrown) => {
      const error = toAppError(thrown)
      if (ERROR_CODES[error.code].retry) return finish(error)
      refusals.count(deviceId, refuse('unknown_device', `enrolment failed: ${error.message}`))
      finish(null)
    })
  }

  const { url, username, password, protocolVersion = 5, failurePauseMs = 1000, stopMs = 5000 } = options
  const shared: Omit<LinkOptions, 'clientId' | 'filters' | 'window'> = {
    ...{ url, protocolVersion, held, clock, log, failurePauseMs, onMessage },
    packetBytes: limits.frameBytes + PUBLISH_HEAD_BYTES,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  }
  const links = [
    createLink({
      ...shared,
      clientId: `${clientId}-readings`,
      filters: [
        channelFilter('readings'),
        channelFilter('status'),
        channelFilter('camera'),
        ...(options.dji ? DJI_FILTERS : []),
      ],
      window: READINGS_WINDOW,
    }),
    createLink({
      ...shared,
      clientId: `${clientId}-frames`,
      filters: [channelFilter('frames'), channelFilter('waveforms')],
      window: FRAMES_WINDOW,
    }),
  ] as const

  function countHeld(): number {
    return links[0].held + links[1].held
  }

  return {
    start() {
      for (const link of links) link.start()
    },
    async stop() {
      for (const link of links) link.drain()
      const end = performance.now() + stopMs
      while (countHeld() > 0 && performance.now() < end) await sleep(10)
      await Promise.all(links.map((link) => link.end()))
    },
    publishCommand: (deviceId, payload) => links[0].publish(deviceTopics(deviceId).commands, payload),
    status: () => ({
      isConnected: links.every((link) => link.isConnected),
      protocolVersion: links[0].protocolVersion,
      lastError: links.find((link) => link.lastError !== null)?.lastError ?? null,
      messages: { ...delivery.counts },
      held: countHeld(),
      heldBytes: held.bytes,
      refused: refusals.total(),
    }),
  }
}
