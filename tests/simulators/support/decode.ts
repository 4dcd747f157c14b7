import type { SimulatedEvent } from '../../../simulators/timeline.ts'
import type { Point } from './shipped-rules.ts'

export type Series = Map<string, Point[]>

/** Values by `device metric`, in order; what is no JSON is left out, plain and SenML are read. */
export function toSeries(events: SimulatedEvent[], series: Series = new Map()): Series {
  for (const event of events) {
    if (event.kind !== 'readings') continue
    for (const [metric, point] of decode(event.payload)) {
      const key = `${event.deviceId} ${metric}`
      const points = series.get(key)
      if (points === undefined) series.set(key, [point])
      else points.push(point)
    }
  }
  return series
}

export function decode(payload: Buffer): [metric: string, point: Point][] {
  const document = parse(payload)
  if (Array.isArray(document)) {
    const records = document as { bn?: string; bt?: number; n: string; v: number }[]
    return records.map(({ n, v }) => [n, { atMs: Math.round(records[0]!.bt! * 1000), value: v }])
  }
  const { at, values } = (document ?? { at: '', values: {} }) as { at: string; values: Record<string, number> }
  return Object.entries(values).map(([metric, value]) => [metric, { atMs: Date.parse(at), value }])
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString()) as unknown
  } catch {
    return null
  }
}
