import { drawAlgae, drawPlume } from './drawn-sprites.ts'
import type { Ground } from './plane.ts'
import type { Sprite } from './sprite.ts'

export type ObjectLabel = 'debris' | 'algae' | 'plume' | 'boat' | 'person'

/** A thing on the water whose place and size are known. */
export interface GroundObject extends Ground {
  /** Stays the same from flight to flight. */
  id: string
  label: ObjectLabel
  /** A cut-out's name; algae and plumes are drawn. */
  looks: string | { drawn: 'algae' | 'plume'; seed: number }
  lengthM: number
  /** Direction of its long side, degrees clockwise from north. */
  headingDeg: number
  /** A week later it is larger. */
  grows?: true
}

/** The object with what it looks like, ready to be laid on the ground. */
export interface PlacedObject extends GroundObject {
  sprite: Sprite
  mPerPx: number
  /** From its middle to its farthest corner. */
  reachM: number
  /** Corners around it, on the ground. */
  outline: Ground[]
  /** What it covers. */
  areaM2: number
}

/** Drawn things have this many pixels along them for each metre. */
const DRAWN_PX_PER_M = 16

/** Throws when a cut-out is not known. */
export function placeObject(object: GroundObject, cutouts: ReadonlyMap<string, Sprite>): PlacedObject {
  const sprite = spriteOf(object, cutouts)
  const mPerPx = object.lengthM / sprite.extent.width
  const { x, y, width, height } = sprite.extent
  const fromMiddle = sprite.outline.map(
    ([px, py]) => [(px - x - width / 2) * mPerPx, (py - y - height / 2) * mPerPx] as const,
  )
  return {
    ...object,
    sprite,
    mPerPx,
    reachM: Math.max(...fromMiddle.map(([along, right]) => Math.hypot(along, right))),
    outline: fromMiddle.map(([along, right]) => moved(object, object.headingDeg, along, right)),
    areaM2: sprite.areaPx * mPerPx * mPerPx,
  }
}

/** `alongM` in a direction from a point, and `rightM` to the right of it. */
export function moved(from: Ground, headingDeg: number, alongM: number, rightM = 0): Ground {
  const sin = Math.sin((headingDeg * Math.PI) / 180)
  const cos = Math.cos((headingDeg * Math.PI) / 180)
  return { eastM: from.eastM + alongM * sin + rightM * cos, northM: from.northM + alongM * cos - rightM * sin }
}

function spriteOf({ looks, lengthM }: GroundObject, cutouts: ReadonlyMap<string, Sprite>): Sprite {
  if (typeof looks !== 'string') {
    const lengthPx = Math.round(lengthM * DRAWN_PX_PER_M)
    return looks.drawn === 'algae' ? drawAlgae(looks.seed, lengthPx) : drawPlume(looks.seed, lengthPx)
  }
  const sprite = cutouts.get(looks)
  if (sprite === undefined) throw new Error(`no cut-out ${looks}`)
  return sprite
}
