import type { Clock } from '../core/clock.ts'
import type { FrontDoor, Outcome } from '../core/front-door.ts'
import type { PayloadChannel } from '../core/payload-desk.ts'
import { isRefusal, type Refusal } from '../core/refusal.ts'
import type { PayloadLog } from './payload-log.ts'

export interface WatchDoorOptions {
  payloads: Pick<PayloadLog, 'note'>
  /** Told of each message of readings that was admitted: ms from its arrival until it was durable and judged. */
  onAdmitted: (tookMs: number) => void
  clock: Clock
  /** Milliseconds that never go back. */
  stopwatchMs: () => number
}

/** The same front door, with somebody beside it who notes what came and how long it took. */
export function watchDoor(door: FrontDoor, { payloads, onAdmitted, clock, stopwatchMs }: WatchDoorOptions): FrontDoor {
  const watched =
    (channel: 'readings' | 'camera'): FrontDoor['readings'] =>
    (deviceId, payload, done) => {
      const atMs = clock.nowMs()
      const sinceMs = stopwatchMs()
      door[channel](deviceId, payload, (outcome) => {
        const refusal = refusalOf(outcome)
        if (outcome === null) onAdmitted(stopwatchMs() - sinceMs)
        if (outcome === null || refusal !== null) payloads.note(deviceId, { atMs, channel, payload, refusal })
        done(outcome)
      })
    }

  async function noted<T extends object>(
    deviceId: string,
    channel: PayloadChannel,
    payload: Buffer,
    work: Promise<T | Refusal>,
  ): Promise<T | Refusal> {
    const atMs = clock.nowMs()
    const outcome = await work
    payloads.note(deviceId, { atMs, channel, payload, refusal: isRefusal(outcome) ? outcome : null })
    return outcome
  }

  return {
    ...door,
    readings: watched('readings'),
    camera: watched('camera'),
    frame: (deviceId, jpeg, told) => noted(deviceId, 'frames', jpeg, door.frame(deviceId, jpeg, told)),
    waveform: (deviceId, block) => noted(deviceId, 'waveforms', block, door.waveform(deviceId, block)),
  }
}

function refusalOf(outcome: Outcome): Refusal | null {
  return outcome !== null && isRefusal(outcome) ? outcome : null
}
