import { iou, type RawDetection } from './box.ts'

/** Of one class at most this many boxes are compared, so that a network that answers noise costs milliseconds. */
const CANDIDATES_PER_CLASS = 500
/** No more than this many detections are reported of one frame. */
export const MAX_DETECTIONS = 300

/**
 * Non-maximum suppression, class by class: of boxes of one class that overlap by more than `maxIou` only the best
 * scored stays. Best first. Boxes of different classes never suppress each other.
 */
export function suppress(detections: RawDetection[], maxIou: number): RawDetection[] {
  const kept: RawDetection[] = []
  for (const candidates of byClass(detections).values()) {
    const keptOfClass: RawDetection[] = []
    for (const candidate of bestFirst(candidates).slice(0, CANDIDATES_PER_CLASS)) {
      if (keptOfClass.every((better) => iou(better, candidate) <= maxIou)) keptOfClass.push(candidate)
    }
    kept.push(...keptOfClass)
  }
  return bestFirst(kept).slice(0, MAX_DETECTIONS)
}

function bestFirst(detections: RawDetection[]): RawDetection[] {
  return detections.sort((a, b) => b.score - a.score)
}

function byClass(detections: RawDetection[]): Map<number, RawDetection[]> {
  const classes = new Map<number, RawDetection[]>()
  for (const detection of detections) {
    const same = classes.get(detection.classIndex)
    if (same) same.push(detection)
    else classes.set(detection.classIndex, [detection])
  }
  return classes
}
