import { type Alert, deviceOf } from '../../core/alert.ts'
import { AppError } from '../../core/errors.ts'
import type { OutOfService, Quiet } from '../../core/quiet.ts'
import type { NoiseLimits } from './settings.ts'
import { hours } from './silences.ts'

/** Devices under repair or test. */
export interface OutOfServiceDevices {
  get(device: string): OutOfService | undefined
  all(): OutOfService[]
  set(one: OutOfService): void
  remove(device: string): void
  gateOf(alert: Alert, atMs: number): Omit<Quiet, 'sinceMs'> | undefined
}

export function createOutOfService(known: OutOfService[] = []): OutOfServiceDevices {
  const byDevice = new Map(known.map((one) => [one.device, one]))
  return {
    get: (device) => byDevice.get(device),
    all: () => [...byDevice.values()],
    set: (one) => void byDevice.set(one.device, one),
    remove: (device) => void byDevice.delete(device),
    gateOf(alert, atMs) {
      if (byDevice.size === 0) return undefined
      const one = byDevice.get(deviceOf(alert) ?? '')
      return one && atMs < one.untilMs ? { gate: 'out_of_service', by: one.device, untilMs: one.untilMs } : undefined
    },
  }
}

/** Throws `bad_request` without a reason, for a past or too far end, `too_many_requests`. */
export function checkOutOfService(one: OutOfService, known: OutOfServiceDevices, nowMs: number, limits: NoiseLimits) {
  if (one.untilMs <= nowMs) throw new AppError('bad_request', 'until lies in the past')
  if (one.untilMs - nowMs > limits.outOfServiceMs)
    throw new AppError('bad_request', `a device may be out of service for ${hours(limits.outOfServiceMs)}`, {
      maxMs: limits.outOfServiceMs,
    })
  if (one.reason.trim() === '') throw new AppError('bad_request', 'reason is missing')
  if (!known.get(one.device) && known.all().length >= limits.outOfService)
    throw new AppError('too_many_requests', `more than ${limits.outOfService} devices out of service`)
}
