/** Corners in pixels, x to the right and y down, `x1 ≤ x2`, `y1 ≤ y2`. */
export interface Box {
  x1: number
  y1: number
  x2: number
  y2: number
}

/** One box as a network gives it, in pixels of its input. */
export interface RawDetection extends Box {
  /** Index into the model's classes. */
  classIndex: number
  /** 0…1 */
  score: number
}

export function area(box: Box): number {
  return Math.max(0, box.x2 - box.x1) * Math.max(0, box.y2 - box.y1)
}

/** Intersection over union, 0…1; 0 when either box is empty. */
export function iou(a: Box, b: Box): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1)
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / (area(a) + area(b) - shared)
}
