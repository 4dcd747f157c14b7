import { randomAt } from '../random.ts'
import type { IncidentOf } from '../scenario.ts'
import { type PlanContext, type PlannedIncident, truthAt } from './incident.ts'

const DEFAULT_OBJECTS = 3

/** Somebody throws things out of a window, high up. The monitor below counts them. */
export function planLittering(entry: IncidentOf<'littering'>, context: PlanContext): PlannedIncident {
  const device = context.pick('falling-object-monitor')
  const { id, startMs, endMs, seed } = context
  const lastMs = endMs - device.reportEveryS * 1000
  const falls = Array.from({ length: entry.objects ?? DEFAULT_OBJECTS }, (_, i) =>
    Math.floor(startMs + (lastMs - startMs) * randomAt(seed, id, 'fall', i)),
  )
  return {
    truth: truthAt(context, device, 'safety', device.reportEveryS),
    effects: [
      {
        deviceId: device.id,
        fromMs: startMs,
        toMs: endMs,
        change(metric, atMs, value) {
          if (metric !== 'falling_objects') return value
          const sinceMs = atMs - device.reportEveryS * 1000
          return value + falls.filter((fallMs) => sinceMs < fallMs && fallMs <= atMs).length
        },
      },
    ],
  }
}
