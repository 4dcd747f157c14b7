import type { Detection } from '../../core/detection.ts'
import type { Agreement, ShadowComparison } from '../../core/vision-models.ts'
import { iou } from './box.ts'

const SAME_IOU = 0.5

/** Which things two models both saw in a frame, by class. A box has at most one partner, the best scored first. */
export function compareDetections(
  active: readonly Detection[],
  shadow: readonly Detection[],
): Record<string, Agreement> {
  const byClass: Record<string, Agreement> = {}
  const left = new Set(shadow)
  for (const one of [...active].sort((a, b) => b.score - a.score)) {
    const partner = bestPartner(one, left)
    if (partner) left.delete(partner)
    agreementOf(byClass, one.label)[partner ? 'both' : 'onlyActive']++
  }
  for (const { label } of left) agreementOf(byClass, label).onlyShadow++
  return byClass
}

function agreementOf(byClass: Record<string, Agreement>, label: string): Agreement {
  byClass[label] ??= { both: 0, onlyActive: 0, onlyShadow: 0 }
  return byClass[label]
}

function bestPartner(one: Detection, among: Iterable<Detection>): Detection | undefined {
  let best: Detection | undefined
  let most = SAME_IOU
  for (const other of among) {
    if (other.label !== one.label) continue
    const overlap = iou(corners(one), corners(other))
    if (overlap < most || (overlap === most && best)) continue
    best = other
    most = overlap
  }
  return best
}

function corners({ box: [x, y, width, height] }: Detection) {
  return { x1: x, y1: y, x2: x + width, y2: y + height }
}

/** Counts of two models side by side. As many classes as they have. */
export interface Comparison {
  compare(active: readonly Detection[], shadow: readonly Detection[]): void
  count(what: 'failed' | 'late' | 'skipped'): void
  read(): ShadowComparison
}

export function createComparison(sinceMs: number): Comparison {
  const counts: ShadowComparison = { sinceMs, frames: 0, failed: 0, late: 0, skipped: 0, byClass: {} }
  return {
    compare(active, shadow) {
      counts.frames++
      for (const [label, { both, onlyActive, onlyShadow }] of Object.entries(compareDetections(active, shadow))) {
        const sum = agreementOf(counts.byClass, label)
        sum.both += both
        sum.onlyActive += onlyActive
        sum.onlyShadow += onlyShadow
      }
    },
    count(what) {
      counts[what]++
    },
    read: () => structuredClone(counts),
  }
}
