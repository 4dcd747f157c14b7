import type { FindingView } from '../../contract.ts'

/** One digit each. */
const MOST = 6

/**
 * What a finding may be the same thing as: of the same class first, the nearest first, along the same river or by position.
 * Only what stands for itself: neither dismissed nor a duplicate.
 */
export function duplicateCandidates(all: readonly FindingView[], finding: FindingView): FindingView[] {
  const others = all.filter(({ id, review }) => id !== finding.id && (review === 'undecided' || review === 'confirmed'))
  const awayOf = new Map(others.map((one) => [one.id, distanceM(one, finding)]))
  return others
    .filter(({ id }) => Number.isFinite(awayOf.get(id)))
    .sort(
      (a, b) =>
        Number(a.label !== finding.label) - Number(b.label !== finding.label) ||
        awayOf.get(a.id)! - awayOf.get(b.id)! ||
        (a.id < b.id ? -1 : 1),
    )
    .slice(0, MOST)
}

const M_PER_DEGREE = 111_320

/** Infinite where nobody knows. */
function distanceM(a: FindingView, b: FindingView): number {
  if (a.place !== undefined && a.place.river === b.place?.river) return Math.abs(a.place.alongM - b.place.alongM)
  if (a.position === undefined || b.position === undefined) return Number.POSITIVE_INFINITY
  const eastM = (a.position.lon - b.position.lon) * M_PER_DEGREE * Math.cos((a.position.lat * Math.PI) / 180)
  return Math.hypot(eastM, (a.position.lat - b.position.lat) * M_PER_DEGREE)
}
