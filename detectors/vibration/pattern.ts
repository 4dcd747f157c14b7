import type { PatternFeatures } from '../../core/vibration.ts'
import { type MeanSquares, sumBetween } from './bands.ts'
import { powerOfTwoFrom, realOf, spectrumOf } from './fourier.ts'

/** One value of the envelope every 8 ms: half a turn of 60 Hz, so that beats are seen and tones are not. */
const FRAME_S = 0.008
/** A burst rises above a third of the loudest moment, and three times over what is usual. */
const OF_PEAK = 1 / 3
const OVER_MEDIAN = 3
/** Bursts closer than this are one. */
const JOIN_S = 0.06
const FAST_BEAT_HZ = [12, 60] as const
const SLOW_BEAT_HZ = [1, 4] as const
const LINES = 8
const LINE_HZ = 1.5
const TONAL_HZ = [20, 1000] as const

/** What kinds of sources are told apart by, from the velocities of all axes at one sample rate. */
export function patternOf(
  axes: readonly Float64Array[],
  squares: readonly MeanSquares[],
  sampleRateHz: number,
  levelMmS: number,
): PatternFeatures {
  const { envelope, perS } = envelopeOf(axes, sampleRateHz)
  const median = medianOf(envelope)
  const peak = envelope.reduce((a, b) => Math.max(a, b), 0)
  const bursts = burstsOf(envelope, Math.max(peak * OF_PEAK, median * OVER_MEDIAN), JOIN_S * perS)
  const inBursts = bursts.reduce((sum, length) => sum + length, 0) / perS
  const seconds = envelope.length / perS
  const beats = correlationOf(envelope)
  const share = sharesOf(squares)
  return {
    levelMmS,
    impulsiveness: median > 0 ? peak / median : 1,
    burstsPerS: bursts.length / seconds,
    burstS: bursts.length === 0 ? 0 : inBursts / bursts.length,
    duty: inBursts / seconds,
    fastBeat: beatWithin(beats, perS, FAST_BEAT_HZ),
    slowBeat: beatWithin(beats, perS, SLOW_BEAT_HZ),
    low: share(0.8, 8),
    middle: share(8, 20),
    high: share(20, 60),
    top: share(60, 10_000),
    tonality: tonalityOf(squares),
  }
}

function envelopeOf(axes: readonly Float64Array[], sampleRateHz: number): { envelope: Float64Array; perS: number } {
  const frame = Math.max(1, Math.round(FRAME_S * sampleRateHz))
  const count = Math.floor(axes[0]!.length / frame)
  const envelope = new Float64Array(count)
  for (let f = 0; f < count; f++) {
    let sum = 0
    for (const values of axes) for (let i = f * frame; i < (f + 1) * frame; i++) sum += values[i]! ** 2
    envelope[f] = Math.sqrt(sum / frame)
  }
  return { envelope, perS: sampleRateHz / frame }
}

function medianOf(values: Float64Array): number {
  return Float64Array.from(values).sort()[values.length >> 1] ?? 0
}

/** Lengths of the bursts, in frames. */
function burstsOf(envelope: Float64Array, above: number, join: number): number[] {
  const lengths: number[] = []
  let [begin, last] = [-1, -1]
  for (let i = 0; i < envelope.length; i++) {
    if (envelope[i]! <= above) continue
    if (begin < 0 || i - last > join) {
      if (begin >= 0) lengths.push(last - begin + 1)
      begin = i
    }
    last = i
  }
  if (begin >= 0) lengths.push(last - begin + 1)
  return lengths
}

/** Autocorrelation of the envelope, 1 at lag 0. */
function correlationOf(envelope: Float64Array): Float64Array {
  const mean = envelope.reduce((a, b) => a + b, 0) / envelope.length
  const size = powerOfTwoFrom(2 * envelope.length)
  const spectrum = spectrumOf(
    envelope.map((value) => value - mean),
    size,
  )
  const power = new Float64Array(2 * size)
  for (let k = 0; k < size; k++) power[2 * k] = spectrum[2 * k]! ** 2 + spectrum[2 * k + 1]! ** 2
  const raw = realOf(power)
  const count = envelope.length
  return Float64Array.from({ length: count >> 1 }, (_, lag) =>
    raw[0]! > 0 ? (raw[lag]! / raw[0]!) * (count / (count - lag)) : 0,
  )
}

/** Highest local maximum at lags of so many beats a second, over the lowest value before it. */
function beatWithin(correlation: Float64Array, perS: number, [leastHz, mostHz]: readonly [number, number]): number {
  const [from, to] = [
    Math.max(2, Math.round(perS / mostHz)),
    Math.min(correlation.length - 2, Math.round(perS / leastHz)),
  ]
  let strongest = 0
  let lowest = 1
  for (let lag = 1; lag <= to; lag++) {
    const value = correlation[lag]!
    lowest = Math.min(lowest, value)
    if (lag < from || value < correlation[lag - 1]! || value < correlation[lag + 1]!) continue
    strongest = Math.max(strongest, Math.min(value, value - lowest))
  }
  return Math.min(1, Math.max(0, strongest))
}

function sharesOf(squares: readonly MeanSquares[]): (fromHz: number, toHz: number) => number {
  const within = (from: number, to: number) => squares.reduce((sum, one) => sum + sumBetween(one, from, to), 0)
  const all = within(0.8, 10_000)
  return (from, to) => (all > 0 ? within(from, to) / all : 0)
}

/** Share of the energy above 20 Hz that lies in its eight strongest narrow lines. */
function tonalityOf(squares: readonly MeanSquares[]): number {
  const { binHz, bins } = squares[0]!
  const sums = Float64Array.from(bins, (_, k) => squares.reduce((sum, one) => sum + one.bins[k]!, 0))
  const from = Math.ceil(TONAL_HZ[0] / binHz)
  const rest = sums.subarray(from, Math.floor(TONAL_HZ[1] / binHz))
  const all = rest.reduce((a, b) => a + b, 0)
  if (all === 0) return 0
  const half = Math.max(1, Math.round(LINE_HZ / 2 / binHz))
  let inLines = 0
  for (let line = 0; line < LINES; line++) {
    let best = 0
    for (let k = 1; k < rest.length; k++) if (rest[k]! > rest[best]!) best = k
    for (let k = Math.max(0, best - half); k <= Math.min(rest.length - 1, best + half); k++) {
      inLines += rest[k]!
      rest[k] = 0
    }
  }
  return inLines / all
}
