import { area, type Box, iou, type RawDetection } from './box.ts'
import { MAX_DETECTIONS } from './nms.ts'
import type { Region } from './views.ts'

/** A detection in pixels of the picture at working scale, and the view that showed it. */
export interface Sight extends RawDetection {
  view: number
  isTile: boolean
  /** Cut off by the edge of its tile where the picture goes on: a box of a part of the thing. */
  isClipped: boolean
}

/** Nearer to a tile's edge than this is cut off. */
const CLIPPED_WITHIN_PX = 5
/** A box is the same thing as one of another tile when so much of the smaller lies inside the larger… */
const MAX_IOS = 0.5
/** …unless it is so much smaller that it is something that lies on it. */
const LEAST_AREA_RATIO = 0.05

/** True when a tile's edge, and not the picture's, cuts the box. */
export function isClipped(box: Box, tile: Region, picture: { width: number; height: number }): boolean {
  const near = (a: number, b: number) => Math.abs(a - b) < CLIPPED_WITHIN_PX
  return (
    (tile.left > 0 && near(box.x1, tile.left)) ||
    (tile.top > 0 && near(box.y1, tile.top)) ||
    (tile.left + tile.width < picture.width && near(box.x2, tile.left + tile.width)) ||
    (tile.top + tile.height < picture.height && near(box.y2, tile.top + tile.height))
  )
}

/**
 * One box for each thing, class by class: greedy suppression by overlap, whole boxes before clipped ones, then by score.
 * Between a tile and another view containment counts as well, since a tile may show a part of what the other shows
 * whole. Best first. Sources: Frigate's clipped rule, SAHI's intersection over the smaller.
 */
export function mergeSights(sights: readonly Sight[], maxIou: number): Sight[] {
  const kept: Sight[] = []
  const keptOfClass = new Map<number, Sight[]>()
  for (const sight of [...sights].sort(bestFirst)) {
    const same = keptOfClass.get(sight.classIndex) ?? []
    if (same.some((better) => isSameThing(better, sight, maxIou))) continue
    same.push(sight)
    keptOfClass.set(sight.classIndex, same)
    kept.push(sight)
  }
  return kept.sort((a, b) => b.score - a.score).slice(0, MAX_DETECTIONS)
}

function bestFirst(a: Sight, b: Sight): number {
  return Number(a.isClipped) - Number(b.isClipped) || b.score - a.score
}

function isSameThing(better: Sight, sight: Sight, maxIou: number): boolean {
  if (iou(better, sight) > maxIou) return true
  if (better.view === sight.view || !(better.isTile || sight.isTile)) return false
  const [a, b] = [area(better), area(sight)]
  const smaller = Math.min(a, b)
  return smaller >= LEAST_AREA_RATIO * Math.max(a, b) && shared(better, sight) > MAX_IOS * smaller
}

function shared(a: Box, b: Box): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1)
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1)
  return Math.max(0, width) * Math.max(0, height)
}
