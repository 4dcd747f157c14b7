import { AXES, type WaveformHead } from '../../../core/vibration.ts'
import { analyseWaveform } from '../../../detectors/vibration/analyse-waveform.ts'
import { loadWorkPatterns } from '../../../detectors/vibration/work-patterns.ts'

export const PATTERNS = loadWorkPatterns()

/** A block of float samples; columns are in mm/s or m/s². */
export function headOf(more: Partial<WaveformHead> & { samples: number }): WaveformHead {
  return {
    quantity: 'velocity',
    sampleType: 'float32',
    axes: [...AXES],
    overrange: false,
    sequence: 1,
    startUs: Date.UTC(2026, 10, 22) * 1000,
    sampleRateHz: 500,
    scale: 1,
    fullScale: 0,
    ...more,
  }
}

/** A block of `seconds` in which each axis moves as told, t in seconds. */
export function analyse(
  moves: ((t: number) => number)[],
  { seconds = 10, sampleRateHz = 500, ...more }: Partial<WaveformHead> & { seconds?: number } = {},
) {
  const samples = Math.round(seconds * sampleRateHz)
  const columns = moves.map((move) => Float64Array.from({ length: samples }, (_, i) => move(i / sampleRateHz)))
  const head = headOf({ samples, sampleRateHz, axes: AXES.slice(0, moves.length), ...more })
  return analyseWaveform(head, columns, { patterns: PATTERNS, earlier: [] })
}
