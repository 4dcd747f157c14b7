import { connect, type MqttClient } from 'mqtt'
import { AppError } from '../../../core/errors.ts'
import type { Log } from '../../../core/log.ts'

interface BrokerLinkOptions {
  url: string
  clientId: string
  user?: string
  password?: string
  log: Log
}

/** Publishes to another broker, over one connection that comes back by itself. */
export interface BrokerLink {
  start(): void
  stop(): Promise<void>
  /** Resolves with the broker's PUBACK. Rejects with `delivery_failed`; what was not acknowledged by then is not sent later. */
  publish(topic: string, payload: string, retain: boolean, signal: AbortSignal): Promise<void>
}

const RECONNECT_MS = 1_000
const LONGEST_RECONNECT_MS = 30_000
const STOP_MS = 1_000

export function createBrokerLink(options: BrokerLinkOptions): BrokerLink {
  const { url, clientId, user, password, log } = options
  let client: MqttClient | null = null
  let lastError = 'not connected yet'

  function start(): void {
    const mine = connect(url, {
      ...{ clientId, protocolVersion: 4, clean: true, reconnectPeriod: RECONNECT_MS, reconnectOnConnackError: true },
      ...{ queueQoSZero: false, connectTimeout: 10_000 },
      ...(user !== undefined && { username: user }),
      ...(password !== undefined && { password }),
    })
    client = mine
    mine.on('connect', () => {
      mine.options.reconnectPeriod = RECONNECT_MS
    })
    mine.on('close', () => {
      mine.options.reconnectPeriod = Math.min((mine.options.reconnectPeriod ?? 0) * 2, LONGEST_RECONNECT_MS)
    })
    mine.on('error', (err: Error & { code?: unknown }) => {
      lastError = String(err.code ?? err.message)
      log.debug({ err }, 'broker of an output cannot be reached')
    })
  }

  return {
    start,
    async stop() {
      const ending = client
      client = null
      if (!ending) return
      await Promise.race([ending.endAsync(), new Promise((resolve) => setTimeout(resolve, STOP_MS).unref())])
      ending.end(true)
    },
    publish(topic, payload, retain, signal) {
      return new Promise((resolve, reject) => {
        const mine = client
        if (!mine?.connected) return reject(new AppError('delivery_failed', `the broker is away: ${lastError}`))
        let messageId: number | undefined
        const end = (error?: unknown) => {
          signal.removeEventListener('abort', drop)
          mine.off('close', drop)
          if (error) reject(new AppError('delivery_failed', 'the broker has not acknowledged', {}, { cause: error }))
          else resolve()
        }
        // Otherwise mqtt.js sends it again after the next connect, when it may no longer be true.
        const drop = () => {
          if (messageId !== undefined) mine.removeOutgoingMessage(messageId)
          end(new Error('connection lost'))
        }
        signal.addEventListener('abort', drop)
        mine.once('close', drop)
        mine.publish(topic, payload, { qos: 1, retain }, (error) => end(error ?? undefined))
        messageId = mine.getLastMessageId()
      })
    },
  }
}
