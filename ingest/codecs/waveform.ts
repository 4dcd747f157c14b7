import { createHash } from 'node:crypto'
import type { Waveform } from '../../core/observation.ts'
import { type Refusal, refuse } from '../../core/refusal.ts'
import type { WaveformHead } from '../../core/vibration.ts'
import { endMsOf, parseWaveform } from '../../core/waveform-block.ts'
import { checkTimeMs } from '../device-time.ts'

/** One block of raw vibration, format `HYWF`. Refuses `bad_payload` and `time_out_of_range`; never throws. */
export function decodeWaveform(payload: Buffer, arrivalMs: number, futureMs: number): WaveformHead | Refusal {
  const head = parseWaveform(payload)
  if ('fault' in head) return refuse('bad_payload', `waveform: ${head.fault}`)
  const startMs = checkTimeMs(head.startUs / 1000, arrivalMs, futureMs, 'waveform: time')
  if (typeof startMs !== 'number') return startMs
  const endMs = checkTimeMs(endMsOf(head), arrivalMs, futureMs, 'waveform: its end')
  return typeof endMs === 'number' ? head : endMs
}

/** The same block of the same device is the same waveform, however often it comes. */
export function toWaveform(deviceId: string, sha256: string, head: WaveformHead): Waveform {
  const waveformId = createHash('sha256').update(`${deviceId}:${sha256}`).digest('hex').slice(0, 32)
  return { kind: 'waveform', deviceId, waveformId, sha256, atMs: Math.round(head.startUs / 1000), head }
}
