import type { SimulatedEvent } from '../../../simulators/timeline.ts'
import type { Point } from './shipped-rules.ts'

export type Series = Map<string, Point[]>

/** Values by `device metric`, in order of time, however they came; what is no JSON is left out, plain and SenML are read. */
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
  for (const points of series.values()) points.sort((a, b) => a.atMs - b.atMs)
  return series
}

type Plain = { at: string; values: Record<string, number> }
type Senml = { bn?: string; bt?: number; t?: number; n: string; v: number }

/** One report or a batch, plain or SenML. */
export function decode(payload: Buffer): [metric: string, point: Point][] {
  const document = parse(payload) as Plain | (Plain | Senml)[] | null
  const parts = document === null ? [] : [document].flat()
  const baseS = parts[0] !== undefined && 'n' in parts[0] ? (parts[0].bt ?? 0) : 0
  return parts.flatMap((part) => {
    if ('n' in part) return [[part.n, { atMs: Math.round((baseS + (part.t ?? 0)) * 1000), value: part.v }]]
    return Object.entries(part.values).map(([metric, value]): [string, Point] => [
      metric,
      { atMs: Date.parse(part.at), value },
    ])
  })
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString()) as unknown
  } catch {
    return null
  }
}
