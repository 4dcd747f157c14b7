import type { Inhibition, NoiseSettings } from '../alerts/noise/settings.ts'
import type { Device } from '../core/device.ts'
import type { Severity } from '../core/severity.ts'
import type { Reason } from '../core/signal.ts'
import type { Config } from './config-schema.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The configuration's word on noise; a gate whose figure is 0 is not there. */
export function toNoiseSettings({ noise }: Config, inhibitions: Inhibition[]): NoiseSettings {
  const { flapChanges, flapWithinS, flapStableS, recurrences, recurrenceWithinS } = noise
  const by = labelNames(noise.groupBy)
  const afterMs = repeatsAfterMs(noise)
  return {
    ...(flapChanges > 0 && {
      flap: { changes: flapChanges, withinMs: flapWithinS * 1000, stableMs: flapStableS * 1000 },
    }),
    ...(Object.keys(afterMs).length > 0 && { repeat: { afterMs, acknowledgedToo: noise.repeatAcknowledged } }),
    ...(recurrences > 0 && { recurrence: { announcements: recurrences, withinMs: recurrenceWithinS * 1000 } }),
    ...(by.length > 0 && {
      grouping: {
        by,
        waitMs: noise.groupWaitS * 1000,
        intervalMs: noise.groupIntervalS * 1000,
        repeatMs: noise.groupRepeatS * 1000,
      },
    }),
    inhibitions,
    limits: {
      shelfMs: noise.shelfMaxHours * HOUR_MS,
      outOfServiceMs: noise.outOfServiceMaxDays * DAY_MS,
      silenceMs: noise.silenceMaxDays * DAY_MS,
    },
  }
}

function repeatsAfterMs(noise: Config['noise']): Partial<Record<Severity, number>> {
  const seconds: [Severity, number][] = [
    ['critical', noise.repeatCriticalS],
    ['major', noise.repeatMajorS],
    ['minor', noise.repeatMinorS],
    ['warning', noise.repeatWarningS],
  ]
  return Object.fromEntries(seconds.filter(([, s]) => s > 0).map(([severity, s]) => [severity, s * 1000]))
}

function labelNames(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

/** What gates may ask of the device behind an alert; nothing where nobody knows it. */
export type LabelsOf = (
  device: Device | undefined,
  deviceId: string | undefined,
  reason: Reason,
) => { labels?: Record<string, string> }

/**
 * Makes the labels: type, gateway, and those of the device's attributes that some gate compares. A device that others
 * speak through has itself as its gateway; where the registry does not say so, the reason of its silence does.
 */
export function toLabels({ inhibitions = [], grouping }: NoiseSettings): LabelsOf {
  const asked = new Set([...inhibitions.flatMap(({ equal }) => equal), ...(grouping?.by ?? [])])
  return (device, deviceId, reason) => {
    const isBlamed = reason.code === 'gateway_silent'
    const isGateway = isBlamed || (device?.type.endsWith(GATEWAY) ?? false)
    const type = isBlamed && !device?.type.endsWith(GATEWAY) ? GATEWAY : device?.type
    const gateway = isGateway ? deviceId : device?.gateway
    const known = Object.entries(device?.attributes ?? {}).filter(([name]) => asked.has(name))
    const labels = {
      ...Object.fromEntries(known.map(([name, value]) => [name, String(value)])),
      ...(type !== undefined && { type }),
      ...(gateway !== undefined && { gateway }),
    }
    return Object.keys(labels).length === 0 ? {} : { labels }
  }
}

const GATEWAY = 'gateway'
