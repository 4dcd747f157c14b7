import type { BuildingFileView } from '../../house-contract.ts'

/** The outline of a house and where its sensors stand, in a square of 100, north up. */
export interface Plan {
  outline: string
  sensors: { id: string; x: number; y: number }[]
}

const SIDE = 100
const MARGIN = 12
/** Sensors at one place are drawn around it. */
const APART = 7

/** Null where nobody drew the outline. */
export function planOf({
  building: { footprint },
  sensors,
}: Pick<BuildingFileView, 'building' | 'sensors'>): Plan | null {
  if (footprint === undefined || footprint.length < 4) return null
  const stretch = Math.cos((footprint[0]![1] * Math.PI) / 180)
  const points = footprint.map(([lon, lat]) => [lon * stretch, -lat] as const)
  const west = Math.min(...points.map(([x]) => x))
  const north = Math.min(...points.map(([, y]) => y))
  const [width, height] = [Math.max(...points.map(([x]) => x)) - west, Math.max(...points.map(([, y]) => y)) - north]
  const scale = (SIDE - 2 * MARGIN) / (Math.max(width, height) || 1)
  const put = (x: number, y: number) => ({
    x: round((x - west) * scale + (SIDE - width * scale) / 2),
    y: round((y - north) * scale + (SIDE - height * scale) / 2),
  })
  const placed = sensors.flatMap(({ id, position }) =>
    position === undefined ? [] : [{ id, ...put(position.lon * stretch, -position.lat) }],
  )
  const outline = points.map(([x, y]) => put(x, y)).map(({ x, y }) => `${x},${y}`)
  return { outline: outline.join(' '), sensors: spread(placed) }
}

function spread(placed: Plan['sensors']): Plan['sensors'] {
  const seen = new Map<string, number>()
  return placed.map((one) => {
    const key = `${one.x} ${one.y}`
    const count = seen.get(key) ?? 0
    seen.set(key, count + 1)
    if (count === 0) return one
    const angle = (count - 1) * 0.9
    return { id: one.id, x: round(one.x + APART * Math.cos(angle)), y: round(one.y + APART * Math.sin(angle)) }
  })
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
