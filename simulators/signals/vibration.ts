import { AXES, type WorkClass } from '../../core/vibration.ts'
import { gaussAt, randomAt } from '../random.ts'
import { ring } from './ring.ts'

export interface VibrationOrder {
  /** Who causes it; `none` is a house at rest. */
  source: WorkClass
  seed: number
  seconds: number
  sampleRateHz: number
  /** The house that it happens in: how it rings. One of its own for each seed when absent. */
  house?: number
  /** Peak of the vector sum without the sensor's noise, mm/s; drawn within what the source usually has when absent. */
  peakMmS?: number
}

/** A draw in 0…1 by name: the same order gives the same signal. */
type Draw = (what: string, index?: number) => number

/** How much of an excitation goes into each way in which a house moves. */
interface Share {
  direct: number
  sway: number
  floor: number
  wall: number
  panel: number
}

interface Excitation {
  /** A series of blows and pushes, or what makes the house hum. */
  values: Float64Array
  share: Share
  /** How much of it is vertical, 0…1. */
  vertical: number
  /** Peaks that it has at a sensor in the house or next door, mm/s, least and most. */
  peakMmS: readonly [number, number]
  /** Soil and masonry between take what is faster, Hz. */
  dampedAboveHz: number
}

const TAU = 2 * Math.PI

/**
 * Velocities of the three axes in mm/s, by physics in brief: a source gives blows or noise, soil and masonry damp what is
 * fast, modes of the house ring (sway at 3 to 8 Hz, floors at 7 to 15, walls at 20 to 45, panels at 60 to 110), the sensor adds noise.
 */
export function vibrationSignal(order: VibrationOrder): Float64Array[] {
  const { source, seed, seconds, sampleRateHz } = order
  const draw: Draw = (what, index = 0) => randomAt(seed, source, what, index)
  const count = Math.round(seconds * sampleRateHz)
  const excitation = source === 'none' ? null : SOURCES[source](draw, count, sampleRateHz)
  const house: Draw = (what, index = 0) => randomAt(order.house ?? seed, 'house', what, index)
  const axes = excitation === null ? AXES.map(() => new Float64Array(count)) : respond(excitation, house, sampleRateHz)
  if (excitation !== null) scaleTo(axes, order.peakMmS ?? between(draw('level'), excitation.peakMmS, true))
  for (const [a, values] of axes.entries()) addNoise(values, draw, seed, a, sampleRateHz)
  return axes
}

const SOURCES: Record<Exclude<WorkClass, 'none'>, (draw: Draw, count: number, rateHz: number) => Excitation> = {
  /** A rotary hammer gives 1,300 to 3,300 blows a minute, in runs of seconds. */
  drilling(draw, count, rateHz) {
    const values = new Float64Array(count)
    const blowHz = between(draw('blow rate'), [22, 55])
    let [at, run] = [-draw('begin') * 4, 0]
    while (at * rateHz < count) {
      const end = at + between(draw('run', run), [2.5, 9])
      for (let blow = 0; at < end; blow++) {
        const strength = 0.75 + 0.5 * draw(`strength ${run}`, blow)
        strike(values, at * rateHz, strength * Math.min(1, (end - at) * 4))
        at += (1 + 0.05 * (draw(`jitter ${run}`, blow) - 0.5)) / blowHz
      }
      at += between(draw('rest', run++), [0.4, 2.5])
    }
    const share = {
      direct: 0.3,
      sway: 0.02,
      floor: 0.1,
      wall: 0.3 + 0.7 * draw('wall'),
      panel: 0.3 + 0.7 * draw('panel'),
    }
    return { values, share, vertical: draw('up'), peakMmS: [0.1, 8], dampedAboveHz: between(draw('far'), [90, 250]) }
  },

  /** By hand: one to two and a half blows a second, in series with pauses. */
  hammering(draw, count, rateHz) {
    const values = new Float64Array(count)
    let [at, blow, left] = [draw('begin'), 0, Math.round(between(draw('series'), [3, 12]))]
    const everyS = between(draw('pace'), [0.4, 1])
    while (at * rateHz < count) {
      strike(values, at * rateHz, 0.5 + draw('strength', blow))
      at += everyS * (1 + 0.35 * (draw('jitter', blow) - 0.5))
      if (--left === 0) {
        at += between(draw('pause', blow), [0.8, 2.5])
        left = Math.round(between(draw('series', blow), [3, 12]))
      }
      blow++
    }
    const share = { direct: 0.3, sway: 0.03, floor: 0.2 * draw('floor'), wall: 1, panel: 0.2 + 0.6 * draw('panel') }
    return { values, share, vertical: draw('up'), peakMmS: [0.2, 10], dampedAboveHz: between(draw('far'), [70, 220]) }
  },

  /** A lorry or bus: seconds of rolling noise around its wheel hop, and its axles on an uneven spot. */
  traffic(draw, count, rateHz) {
    const rough = new Float64Array(count)
    const seconds = count / rateHz
    const passes = Math.max(1, Math.round((seconds / 10) * (0.6 + draw('passes'))))
    for (let pass = 0; pass < passes; pass++) {
      const middleS = between(draw('middle', pass), [0.15, 0.85]) * seconds
      const widthS = between(draw('width', pass), [0.9, 2.6])
      const strength = 0.5 + draw('weight', pass)
      for (let i = 0; i < count; i++) {
        const envelope = strength * Math.exp(-0.5 * ((i / rateHz - middleS) / widthS) ** 2)
        if (envelope > 1e-3) rough[i]! += envelope * gaussAt(Math.floor(draw('roughness') * 2 ** 31), pass, i)
      }
      const bump = 3 * draw('bump', pass) * Math.sqrt(rateHz / 100)
      for (let axle = 0; axle < 2; axle++) strike(rough, (middleS + 0.45 * axle) * rateHz, bump * strength)
    }
    const values = ring(rough, between(draw('wheel hop'), [8.5, 15]), 0.15, rateHz)
    const share = { direct: 1, sway: 0.1 + 0.2 * draw('sway'), floor: 0.3 * draw('floor'), wall: 0, panel: 0 }
    return {
      values,
      share,
      vertical: 0.3 + 0.5 * draw('up'),
      peakMmS: [0.06, 0.9],
      dampedAboveHz: between(draw('far'), [20, 45]),
    }
  },

  /** Somebody walks over a timber floor: 1.6 to 2.4 steps a second, each a blow of the heel. */
  footfall(draw, count, rateHz) {
    const values = new Float64Array(count)
    const stepHz = between(draw('pace'), [1.6, 2.4])
    const seconds = count / rateHz
    const turnS = between(draw('turn'), [10, 30])
    const nearestS = draw('nearest') * turnS
    const [from, to] = [draw('from') * 0.2 * seconds, (0.8 + 0.2 * draw('to')) * seconds]
    for (let step = 0, at = from; at < to; step++) {
      const near = 1 / (1 + (1.6 * Math.sin((Math.PI * (at - nearestS)) / turnS)) ** 2)
      strike(values, at * rateHz, near * (0.8 + 0.4 * draw('strength', step)))
      at += (1 + 0.08 * (draw('jitter', step) - 0.5)) / stepHz
    }
    const share = { direct: 0.02, sway: 0.1 * draw('sway'), floor: 1, wall: 0.05 * draw('wall'), panel: 0.02 }
    return { values, share, vertical: 0.75 + 0.25 * draw('up'), peakMmS: [0.05, 1.2], dampedAboveHz: 60 }
  },

  /** Strings by their soundboard: tones with overtones that die away, several at a time, and a thump of the keys. */
  piano(draw, count, rateHz) {
    const values = new Float64Array(count)
    const perS = between(draw('pace'), [2, 7])
    for (let note = 0, at = -0.5; at * rateHz < count; note++) {
      const hz = 440 * 2 ** ((Math.round(between(draw('key', note), [36, 67])) - 69) / 12)
      addTone(
        values,
        { at, hz, strength: 0.4 + draw('touch', note), decayS: between(draw('decay', note), [0.3, 1.2]) },
        rateHz,
      )
      at += Math.max(0.02, -Math.log(1 - draw('gap', note)) / perS)
    }
    const share = { direct: 1, sway: 0, floor: 0, wall: 0, panel: 0 }
    return { values, share, vertical: 0.3 + 0.5 * draw('up'), peakMmS: [0.03, 0.3], dampedAboveHz: 400 }
  },
}

function addTone(
  values: Float64Array,
  tone: { at: number; hz: number; strength: number; decayS: number },
  rateHz: number,
): void {
  const begin = Math.max(0, Math.ceil(tone.at * rateHz))
  for (let partial = 1; partial <= 4; partial++) {
    const hz = partial * tone.hz
    if (hz > 0.4 * rateHz) return
    for (let i = begin; i < values.length; i++) {
      const t = i / rateHz - tone.at
      const loud = tone.strength * Math.exp((-t * partial ** 0.5) / tone.decayS) * Math.min(1, t / 0.008)
      if (t > 8 * tone.decayS) break
      values[i]! += (loud / partial) * Math.sin(TAU * hz * t)
    }
  }
}

/** A blow between two samples, shared by both. */
function strike(values: Float64Array, at: number, strength: number): void {
  const before = Math.floor(at)
  const part = at - before
  if (before >= 0 && before < values.length) values[before]! += strength * (1 - part)
  if (before + 1 >= 0 && before + 1 < values.length) values[before + 1]! += strength * part
}

function respond({ values, share, vertical, dampedAboveHz }: Excitation, draw: Draw, rateHz: number): Float64Array[] {
  const damped = lowPass(lowPass(values, dampedAboveHz, rateHz), dampedAboveHz, rateHz)
  const modes = [
    { hz: between(draw('sway hz'), [3, 8]), damping: between(draw('sway damping'), [0.03, 0.07]), of: share.sway },
    { hz: between(draw('floor hz'), [7, 15]), damping: between(draw('floor damping'), [0.03, 0.08]), of: share.floor },
    { hz: between(draw('wall hz'), [20, 45]), damping: between(draw('wall damping'), [0.03, 0.08]), of: share.wall },
    { hz: between(draw('panel hz'), [60, 110]), damping: between(draw('panel damping'), [0.04, 0.1]), of: share.panel },
  ].filter(({ hz, of }) => of > 0 && hz < 0.4 * rateHz)
  const rung = modes.map(({ hz, damping }) => ring(damped, hz, damping, rateHz))
  return AXES.map((axis) => {
    const way =
      axis === 'z' ? Math.sqrt(vertical) : Math.sqrt((1 - vertical) * (axis === 'x' ? 0.3 + 0.4 * draw('way') : 0.5))
    const out = new Float64Array(values.length)
    for (let i = 0; i < out.length; i++) out[i] = way * share.direct * damped[i]!
    for (const [m, { of }] of modes.entries()) {
      const part = way * of * (0.6 + 0.8 * draw(`mode ${axis}`, m))
      for (let i = 0; i < out.length; i++) out[i]! += part * rung[m]![i]!
    }
    return out
  })
}

function lowPass(values: Float64Array, hz: number, rateHz: number): Float64Array {
  const keep = Math.exp((-TAU * hz) / rateHz)
  const out = new Float64Array(values.length)
  let last = 0
  for (let i = 0; i < out.length; i++) {
    last = keep * last + (1 - keep) * values[i]!
    out[i] = last
  }
  return out
}

function scaleTo(axes: readonly Float64Array[], peakMmS: number): void {
  let most = 0
  for (let i = 0; i < axes[0]!.length; i++) most = Math.max(most, Math.hypot(...axes.map((values) => values[i]!)))
  if (most > 0) for (const values of axes) for (let i = 0; i < values.length; i++) values[i]! *= peakMmS / most
}

/** White noise of the sensor, the ground's own unrest, and sometimes a hum of the mains. */
function addNoise(values: Float64Array, draw: Draw, seed: number, axis: number, rateHz: number): void {
  const white = between(draw('sensor noise'), [0.001, 0.006], true)
  const hum = draw('hum') < 0.3 ? 0.006 * draw('hum size') : 0
  let unrest = 0
  const slow = Math.exp((-TAU * 4) / rateHz)
  for (let i = 0; i < values.length; i++) {
    unrest = slow * unrest + Math.sqrt(1 - slow * slow) * gaussAt(seed, 'unrest', axis, i)
    values[i]! += white * gaussAt(seed, 'noise', axis, i) + 0.003 * unrest + hum * Math.sin((TAU * 50 * i) / rateHz)
  }
}

function between(share: number, [least, most]: readonly [number, number], isLogarithmic = false): number {
  return isLogarithmic ? least * (most / least) ** share : least + share * (most - least)
}
