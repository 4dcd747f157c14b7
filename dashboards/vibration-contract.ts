import type { VibrationFeatures } from '../core/vibration.ts'

/** One block of raw vibration. */
export interface WaveformView {
  waveformId: string
  device: string
  sha256: string
  at: string
  until: string
  sequence: number
  quantity: 'velocity' | 'acceleration'
  sampleRateHz: number
  samples: number
  state: 'queued' | 'analysed' | 'refused'
  reason?: string
  features?: VibrationFeatures
}
