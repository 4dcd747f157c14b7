import type { VibrationFeatures, WaveformHead } from './vibration.ts'

/** One block of raw vibration and what became of it. */
export interface WaveformRow {
  waveformId: string
  device: string
  sha256: string
  /** Device time of the first sample, ms. */
  atMs: number
  head: WaveformHead
  state: 'queued' | 'analysed' | 'refused'
  reason?: string
  features?: VibrationFeatures
}

/** The latest waveforms, for those who ask. Features of all stay in the history as readings. */
export interface WaveformDesk {
  /** Newest first. */
  list(query: { device?: string; limit: number }): WaveformRow[]
  get(waveformId: string): WaveformRow | undefined
  /** The block as it was sent; null when it is no longer kept. */
  bytes(waveformId: string): Promise<Buffer | null>
}
