/** Metres east and north of the map's centre. */
export type Metres = readonly [eastM: number, northM: number]

/** The fictional river's centre line, walked by chainage: metres along it from the upstream (western) end. */
export interface RiverCourse {
  lengthM: number
  /** Point `offsetM` to the left bank's side of the centre line (left when looking downstream) at chainage `alongM`. */
  at(alongM: number, offsetM?: number): Metres
  /** Distance from a point to the centre line. */
  distanceM(point: Metres): number
  /** True on the left bank's (northern) side. */
  isNorthOf(point: Metres): boolean
}

const STEP_M = 25
const HALF_SPAN_M = 1500

/** Half the water's width: 15 to 20 m, as a canalised river of a water town. */
export function halfWidthM(alongM: number): number {
  return 17.5 + 2.5 * Math.sin(alongM / 310)
}

export function createRiverCourse(): RiverCourse {
  const line: Metres[] = []
  for (let x = -HALF_SPAN_M; x <= HALF_SPAN_M; x += STEP_M) line.push([x, northingM(x)])
  const along = [0]
  for (let i = 1; i < line.length; i++) along.push(along[i - 1]! + gapM(line[i - 1]!, line[i]!))

  function at(alongM: number, offsetM = 0): Metres {
    let i = 1
    while (i < line.length - 1 && along[i]! < alongM) i++
    const from = line[i - 1]!
    const to = line[i]!
    const length = gapM(from, to)
    const t = (alongM - along[i - 1]!) / length
    const east = (to[0] - from[0]) / length
    const north = (to[1] - from[1]) / length
    return [
      from[0] + (to[0] - from[0]) * t - north * offsetM,
      from[1] + (to[1] - from[1]) * t + east * offsetM,
    ]
  }
  return {
    lengthM: along.at(-1)!,
    at,
    distanceM: (point) => Math.min(...line.map((vertex) => gapM(vertex, point))),
    isNorthOf: ([x, y]) => y > northingM(x),
  }
}

function northingM(eastM: number): number {
  return 260 * Math.sin(eastM / 520) + 60 * Math.sin(eastM / 190)
}

function gapM(a: Metres, b: Metres): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1])
}
