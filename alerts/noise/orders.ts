import { AppError } from '../../core/errors.ts'
import type { ServiceEvent, SilenceEvent } from '../../core/ledger-entry.ts'
import type { OutOfService, Silence } from '../../core/quiet.ts'
import type { Noise } from './noise.ts'
import { checkOutOfService } from './out-of-service.ts'
import { checkSilence } from './silences.ts'

/**
 * People's words that concern more than one alert. Each returns the entry to be appended to the ledger; what it
 * means for alerts comes with the next `advance`.
 */
export interface NoiseOrders {
  silences(): Silence[]
  silence(id: string): Silence | undefined
  /** Makes a silence or replaces the one with its id. Throws `bad_request`, `too_many_requests`. */
  setSilence(silence: Omit<Silence, 'atMs'>, nowMs: number): SilenceEvent
  /** Throws `not_found`. */
  endSilence(id: string, by: string, nowMs: number): SilenceEvent
  outOfService(): OutOfService[]
  /** Throws `bad_request`, `too_many_requests`. */
  takeOut(one: Omit<OutOfService, 'atMs'>, nowMs: number): ServiceEvent
  /** Throws `not_found`. */
  putBack(device: string, by: string, nowMs: number): ServiceEvent
}

export function createOrders(noise: Noise): NoiseOrders {
  const { gates, limits } = noise

  function noted<T extends SilenceEvent | ServiceEvent>(entry: T): T {
    noise.noteOrder(entry)
    return entry
  }

  return {
    silences: gates.silences.all,
    silence: gates.silences.get,
    setSilence(asked, nowMs) {
      const silence: Silence = { ...asked, atMs: nowMs }
      checkSilence(silence, gates.silences, nowMs, limits)
      return noted({ type: 'silence.set', atMs: nowMs, silence, by: asked.by })
    },
    endSilence(id, by, nowMs) {
      const silence = gates.silences.get(id)
      if (!silence) throw new AppError('not_found', 'no such silence', { id })
      return noted({ type: 'silence.ended', atMs: nowMs, silence, by })
    },
    outOfService: gates.devices.all,
    takeOut(asked, nowMs) {
      const outOfService: OutOfService = { ...asked, atMs: nowMs }
      checkOutOfService(outOfService, gates.devices, nowMs, limits)
      return noted({ type: 'service.out', atMs: nowMs, outOfService, by: asked.by })
    },
    putBack(device, by, nowMs) {
      const outOfService = gates.devices.get(device)
      if (!outOfService) throw new AppError('not_found', 'the device is not out of service', { device })
      return noted({ type: 'service.back', atMs: nowMs, outOfService, by })
    },
  }
}
