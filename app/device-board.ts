import type { DeviceHealth } from '../core/device-health.ts'
import type { Observation, Sample } from '../core/observation.ts'

/** What each device last said, for pages and drawers. Memory only: after a restart devices speak again soon. */
export interface DeviceBoard {
  observe(observation: Observation): void
  presence(deviceId: string): { online: boolean; lastSeenMs: number } | undefined
  latest(deviceId: string): Sample[]
  /** How it itself is doing; undefined for one that was not heard of. */
  health(deviceId: string, nowMs: number): DeviceHealth | undefined
  readonly counts: { devicesOnline: number; readingsTotal: number; framesTotal: number }
}

/** Metrics kept of one device, which chooses their names and may invent ever more; the first known is forgotten. */
export const METRICS_KEPT = 500

/** A message whose newest value is older than this when it comes says nothing of the device's clock: it may be a backlog. */
const BACKLOG_MS = 120_000
const MINUTE_MS = 60_000

interface Row {
  online: boolean
  lastSeenMs: number
  /** The minute of its last message, and how many came in that one and in the one before. */
  minute: number
  messages: number
  messagesBefore: number
  /** Device time minus arrival, ms, of its last message that was no backlog; NaN before. */
  aheadMs: number
  firmware: string | null
  samples: Map<string, Sample>
}

export function createDeviceBoard(): DeviceBoard {
  const rows = new Map<string, Row>()
  const counts = { devicesOnline: 0, readingsTotal: 0, framesTotal: 0 }

  function row(deviceId: string): Row {
    const known = rows.get(deviceId)
    if (known) return known
    const fresh: Row = {
      ...{ online: false, lastSeenMs: 0, minute: 0, messages: 0, messagesBefore: 0 },
      ...{ aheadMs: Number.NaN, firmware: null, samples: new Map() },
    }
    rows.set(deviceId, fresh)
    return fresh
  }

  function seen(deviceId: string, arrivalMs: number, online: boolean): Row {
    const of = row(deviceId)
    if (of.online !== online) counts.devicesOnline += online ? 1 : -1
    of.online = online
    of.lastSeenMs = arrivalMs
    countMessage(of, arrivalMs)
    return of
  }

  return {
    observe(observation) {
      const { deviceId, arrivalMs } = observation
      switch (observation.kind) {
        case 'status':
          seen(deviceId, arrivalMs, observation.online).firmware = observation.firmware ?? row(deviceId).firmware
          return
        case 'waveform':
          seen(deviceId, arrivalMs, true)
          return
        case 'vibration':
        case 'readings': {
          const of = seen(deviceId, arrivalMs, true)
          const { samples } = of
          if (observation.kind === 'readings') noteClock(of, observation.samples, arrivalMs)
          counts.readingsTotal += observation.samples.length
          for (const sample of observation.samples) keep(samples, sample)
          while (samples.size > METRICS_KEPT) samples.delete(samples.keys().next().value as string)
          return
        }
        case 'frame':
          seen(deviceId, arrivalMs, true)
          counts.framesTotal++
          return
        case 'record':
        case 'analysis':
      }
    },
    presence: (deviceId) => rows.get(deviceId),
    latest: (deviceId) => Array.from(rows.get(deviceId)?.samples.values() ?? [], (sample) => ({ ...sample })),
    health(deviceId, nowMs) {
      const of = rows.get(deviceId)
      if (of === undefined) return undefined
      const latest = (metric: string) => of.samples.get(metric)?.value ?? null
      return {
        messagesPerMin: perMinute(of, nowMs),
        clockS: Number.isNaN(of.aheadMs) ? null : of.aheadMs / 1000,
        batteryPct: latest('battery_pct'),
        rssiDbm: latest('rssi_dbm'),
        firmware: of.firmware,
      }
    },
    counts,
  }
}

function countMessage(of: Row, arrivalMs: number): void {
  const minute = Math.floor(arrivalMs / MINUTE_MS)
  if (minute !== of.minute) {
    of.messagesBefore = minute === of.minute + 1 ? of.messages : 0
    of.messages = 0
    of.minute = minute
  }
  of.messages++
}

/** The minute that runs, and of the one before as much as lies within sixty seconds. */
function perMinute({ minute, messages, messagesBefore }: Row, nowMs: number): number {
  const passed = nowMs / MINUTE_MS - minute
  if (passed < 1) return messages + messagesBefore * (1 - Math.max(0, passed))
  return passed < 2 ? messages * (2 - passed) : 0
}

function noteClock(of: Row, samples: readonly Sample[], arrivalMs: number): void {
  let newestMs = Number.NEGATIVE_INFINITY
  for (const { atMs } of samples) if (atMs > newestMs) newestMs = atMs
  if (newestMs > arrivalMs - BACKLOG_MS) of.aheadMs = newestMs - arrivalMs
}

/** Written over, not replaced: samples that outlive their message are what a garbage collection costs most for. */
function keep(samples: Map<string, Sample>, { metric, atMs, value }: Sample): void {
  const known = samples.get(metric)
  if (known === undefined) samples.set(metric, { metric, atMs, value })
  else {
    known.atMs = atMs
    known.value = value
  }
}
