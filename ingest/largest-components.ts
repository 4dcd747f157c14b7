import type { Sample } from '../core/observation.ts'
import { AXES, type Axis } from '../core/vibration.ts'

const PPV = /^ppv_([xyz])_mm_s$/

/**
 * What follows from components that a device sent: `ppv_mm_s` and `freq_hz` of the largest, `ppv_h_mm_s` and `freq_h_hz`
 * of the larger horizontal one, where it did not say them itself. The same samples come back when there is nothing to add.
 */
export function withLargestComponents(samples: Sample[]): Sample[] {
  if (!samples.some(({ metric }) => metric.startsWith('ppv_') && PPV.test(metric))) return samples
  const added: Sample[] = []
  for (const atMs of new Set(samples.map((sample) => sample.atMs))) {
    const at = new Map(samples.filter((sample) => sample.atMs === atMs).map(({ metric, value }) => [metric, value]))
    const add = (metric: string, value: number | undefined) => {
      if (value !== undefined && !at.has(metric)) added.push({ metric, atMs, value })
    }
    for (const [name, axes] of [
      ['', AXES],
      ['h_', ['x', 'y'] as const],
    ] as const) {
      const largest = largestOf(at, axes)
      if (largest === null || at.has(`ppv_${name}mm_s`)) continue
      add(`ppv_${name}mm_s`, at.get(`ppv_${largest}_mm_s`))
      add(`freq_${name}hz`, at.get(`freq_${largest}_hz`))
    }
  }
  return added.length === 0 ? samples : [...samples, ...added]
}

function largestOf(values: ReadonlyMap<string, number>, axes: readonly Axis[]): Axis | null {
  let largest: Axis | null = null
  for (const axis of axes) {
    const value = values.get(`ppv_${axis}_mm_s`)
    if (value === undefined) continue
    if (largest === null || value > (values.get(`ppv_${largest}_mm_s`) as number)) largest = axis
  }
  return largest
}
