import { isUtf8 } from 'node:buffer'
import type { Clock } from '../core/clock.ts'
import type { DeviceRegistry } from '../core/device-registry.ts'
import type { KeptPayload, PayloadDesk, PayloadVerdict } from '../core/payload-desk.ts'
import { isRefusal, refuse } from '../core/refusal.ts'
import { decodeReadings } from './codecs/decode-readings.ts'
import { DEFAULT_LIMITS, type IngestLimits } from './limits.ts'
import type { PayloadLog } from './payload-log.ts'

/** Reads kept payloads once more, by the same codecs and as of their arrival, instead of keeping what they said. */
export function createPayloadDesk(options: {
  payloads: PayloadLog
  registry: Pick<DeviceRegistry, 'get'>
  clock: Clock
  limits: Partial<IngestLimits>
}): PayloadDesk {
  const { payloads, registry, clock } = options
  const { readingsBytes, samplesPerMessage, futureMs } = { ...DEFAULT_LIMITS, ...options.limits }

  function decode(deviceId: string, payload: Uint8Array, arrivalMs: number): PayloadVerdict {
    const messages = decodeReadings(Buffer.from(payload), { deviceId, arrivalMs, samplesPerMessage, futureMs })
    return isRefusal(messages) ? messages : { messages }
  }

  function verdictOf(deviceId: string, { refusal, channel, head, bytes, atMs }: KeptPayload): PayloadVerdict | null {
    if (refusal !== null) return refusal
    const isWhole = head.length === bytes && channel === 'readings' && isUtf8(head)
    return isWhole ? decode(deviceId, head, atMs) : null
  }

  return {
    newest: (deviceId, limit) =>
      payloads.newest(deviceId, limit).map((kept) => ({ ...kept, verdict: verdictOf(deviceId, kept) })),
    judge(deviceId, payload) {
      if (!registry.get(deviceId)) return refuse('unknown_device', 'readings from a device that is not registered')
      if (payload.length > readingsBytes) return refuse('too_large', `readings: more than ${readingsBytes} bytes`)
      return decode(deviceId, payload, clock.nowMs())
    },
  }
}
