import type { Clock } from '../core/clock.ts'
import type { Submit } from '../core/front-door.ts'
import type { Log } from '../core/log.ts'

/**
 * Turns connections into status observations, without repeating itself: the first connection of a device says it came,
 * the loss of its last one (a broken link, a keep-alive that ran out, a last will) says it went. A device that leaves with
 * DISCONNECT, as one that sleeps between reports does, has not gone missing and nothing is said.
 */
export interface Presence {
  came(deviceId: string): void
  lost(deviceId: string): void
  /** What the device's own status message said. */
  said(deviceId: string, online: boolean): void
}

export interface PresenceOptions {
  submit: Submit
  clock: Clock
  log: Log
}

export function createPresence({ submit, clock, log }: PresenceOptions): Presence {
  const online = new Map<string, boolean>()

  function tell(deviceId: string, isOnline: boolean): void {
    if (online.get(deviceId) === isOnline) return
    online.set(deviceId, isOnline)
    submit({ kind: 'status', deviceId, online: isOnline, atMs: clock.nowMs() }, (err) => {
      if (!err) return
      // Nobody waits for this one: forget it, so that the next change says it again.
      if (online.get(deviceId) === isOnline) online.delete(deviceId)
      log.warn({ deviceId, online: isOnline, err }, 'a connection change could not be stored')
    })
  }

  return {
    came: (deviceId) => tell(deviceId, true),
    lost: (deviceId) => tell(deviceId, false),
    said: (deviceId, isOnline) => online.set(deviceId, isOnline),
  }
}
