import type { Sample } from '../../core/observation.ts'
import { type AxisFeatures, type VibrationFeatures, type WaveformHead, WORK_CLASSES } from '../../core/vibration.ts'
import { endMsOf } from '../../core/waveform-block.ts'
import { type MeanSquares, meanSquaresOf, thirdOctavesOf } from './bands.ts'
import { classifyBlock, classifyMinute, type EarlierWord } from './classify.ts'
import { isClipped } from './clipped.ts'
import { patternOf } from './pattern.ts'
import { dominantHz, peakOf, zeroCrossingHz } from './peak.ts'
import { toVelocity, type Velocity } from './to-velocity.ts'
import type { WorkPatterns } from './work-patterns.ts'

export interface AnalysisContext {
  patterns: WorkPatterns
  /** What was said of the device's blocks of the last minute. */
  earlier: readonly EarlierWord[]
}

/** What one block tells. Pure; the columns are stored values, unscaled, in the order of `head.axes`. */
export function analyseWaveform(
  head: WaveformHead,
  columns: readonly Float64Array[],
  { patterns, earlier }: AnalysisContext,
): VibrationFeatures {
  const { quantity, sampleRateHz, scale } = head
  const velocities = columns.map((stored) =>
    toVelocity(
      stored.map((value) => value * scale),
      quantity,
      sampleRateHz,
    ),
  )
  const squares = velocities.map(({ values }) => meanSquaresOf(values, sampleRateHz))
  const axes = velocities.map(
    (velocity, i): AxisFeatures => ({ axis: head.axes[i]!, ...featuresOf(velocity, squares[i]!, sampleRateHz) }),
  )
  const pvsMmS = rounded(peakOf(vectorSum(velocities)).height)
  const raw = patternOf(
    velocities.map(({ values }) => values),
    squares,
    sampleRateHz,
    pvsMmS,
  )
  const pattern = mapValues(raw, rounded)
  const said = classifyBlock(pattern, patterns)
  const work = { class: said.class, confidence: rounded(said.confidence) }
  return { axes, pvsMmS, clipped: isClipped(head, columns), pattern, work, minute: classifyMinute(work, earlier) }
}

function featuresOf(velocity: Velocity, squares: MeanSquares, sampleRateHz: number): Omit<AxisFeatures, 'axis'> {
  const peak = peakOf(velocity.fine)
  const rms = Math.sqrt(velocity.values.reduce((sum, value) => sum + value * value, 0) / velocity.values.length)
  const freqHz = dominantHz(velocity, peak, sampleRateHz)
  return {
    ppvMmS: rounded(peak.height),
    freqHz: rounded(freqHz),
    zeroCrossingHz: rounded(zeroCrossingHz(velocity, peak, sampleRateHz) ?? freqHz),
    rmsMmS: rounded(rms),
    crest: rounded(rms > 0 ? peak.height / rms : 0),
    bandsMmS: thirdOctavesOf(squares).map(rounded),
  }
}

function vectorSum(velocities: readonly Velocity[]): Float64Array {
  const sum = new Float64Array(velocities[0]!.fine.length)
  for (const { fine } of velocities) for (let i = 0; i < sum.length; i++) sum[i]! += fine[i]! ** 2
  return sum.map(Math.sqrt)
}

/** The features as readings at the end of the block; `ppv_mm_s` is of the largest component, `h` of the larger horizontal one. */
export function toSamples(head: WaveformHead, { axes, pvsMmS, clipped, minute }: VibrationFeatures): Sample[] {
  const atMs = endMsOf(head)
  const largest = largestOf(axes)
  const horizontal = largestOf(axes.filter(({ axis }) => axis !== 'z'))
  const values: [string, number][] = axes.flatMap(({ axis, ppvMmS, freqHz }) => [
    [`ppv_${axis}_mm_s`, ppvMmS],
    [`freq_${axis}_hz`, freqHz],
  ])
  if (horizontal) values.push(['ppv_h_mm_s', horizontal.ppvMmS], ['freq_h_hz', horizontal.freqHz])
  if (largest)
    values.push(
      ['ppv_mm_s', largest.ppvMmS],
      ['freq_hz', largest.freqHz],
      ['vib_rms_mm_s', largest.rmsMmS],
      ['vib_crest', largest.crest],
    )
  values.push(['pvs_mm_s', pvsMmS], ['vib_clipped', clipped ? 1 : 0])
  values.push(['work_class', WORK_CLASSES.indexOf(minute.class)], ['work_confidence', minute.confidence])
  return values.map(([metric, value]) => ({ metric, atMs, value }))
}

function largestOf(axes: readonly AxisFeatures[]): AxisFeatures | undefined {
  return axes.reduce<AxisFeatures | undefined>(
    (best, one) => (best && best.ppvMmS >= one.ppvMmS ? best : one),
    undefined,
  )
}

/** Five digits: more than any sensor has, and short in the journal. */
function rounded(value: number): number {
  return value === 0 || !Number.isFinite(value) ? 0 : Number(value.toPrecision(5))
}

function mapValues<T extends object>(values: T, change: (value: number) => number): T {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value as number)])) as T
}
