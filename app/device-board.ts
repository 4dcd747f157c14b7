import type { Observation, Sample } from '../core/observation.ts'

/** What each device last said, for pages and drawers. Memory only: after a restart devices speak again soon. */
export interface DeviceBoard {
  observe(observation: Observation): void
  presence(deviceId: string): { online: boolean; lastSeenMs: number } | undefined
  latest(deviceId: string): Sample[]
  readonly counts: { devicesOnline: number; readingsTotal: number; framesTotal: number }
}

/** Metrics kept of one device, which chooses their names and may invent ever more; the first known is forgotten. */
export const METRICS_KEPT = 500

interface Row {
  online: boolean
  lastSeenMs: number
  samples: Map<string, Sample>
}

export function createDeviceBoard(): DeviceBoard {
  const rows = new Map<string, Row>()
  const counts = { devicesOnline: 0, readingsTotal: 0, framesTotal: 0 }

  function row(deviceId: string): Row {
    const known = rows.get(deviceId)
    if (known) return known
    const fresh: Row = { online: false, lastSeenMs: 0, samples: new Map() }
    rows.set(deviceId, fresh)
    return fresh
  }

  function seen(deviceId: string, arrivalMs: number, online: boolean): Row {
    const of = row(deviceId)
    if (of.online !== online) counts.devicesOnline += online ? 1 : -1
    of.online = online
    of.lastSeenMs = arrivalMs
    return of
  }

  return {
    observe(observation) {
      const { deviceId, arrivalMs } = observation
      switch (observation.kind) {
        case 'status':
          seen(deviceId, arrivalMs, observation.online)
          return
        case 'waveform':
          seen(deviceId, arrivalMs, true)
          return
        case 'vibration':
        case 'readings': {
          const { samples } = seen(deviceId, arrivalMs, true)
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
    counts,
  }
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
