import type { SampleType, WaveformHead } from '../../core/vibration.ts'

const ENDS: Partial<Record<SampleType, [number, number]>> = {
  int16: [-32_768, 32_767],
  int32: [-2_147_483_648, 2_147_483_647],
}
/** So much of the told full scale counts as its end. */
const FULL = 0.999
/** Equal samples at the very top of a signal … */
const FLAT_SAMPLES = 3
/** … of which the neighbours lie steps lower, unlike those of a slow and round top that is only quantised. */
const STEEP_STEPS = 6

/** Whether the sensor ran into its end: it says so, stands at the end of its range or type, or its tops are cut flat. */
export function isClipped(head: WaveformHead, columns: readonly Float64Array[]): boolean {
  return head.overrange || columns.some((stored) => isAtEnd(head, stored) || isCutFlat(head, stored))
}

function isAtEnd({ sampleType, scale, fullScale }: WaveformHead, stored: Float64Array): boolean {
  const [low, high] = ENDS[sampleType] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  const end = fullScale > 0 ? (FULL * fullScale) / scale : Number.POSITIVE_INFINITY
  return stored.some((value) => value <= low || value >= high || Math.abs(value) >= end)
}

function isCutFlat({ sampleType }: WaveformHead, stored: Float64Array): boolean {
  const [top, bottom] = [stored.reduce((a, b) => Math.max(a, b)), stored.reduce((a, b) => Math.min(a, b))]
  const step = sampleType === 'float32' ? (top - bottom) * 1e-4 : 1
  return top > bottom && [top, bottom].some((end) => hasFlatRun(stored, end, step * STEEP_STEPS))
}

function hasFlatRun(stored: Float64Array, end: number, steep: number): boolean {
  let run = 0
  for (let i = 0; i <= stored.length; i++) {
    if (stored[i] === end) {
      run++
      continue
    }
    const [before, after] = [stored[i - run - 1], stored[i]]
    if (run >= FLAT_SAMPLES && before !== undefined && after !== undefined)
      if (Math.abs(end - before) > steep && Math.abs(end - after) > steep) return true
    run = 0
  }
  return false
}
