import type { Finding, Sighting, Verdict, VerdictWord } from '../../core/finding.ts'

const AT_MS = Date.UTC(2026, 10, 22, 8)

export function aSighting(changes: Partial<Sighting> = {}): Sighting {
  return {
    ...{ frameId: 'frame-1', flightId: 'flight-1', atMs: AT_MS, score: 0.8, model: 'river-1' },
    ...{ box: [100, 100, 40, 30], position: { lat: 31.3, lon: 120.6 }, radiusM: 1.5, areaM2: 2.4, heightM: 40 },
    ...changes,
  }
}

/** A piece of debris on the left bank, seen on one flight, but for what is said otherwise. */
export function aFinding(changes: Partial<Finding> & { id: string }): Finding {
  const best = changes.best ?? aSighting()
  const { flightId, frameId, atMs } = best
  return {
    ...{ label: 'debris', presence: 'present', position: { lat: 31.3, lon: 120.6 }, radiusM: 1.5 },
    place: { river: '文津河', reach: 'R-2', reachName: '上塘段', alongM: 1240, offsetM: 8, bank: 'left' },
    ...{ areaM2: 2.4, firstMs: atMs, lastMs: atMs, sightings: 3, score: best.score, best, verdicts: [] },
    flights: [{ flightId, firstMs: atMs, lastMs: atMs, sightings: 3, score: best.score, areaM2: 2.4, best }],
    lastLook: { flightId, frameId, atMs },
    ...changes,
  }
}

export function aVerdict(word: VerdictWord, changes: Partial<Omit<Verdict, 'verdict'>> = {}): Verdict {
  return { ...word, by: 'chief', atMs: AT_MS + 3_600_000, model: 'river-1', score: 0.8, ...changes } as Verdict
}
