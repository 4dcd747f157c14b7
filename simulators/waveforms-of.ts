import { AXES, type WaveformHead, type WorkClass } from '../core/vibration.ts'
import { encodeWaveform } from '../core/waveform-block.ts'
import type { SimulatedDevice } from './fleet.ts'
import type { Tool } from './incidents/incident.ts'
import { randomAt } from './random.ts'
import { isOffAir } from './readings-of.ts'
import type { Rounds } from './rounds.ts'
import { vibrationSignal } from './signals/vibration.ts'

/** A block of raw vibration, which ends at `atMs`. */
export interface WaveformEvent {
  kind: 'waveform'
  atMs: number
  deviceId: string
  /** Makes the bytes, some milliseconds of work. */
  take(): Buffer
}

const BLOCK_S = 8
const RATE_HZ = 250
/** mm/s a count: 32 mm/s are the end of the range. */
const SCALE = 0.001
/** A sensor sends what it feels above this at once, and block after block. */
const TRIGGER_MM_S = 0.5
/** What houses feel on an ordinary day, and how often. */
const DAILY: readonly [WorkClass, number][] = [
  ['none', 0.35],
  ['footfall', 0.35],
  ['traffic', 0.2],
  ['piano', 0.1],
]

/**
 * Blocks of a vibration sensor with `fromMs` ≤ time < `toMs`: one every `calmEveryS` of an ordinary day, and one after the
 * other while there is work near it. They lie on a grid of absolute time, shifted per device.
 */
export function waveformsOf(
  device: SimulatedDevice,
  rounds: Rounds,
  { calmEveryS, fromMs, toMs }: { calmEveryS: number; fromMs: number; toMs: number },
): WaveformEvent[] {
  const everyMs = BLOCK_S * 1000
  const turns = Math.max(1, Math.round(calmEveryS / BLOCK_S))
  const turn = Math.floor(randomAt(rounds.seed, device.id, 'waveform turn') * turns)
  const phaseMs = Math.floor(randomAt(rounds.seed, device.id, 'waveform phase') * everyMs)
  const events: WaveformEvent[] = []
  for (let n = Math.ceil((fromMs - phaseMs) / everyMs); n * everyMs + phaseMs < toMs; n++) {
    const atMs = n * everyMs + phaseMs
    if (rounds.around(atMs).some((round) => isOffAir(round, device.id, atMs))) continue
    const work = workAt(device, rounds, atMs)
    if (work.peakMmS < TRIGGER_MM_S && n % turns !== turn) continue
    const take = () => blockOf(device, { seed: rounds.seed, n, atMs, work })
    events.push({ kind: 'waveform', atMs, deviceId: device.id, take })
  }
  return events
}

interface Work {
  peakMmS: number
  source: Tool
}

/** Strongest of the works nearby that shake the sensor within the block. */
function workAt(device: SimulatedDevice, rounds: Rounds, endMs: number): Work {
  let most: Work = { peakMmS: 0, source: 'drilling' }
  for (let atMs = endMs - BLOCK_S * 1000; atMs < endMs; atMs += 1000)
    for (const round of rounds.around(atMs))
      for (const effect of round.effectsOf.get(device.id) ?? []) {
        if (atMs < effect.fromMs || effect.toMs <= atMs) continue
        const peakMmS = effect.change('ppv_mm_s', atMs, 0)
        if (peakMmS > most.peakMmS) most = { peakMmS, source: effect.toolAt?.(atMs) ?? 'drilling' }
      }
  return most
}

function blockOf(
  device: SimulatedDevice,
  { seed, n, atMs, work }: { seed: number; n: number; atMs: number; work: Work },
): Buffer {
  const isWork = work.peakMmS >= TRIGGER_MM_S
  const columns = vibrationSignal({
    source: isWork ? work.source : dailySource(randomAt(seed, device.id, 'daily', n)),
    seed: Math.floor(randomAt(seed, device.id, 'waveform', n) * 2 ** 31),
    house: Math.floor(randomAt(seed, device.id, 'house') * 2 ** 31),
    seconds: BLOCK_S,
    sampleRateHz: RATE_HZ,
    ...(isWork && { peakMmS: work.peakMmS }),
  })
  const head: WaveformHead = {
    ...{ quantity: 'velocity', sampleType: 'int16', axes: [...AXES], overrange: false },
    sequence: n % 2 ** 32,
    startUs: (atMs - BLOCK_S * 1000) * 1000,
    ...{ sampleRateHz: RATE_HZ, scale: SCALE, samples: BLOCK_S * RATE_HZ, fullScale: 32 },
  }
  return encodeWaveform(
    head,
    columns.map((values) => values.map((value) => value / SCALE)),
  )
}

function dailySource(share: number): WorkClass {
  let sum = 0
  for (const [source, part] of DAILY) {
    sum += part
    if (share < sum) return source
  }
  return 'none'
}
