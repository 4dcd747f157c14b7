/** The components of a triaxial sensor: x and y horizontal, z vertical. */
export const AXES = ['x', 'y', 'z'] as const
export type Axis = (typeof AXES)[number]

export type Quantity = 'velocity' | 'acceleration'
export type SampleType = 'int16' | 'int32' | 'float32'

/** What a block of raw vibration says of itself. */
export interface WaveformHead {
  quantity: Quantity
  sampleType: SampleType
  axes: Axis[]
  /** The sensor says that it ran into the end of its range. */
  overrange: boolean
  /** Counts the blocks of the device. */
  sequence: number
  /** Device time of the first sample, µs since the epoch. */
  startUs: number
  sampleRateHz: number
  /** Stored value × scale is mm/s, or m/s² for acceleration. */
  scale: number
  /** Samples per axis. */
  samples: number
  /** Greatest value that the sensor can tell, in the same unit; 0 when it does not say. */
  fullScale: number
}

/** What vibration tells of who causes it; the index is the value of the metric `work_class`. */
export const WORK_CLASSES = ['none', 'drilling', 'hammering', 'traffic', 'footfall', 'piano'] as const
export type WorkClass = (typeof WORK_CLASSES)[number]

/** Nominal middle frequencies of one-third octaves, Hz (IEC 61260-1); the exact ones are 10^(n/10), n = 0 … 20. */
export const THIRD_OCTAVES_HZ = [
  1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8, 10, 12.5, 16, 20, 25, 31.5, 40, 50, 63, 80, 100,
] as const

/** One component of a block, as velocity. */
export interface AxisFeatures {
  axis: Axis
  ppvMmS: number
  /** Dominant frequency around the peak, of the spectrum. */
  freqHz: number
  /** Frequency of the half wave that holds the peak, from its zero crossings. */
  zeroCrossingHz: number
  rmsMmS: number
  /** Peak over RMS. */
  crest: number
  /** RMS by one-third octave, as `THIRD_OCTAVES_HZ`, mm/s. */
  bandsMmS: number[]
}

/** How the block sounds as work: what kinds of sources are told apart by. */
export interface PatternFeatures {
  /** Peak vector sum, mm/s. */
  levelMmS: number
  /** Peak of the envelope over its median: how far bursts stand out. */
  impulsiveness: number
  burstsPerS: number
  burstS: number
  /** Share of the time that is in bursts. */
  duty: number
  /** How regular the envelope beats (0 … 1), at 12 to 60 and at 1 to 4 beats a second. */
  fastBeat: number
  slowBeat: number
  /** Shares of the energy: below 8 Hz, 8 to 20, 20 to 60, and above 60 Hz. */
  low: number
  middle: number
  high: number
  top: number
  /** Share of the energy in the strongest narrow lines: tones have much of it, blows little. */
  tonality: number
}

/** What kind of work it is taken for, and how sure that is (0 … 1). */
export interface WorkWord {
  class: WorkClass
  confidence: number
}

/** What the analysis found in one block. */
export interface VibrationFeatures {
  axes: AxisFeatures[]
  pvsMmS: number
  /** The sensor or its converter ran into its end: the true values are larger. */
  clipped: boolean
  pattern: PatternFeatures
  work: WorkWord
  /** The same over the blocks of the last minute, this one included. */
  minute: WorkWord & { blocks: number }
}
