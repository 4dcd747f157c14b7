/** How long things took, ms. */
export interface Latencies {
  p50Ms: number
  p95Ms: number
  maxMs: number
}

/** Measures without keeping more than a bounded part: what comes beyond that between two takes replaces the oldest. */
export interface LatencyMeter {
  note(tookMs: number): void
  /** Of what was noted since the last take; null when there was nothing. */
  take(): Latencies | null
}

const KEPT = 4_096

export function createLatencyMeter(kept = KEPT): LatencyMeter {
  const ring = new Float64Array(kept)
  let count = 0
  return {
    note(tookMs) {
      ring[count++ % kept] = tookMs
    },
    take() {
      const sorted = ring.slice(0, Math.min(count, kept)).sort()
      count = 0
      if (sorted.length === 0) return null
      const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
      return { p50Ms: at(0.5), p95Ms: at(0.95), maxMs: sorted.at(-1)! }
    },
  }
}
