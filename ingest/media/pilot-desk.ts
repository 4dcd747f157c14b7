import type { Clock } from '../../core/clock.ts'
import type { DeviceRegistry } from '../../core/device-registry.ts'
import { AppError } from '../../core/errors.ts'
import type { Submit } from '../../core/front-door.ts'
import type { MediaDesk } from '../../core/media-desk.ts'
import { type MediaStorage, toDjiStorage } from '../../core/media-storage.ts'
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts'
import { createFlightDesk } from '../dji/flight-desk.ts'
import { readPilotCallback } from '../dji/media-callback.ts'
import type { Refusals } from '../refusals.ts'
import type { MediaBook } from './media-book.ts'

export interface PilotDeskOptions {
  book: MediaBook
  registry: Pick<DeviceRegistry, 'get' | 'all'>
  refusals: Refusals
  submit: Submit
  clock: Clock
  zone: string
  futureMs: number
  storage: MediaStorage | null
}

/** What DJI Pilot 2 asks and tells over HTTPS of the pictures on a remote controller. */
export function createPilotDesk(options: PilotDeskOptions): MediaDesk {
  const { book, registry, refusals, clock, zone, futureMs, storage } = options
  const flights = createFlightDesk()

  /** The drone that the callback names, else the one of the remote controller that signed in. */
  function droneOf(sn: string | undefined, caller: string | null): string | Refusal {
    const named = sn === undefined ? undefined : registry.get(sn)
    if (named && (caller === null || named.id === caller || named.gateway === caller)) return named.id
    if (named) return refuse('topic_not_allowed', `the drone ${sn} is not registered with the gateway ${caller}`)
    if (caller === null) return refuse('unknown_device', 'ext.sn: no such drone is registered')
    const drones = registry.all().filter(({ gateway }) => gateway === caller)
    if (drones.length === 1) return (drones[0] as { id: string }).id
    return refuse('unknown_device', `ext.sn: not registered, and the gateway has ${drones.length} drones`)
  }

  return {
    has: (fingerprint) => book.delivered(fingerprint),
    storageFor: (device) => storage && toDjiStorage(storage, device),
    async announced(caller, body) {
      const arrivalMs = clock.nowMs()
      const callback = readPilotCallback(body, { zone, arrivalMs, futureMs })
      const drone = isRefusal(callback) ? callback : droneOf(callback.sn, caller)
      if (typeof drone !== 'string') {
        refusals.count(caller, drone)
        return drone
      }
      if (isRefusal(callback)) return callback
      if (!book.hasRoom()) throw new AppError('overloaded', 'too many pictures are awaited from the store')
      const { submit } = options
      const news = flights.media(drone, callback, arrivalMs)
      await Promise.all(
        news.map(
          (one) => new Promise<void>((resolve, reject) => submit(one, (err) => (err ? reject(err) : resolve()))),
        ),
      )
      return { object: callback.promise.object }
    },
  }
}
