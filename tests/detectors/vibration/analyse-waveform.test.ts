import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { THIRD_OCTAVES_HZ } from '../../../core/vibration.ts'
import { encodeWaveform, parseWaveform, storedSamples } from '../../../core/waveform-block.ts'
import { analyseWaveform, toSamples } from '../../../detectors/vibration/analyse-waveform.ts'
import { analyse, headOf, PATTERNS } from './a-waveform.ts'

const TURN = 2 * Math.PI
const sine =
  (peak: number, hz: number, phase = 0) =>
  (t: number) =>
    peak * Math.sin(TURN * hz * t + phase)
/** The acceleration in m/s² of that velocity in mm/s. */
const slopeOf =
  (peak: number, hz: number, phase = 0) =>
  (t: number) =>
    (peak / 1000) * TURN * hz * Math.cos(TURN * hz * t + phase)
const still = () => 0

function expectWithin(value: number | undefined, of: number, share: number): void {
  expect(Math.abs((value ?? Number.NaN) / of - 1)).toBeLessThan(share)
}

/** Noise of RMS 1, the same for the same seed. */
function noise(seed: number): () => number {
  let state = seed >>> 0 || 1
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  return () => Math.sqrt(-2 * Math.log(next() || 1e-9)) * Math.cos(TURN * next())
}

const steady = fc.record({
  hz: fc.double({ min: 1, max: 100, noNaN: true }),
  phase: fc.double({ min: 0, max: TURN, noNaN: true }),
  sampleRateHz: fc.constantFrom(250, 400, 500, 1000),
  seconds: fc.double({ min: 4, max: 8, noNaN: true }),
  offset: fc.double({ min: -5, max: 5, noNaN: true }),
  drift: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
})

describe('a steady vibration', () => {
  it('has its peak, frequency and RMS within 1 %, measured as velocity, over any offset and drift', () => {
    fc.assert(
      fc.property(steady, ({ hz, phase, offset, drift, ...block }) => {
        const move = sine(5, hz, phase)
        const { axes, pvsMmS } = analyse([(t) => move(t) + offset + drift * t], block)

        expectWithin(axes[0]?.ppvMmS, 5, 0.01)
        expectWithin(pvsMmS, 5, 0.01)
        expectWithin(axes[0]?.freqHz, hz, 0.01)
        expectWithin(axes[0]?.zeroCrossingHz, hz, 0.01)
      }),
      { numRuns: 60 },
    )
  })

  it('has them measured as acceleration too', () => {
    fc.assert(
      fc.property(steady, ({ hz, phase, offset, drift, ...block }) => {
        const move = slopeOf(5, hz, phase)
        const { axes } = analyse([(t) => move(t) + offset + (drift / 10) * t], { ...block, quantity: 'acceleration' })

        expectWithin(axes[0]?.ppvMmS, 5, 0.01)
        expectWithin(axes[0]?.freqHz, hz, 0.01)
      }),
      { numRuns: 60 },
    )
  })

  it.each([1.6, 8, 31.5, 80])('of %d Hz has its energy in that third of an octave', (nominal) => {
    const index = THIRD_OCTAVES_HZ.indexOf(nominal as (typeof THIRD_OCTAVES_HZ)[number])
    const { axes } = analyse([sine(2, 10 ** (index / 10))], { seconds: 40 })

    const bands = axes[0]!.bandsMmS
    expectWithin(bands[index], Math.SQRT2, 0.01)
    expectWithin(Math.hypot(...bands), Math.SQRT2, 0.01)
  })

  it('has a crest factor of √2 and an RMS of its peak over √2', () => {
    const { axes } = analyse([sine(3, 20)])

    expectWithin(axes[0]?.rmsMmS, 3 / Math.SQRT2, 0.01)
    expectWithin(axes[0]?.crest, Math.SQRT2, 0.01)
  })

  it('keeps its peak in noise, up to what the noise adds', () => {
    const [one, other] = [noise(7), noise(11)]
    const velocity = analyse([(t) => sine(5, 12)(t) + 0.01 * one()])
    const acceleration = analyse([(t) => slopeOf(5, 12)(t) + 0.001 * other()], { quantity: 'acceleration' })

    for (const { axes } of [velocity, acceleration]) {
      expectWithin(axes[0]?.ppvMmS, 5, 0.015)
      expectWithin(axes[0]?.freqHz, 12, 0.01)
    }
  })

  it('has the peak of the vector sum of axes that are out of step', () => {
    const { axes, pvsMmS } = analyse([sine(3, 10), sine(4, 10), sine(3, 10, TURN / 4)])

    expect(axes.map(({ axis }) => axis)).toEqual(['x', 'y', 'z'])
    expectWithin(pvsMmS, 5, 0.01)
  })
})

describe('a blow', () => {
  const HZ = 25
  /** A decaying oscillation at 5.003 s, of which the true peak velocity is known by looking closely. */
  const velocityAt = (t: number) =>
    t < 5.003 ? 0 : 8 * Math.exp(-12 * (t - 5.003)) * Math.sin(TURN * HZ * (t - 5.003))
  const PEAK = Math.max(...Array.from({ length: 100_000 }, (_, i) => velocityAt(5 + i * 1e-5)))

  it.each([200, 500, 1000])(
    'has its peak within a hundredth and its frequency within a twentieth at %d samples a second',
    (rate) => {
      const { axes, pattern } = analyse([velocityAt], { sampleRateHz: rate })

      expectWithin(axes[0]?.ppvMmS, PEAK, 0.01)
      expectWithin(axes[0]?.freqHz, HZ, 0.05)
      expect(axes[0]?.crest).toBeGreaterThan(6)
      expect(pattern.impulsiveness).toBeGreaterThan(6)
      expect(pattern.burstsPerS).toBeCloseTo(0.1, 2)
    },
  )

  it.each([0.02, 9.8])('is found at %d s too, at the edge of the block', (atS) => {
    const { axes } = analyse([(t) => velocityAt(t - atS + 5.003)])

    expectWithin(axes[0]?.ppvMmS, PEAK, 0.05)
  })
})

describe('a block in which nothing moves', () => {
  it.each(['velocity', 'acceleration'] as const)('is zero throughout, as %s', (quantity) => {
    const { axes, pvsMmS, clipped, work } = analyse([() => 9.81, still, still], { quantity })

    expect(pvsMmS).toBeLessThan(1e-6)
    expect(axes.every(({ ppvMmS, rmsMmS }) => ppvMmS < 1e-6 && rmsMmS < 1e-6)).toBe(true)
    expect(clipped).toBe(false)
    expect(work.class).toBe('none')
  })
})

describe('whatever a block says', () => {
  it('is analysed into finite numbers', () => {
    const value = fc.oneof(fc.constantFrom(0, 1, -32_768, 32_767), fc.integer({ min: -32_768, max: 32_767 }))
    const scale = fc.constantFrom(1e-9, 1e-3, 1e6)
    const quantity = fc.constantFrom('velocity' as const, 'acceleration' as const)
    const few = fc.array(value, { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(few, scale, quantity, fc.constantFrom(50, 250), (values, factor, what, sampleRateHz) => {
        const samples = sampleRateHz * 2
        const column = Float64Array.from({ length: samples }, (_, i) => values[i % values.length]!)
        const head = headOf({ samples, sampleRateHz, scale: factor, quantity: what, sampleType: 'int16', axes: ['z'] })

        const features = analyseWaveform(head, [column], { patterns: PATTERNS, earlier: [] })

        const numbers = [...toSamples(head, features).map((one) => one.value), ...Object.values(features.pattern)]
        expect([...numbers, ...features.axes[0]!.bandsMmS].filter((one) => !Number.isFinite(one))).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})

describe('a sensor that runs into its end', () => {
  const COUNTS = 1 / 1000
  function clippedOf(move: (t: number) => number, more = {}): boolean {
    const head = headOf({ samples: 5000, sampleType: 'int16', scale: COUNTS, axes: ['x'], ...more })
    const column = Float64Array.from({ length: 5000 }, (_, i) => move(i / 500) / COUNTS)
    const bytes = encodeWaveform(head, [column])
    const found = parseWaveform(bytes)
    if ('fault' in found) throw new Error(found.fault)
    return analyseWaveform(found, storedSamples(bytes, found), { patterns: PATTERNS, earlier: [] }).clipped
  }

  it.each<[string, (t: number) => number, object]>([
    ['stands at the end of its type', sine(40, 10), {}],
    ['reaches the full scale that it told', sine(10.3, 10), { fullScale: 10 }],
    ['has its tops cut flat below it', (t) => Math.min(7, Math.max(-7, sine(10, 10)(t))), {}],
    ['says so itself', sine(1, 10), { overrange: true }],
  ])('is flagged when it %s', (_, move, more) => {
    expect(clippedOf(move, more)).toBe(true)
  })

  it.each<[string, (t: number) => number, object]>([
    ['stays within its range', sine(9.9, 10), { fullScale: 10.1 }],
    ['is only quantised', sine(0.02, 1), {}],
    ['moves so slowly that its tops look flat', sine(5, 0.8), {}],
  ])('is not flagged when it %s', (_, move, more) => {
    expect(clippedOf(move, more)).toBe(false)
  })
})

describe('the features as readings', () => {
  it('name each component, the largest, the larger horizontal one and the sum, at the end of the block', () => {
    const head = headOf({ samples: 5000 })
    const features = analyse([sine(2, 10), sine(3, 20), sine(4, 40)])

    const samples = toSamples(head, features)

    const values = Object.fromEntries(samples.map(({ metric, value }) => [metric, Math.round(value)]))
    expect(values).toMatchObject({
      ...{ ppv_x_mm_s: 2, ppv_y_mm_s: 3, ppv_z_mm_s: 4, freq_x_hz: 10, freq_y_hz: 20, freq_z_hz: 40 },
      ...{ ppv_mm_s: 4, freq_hz: 40, ppv_h_mm_s: 3, freq_h_hz: 20, vib_clipped: 0 },
    })
    expect(new Set(samples.map(({ atMs }) => atMs))).toEqual(new Set([head.startUs / 1000 + 10_000]))
  })
})
