import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FlightFrame, GapReason, PatrolPlan, TrackPoint } from '../../../core/patrol.ts'
import { type CoverageInput, coverageOf } from '../../../detectors/patrol/coverage.ts'
import { createPatrolMap } from '../../../detectors/patrol/patrol-map.ts'
import { DEFAULT_SETTINGS } from '../../../detectors/patrol/settings.ts'
import { at, FEATURES, HALF_HEIGHT_M, HALF_WIDTH_M, NOON_MS, RIVER_M } from './a-patrol.ts'

const map = createPatrolMap(FEATURES)
const { demands, nearM, binM } = DEFAULT_SETTINGS

type Shown = Omit<FlightFrame, 'findings'>

function frame(eastM: number, part: Partial<Shown> = {}): Shown {
  const [west, east] = [eastM - HALF_WIDTH_M, eastM + HALF_WIDTH_M]
  return {
    ...{ frameId: `f${eastM}`, atMs: NOON_MS + eastM, state: 'analysed', position: at(eastM) },
    footprint: [at(west, HALF_HEIGHT_M), at(east, HALF_HEIGHT_M), at(east, -HALF_HEIGHT_M), at(west, -HALF_HEIGHT_M)],
    ...{ gsdCm: 2, sharpness: 100, clipped: 0 },
    ...part,
  }
}

const trackTo = (fromM: number, toM: number): TrackPoint[] =>
  [fromM, toM].map((eastM, i) => ({ atMs: NOON_MS + i * 30_000, position: at(eastM) }))

const plan = (fromM: number, toM: number): PatrolPlan => ({
  id: 'plan',
  name: 'plan',
  waypoints: [{ position: at(fromM) }, { position: at(toM) }],
})

const cover = (part: Partial<CoverageInput>) =>
  coverageOf({ map, track: [], frames: [], demands, nearM, binM, ...part })

/** Gaps in short: `100-200 not_flown`. */
const gapsOf = (part: Partial<CoverageInput>) =>
  cover(part).gaps.map(({ fromM, toM, reason }) => `${Math.round(fromM)}-${Math.round(toM)} ${reason}`)

describe('which metres of a river were seen', () => {
  it('are those that pictures show, to the ten metres', () => {
    const { plannedM, coveredM, gaps, seen } = cover({
      plan: plan(0, 200),
      track: trackTo(0, 200),
      frames: [frame(50), frame(110)],
    })
    expect([plannedM, Math.round(coveredM)]).toEqual([200, 120])
    expect(gaps.map(({ fromM, toM, reason }) => [fromM, toM, reason])).toEqual([
      [0, 20, 'not_photographed'],
      [140, 200, 'not_photographed'],
    ])
    expect(gaps[0]!.line[0]!.lon).toBeCloseTo(at(0).lon, 9)
    expect(gaps[0]!.line.at(-1)!.lon).toBeCloseTo(at(20).lon, 6)
    expect(seen).toMatchObject([
      { river: '文津河', reach: 'upper', fromM: 20, toM: 80, gsdCm: 2, sharpness: 100, frameId: 'f50' },
      { fromM: 80, toM: 140, frameId: 'f110' },
    ])
  })

  it.each<[string, Partial<Shown>, GapReason]>([
    ['not analysed yet', { state: 'queued' }, 'not_analysed'],
    ['refused', { state: 'refused' }, 'not_analysed'],
    ['blurred', { sharpness: 2 }, 'blurred'],
    ['white or black for the most part', { clipped: 0.6 }, 'badly_exposed'],
    ['too coarse', { gsdCm: 20 }, 'too_coarse'],
  ])('are not those of a picture that is %s', (_, part, reason) => {
    expect(gapsOf({ plan: plan(20, 80), track: trackTo(0, 200), frames: [frame(50, part)] })).toEqual([
      `20-80 ${reason}`,
    ])
  })

  it('are not those near a picture of which nobody knows what it shows', () => {
    const { footprint: _, ...nowhere } = frame(50)
    expect(gapsOf({ plan: plan(40, 60), frames: [nowhere] })).toEqual(['40-60 not_placed'])
    expect(gapsOf({ plan: plan(40, 60), frames: [{ ...nowhere, state: 'queued' }] })).toEqual(['40-60 not_analysed'])
  })

  it('were not flown where the track did not come near', () => {
    expect(gapsOf({ plan: plan(0, 1000), track: trackTo(0, 500) })).toEqual([
      '0-560 not_photographed',
      '560-1000 not_flown',
    ])
  })

  it('are not guessed between two points far apart in time', () => {
    const track = [
      { atMs: NOON_MS, position: at(0) },
      { atMs: NOON_MS + 600_000, position: at(1000) },
    ]
    expect(gapsOf({ plan: plan(0, 1000), track })).toEqual([
      '0-60 not_photographed',
      '60-940 not_flown',
      '940-1000 not_photographed',
    ])
  })

  it('stop at the end of a reach, and a waypoint alone stands for its whole reach', () => {
    const alone: PatrolPlan = { id: 'p', name: 'p', waypoints: [{ position: at(500), reach: 'upper' }] }
    expect(cover({ plan: alone }).plannedM).toBe(1000)
    expect(cover({ plan: plan(900, 1100) }).gaps.map(({ reach }) => reach)).toEqual(['upper', 'lower'])
  })

  it('without a plan are asked of what the flight came near', () => {
    expect(cover({ track: trackTo(500, 700) }).plannedM).toBe(320)
    expect(cover({}).plannedM).toBe(0)
  })

  it('take the best of several pictures', () => {
    const [fine, coarse] = [frame(50, { frameId: 'fine', gsdCm: 1 }), frame(50, { frameId: 'coarse', gsdCm: 4 })]
    for (const frames of [
      [fine, coarse],
      [coarse, fine],
    ])
      expect(cover({ plan: plan(40, 60), frames }).seen).toMatchObject([{ frameId: 'fine', gsdCm: 1 }])
  })
})

describe('always', () => {
  const spots = fc.integer({ min: 0, max: RIVER_M })
  const anyFrame = fc
    .record({
      eastM: spots,
      sharpness: fc.double({ min: 0, max: 200, noNaN: true }),
      gsdCm: fc.double({ min: 0.5, max: 20, noNaN: true }),
      state: fc.constantFrom('analysed' as const, 'queued' as const, 'refused' as const),
      isPlaced: fc.boolean(),
    })
    .map(({ eastM, isPlaced, ...part }) => {
      const { footprint, ...rest } = frame(eastM, part)
      return isPlaced && footprint ? { ...rest, footprint } : rest
    })
  const anyInput = fc.record({
    plan: fc.option(
      fc.tuple(spots, spots).map(([a, b]) => plan(a, b)),
      { nil: undefined },
    ),
    track: fc
      .array(spots, { maxLength: 8 })
      .map((all) => all.map((eastM, i) => ({ atMs: NOON_MS + i * 10_000, position: at(eastM) }))),
    frames: fc.array(anyFrame, { maxLength: 15 }),
  })
  const lengthOf = (stretches: { fromM: number; toM: number }[]) =>
    stretches.reduce((sum, { fromM, toM }) => sum + toM - fromM, 0)

  it('covered and gaps together are what was planned', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { plannedM, coveredM, gaps, seen } = cover(input)
        expect(coveredM + lengthOf(gaps)).toBeCloseTo(plannedM, 6)
        expect(lengthOf(seen)).toBeCloseTo(coveredM, 6)
        for (const { fromM, toM } of [...gaps, ...seen]) expect(toM).toBeGreaterThan(fromM)
      }),
      { numRuns: 60 },
    )
  })

  it('one more picture never covers less', () => {
    fc.assert(
      fc.property(anyInput, anyFrame, (input, more) => {
        const before = cover(input)
        const after = cover({ ...input, frames: [...input.frames, more] })
        expect(after.coveredM).toBeGreaterThanOrEqual(before.coveredM - 1e-9)
      }),
      { numRuns: 60 },
    )
  })
})
