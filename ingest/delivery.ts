import type { Clock } from '../core/clock.ts'
import { type AppError, toAppError } from '../core/errors.ts'
import type { FrontDoor, Outcome, Submit } from '../core/front-door.ts'
import type { Log } from '../core/log.ts'
import { isRefusal, refuse } from '../core/refusal.ts'
import { decodeStatus } from './codecs/status.ts'
import type { DjiAnswer, DjiDoor, DjiMessage } from './dji/dji-door.ts'
import type { IngestLimits } from './limits.ts'
import type { Refusals } from './refusals.ts'
import { isEnrolledOpenly, type Registry, UNKNOWN_TYPE } from './registry.ts'
import type { UpChannel } from './topics.ts'

/** Hands one message of a known device to where it belongs. */
export interface Delivery {
  /**
   * `done` is called once: null when the message is durable, or was refused and counted (sending it again could not
   * help, so it is acknowledged as well); an AppError when it could not be stored and must not be acknowledged.
   */
  deliver(deviceId: string, channel: UpChannel, payload: Buffer, done: (error: AppError | null) => void): void
  /** The same for a message of the DJI Cloud API. */
  deliverDji(message: DjiMessage, done: (error: AppError | null) => void): void
  /** Messages handed over since the start. */
  readonly counts: Readonly<Record<MessageKind, number>>
}

export type MessageKind = UpChannel | 'dji'

/** What every way in for messages is given. */
export interface DeliveryPorts {
  frontDoor: FrontDoor
  submit: Submit
  registry: Registry
  refusals: Refusals
  clock: Clock
  /** The way in for docks; without it nobody speaks DJI's topics here. */
  dji?: DjiDoor
}

export interface DeliveryOptions extends DeliveryPorts {
  log: Log
  limits: Pick<IngestLimits, 'statusBytes'>
  enrolment: 'open' | 'closed'
  /** Hands an answer to a dock. */
  answerDji: DjiAnswer
  /** Told what a device said of itself, once that is durable. */
  onStatus?: (deviceId: string, online: boolean) => void
}

export function createDelivery(options: DeliveryOptions): Delivery {
  const { frontDoor, submit, registry, refusals, clock, log, limits, enrolment, onStatus } = options
  const counts: Record<MessageKind, number> = { readings: 0, frames: 0, waveforms: 0, status: 0, camera: 0, dji: 0 }

  function workOf(
    deviceId: string,
    channel: Exclude<UpChannel, 'readings' | 'camera'>,
    payload: Buffer,
  ): Promise<unknown> {
    if (channel === 'frames') return frontDoor.frame(deviceId, payload)
    return channel === 'waveforms' ? frontDoor.waveform(deviceId, payload) : status(deviceId, payload)
  }

  async function status(deviceId: string, payload: Buffer): Promise<void> {
    const message =
      payload.length > limits.statusBytes
        ? refuse('too_large', `status: more than ${limits.statusBytes} bytes`)
        : decodeStatus(payload)
    if (isRefusal(message)) {
      refusals.count(deviceId, message)
      return
    }
    if (message.type !== undefined) await learnType(deviceId, message.type)
    await new Promise<void>((resolve, reject) => {
      const { online, firmware } = message
      const told = { online, ...(firmware !== undefined && { firmware }) }
      const arrival = { kind: 'status', deviceId, ...told, atMs: clock.nowMs() } as const
      submit(arrival, (error) => (error ? reject(error) : resolve()))
    })
    onStatus?.(deviceId, message.online)
  }

  /** A device that enrolled by itself may say once what it is; for a registered one the registry knows better. */
  async function learnType(deviceId: string, type: string): Promise<void> {
    const device = registry.get(deviceId)
    if (enrolment === 'closed' || !device || !isEnrolledOpenly(device) || device.type !== UNKNOWN_TYPE) return
    await registry.enrol(deviceId, type)
  }

  function begin(deviceId: string, channel: UpChannel, payload: Buffer, done: (error: AppError | null) => void) {
    const settle = (outcome: Outcome) => done(outcome === null || isRefusal(outcome) ? null : outcome)
    if (channel === 'readings' || channel === 'camera') {
      frontDoor[channel](deviceId, payload, settle)
      return
    }
    workOf(deviceId, channel, payload).then(
      () => done(null),
      (thrown) => done(toAppError(thrown)),
    )
  }

  return {
    deliver(deviceId, channel, payload, done) {
      counts[channel]++
      try {
        begin(deviceId, channel, payload, done)
      } catch (err) {
        log.error({ deviceId, channel, err }, 'a message could not be handled')
        done(toAppError(err))
      }
    },
    deliverDji(message, done) {
      counts.dji++
      if (options.dji) options.dji.take(message, options.answerDji, done)
      else done(null)
    },
    counts,
  }
}
