import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AGGREGATES, type Aggregate } from '../../detectors/rules/parts/aggregates.ts'
import {
  sessionWindow,
  slidingWindow,
  tumblingWindow,
  WINDOW_PARTS,
  type WindowOptions,
  type WindowPart,
} from '../../detectors/rules/parts/windows.ts'
import type { SampleContext } from '../../detectors/rules/rule.ts'

interface Sample {
  atMs: number
  value: number
}
type Told = [atMs: number, value: number | undefined]

const NO_CONTEXT = {} as SampleContext
const options = (aggregate: Aggregate, part: Partial<WindowOptions> = {}): WindowOptions => ({
  aggregate,
  q: 0.3,
  atLeast: 1,
  needsWhole: false,
  ...part,
})

/** Everything that a window says of a series, sample by sample and by time alone, as the engine asks it. */
function tell(part: WindowPart, series: Sample[], untilMs: number): Told[] {
  const told: Told[] = []
  let memory: number[] = []
  const passTo = (atMs: number) => {
    for (let nextMs = part.changesMs(memory); nextMs <= atMs; nextMs = part.changesMs(memory)) {
      told.push([nextMs, part.elapse(memory, nextMs)])
      expect(part.changesMs(memory)).toBeGreaterThan(nextMs)
    }
  }
  for (const { atMs, value } of series) {
    passTo(atMs)
    memory = part.remember(memory, atMs, value, NO_CONTEXT)
    told.push([atMs, part.measure(memory, atMs, value, NO_CONTEXT)])
    // A restart between any two steps changes nothing.
    memory = JSON.parse(JSON.stringify(memory)) as number[]
  }
  passTo(untilMs)
  return told
}

/** The aggregates as anyone would write them. */
function plainly(values: number[], aggregate: Aggregate, q: number): number | undefined {
  const n = values.length
  const sum = values.reduce((a, b) => a + b, 0)
  const sorted = [...values].sort((a, b) => a - b)
  if (aggregate === 'count') return n
  if (aggregate === 'sum') return sum
  if (n === 0) return undefined
  if (aggregate === 'mean') return sum / n
  if (aggregate === 'min') return sorted[0]
  if (aggregate === 'max') return sorted[n - 1]
  if (aggregate === 'range') return sorted[n - 1]! - sorted[0]!
  if (aggregate === 'stddev') {
    const squares = values.reduce((total, value) => total + (value - sum / n) ** 2, 0)
    return n < 2 ? undefined : Math.sqrt(squares / (n - 1))
  }
  const rank = (n - 1) * q
  const below = sorted[Math.floor(rank)]!
  return below + (sorted[Math.ceil(rank)]! - below) * (rank - Math.floor(rank))
}

function expectSame(told: number | undefined, naive: number | undefined, what: string): void {
  if (told === undefined || naive === undefined) expect(told, what).toBe(naive)
  else expect(Math.abs(told - naive), what).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(naive)))
}

const seriesArb = (longestStepMs: number) =>
  fc
    .array(
      fc.record({ stepMs: fc.integer({ min: 1, max: longestStepMs }), value: fc.integer({ min: -50, max: 50 }) }),
      {
        minLength: 1,
        maxLength: 60,
      },
    )
    .map((steps) => {
      let atMs = 1_700_000_000_000
      return steps.map(({ stepMs, value }): Sample => {
        atMs += stepMs
        return { atMs, value: value / 8 }
      })
    })

const valuesOf = (series: Sample[], fromMs: number, toMs: number) =>
  series.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).map(({ value }) => value)

describe.each(AGGREGATES)('%s over windows is what counting again gives', (aggregate) => {
  it('sliding, at each sample and at each moment between', () => {
    fc.assert(
      fc.property(seriesArb(120), fc.integer({ min: 1, max: 400 }), (series, windowMs) => {
        const lastMs = series.at(-1)!.atMs + windowMs + 1
        const told = tell(slidingWindow(windowMs, options(aggregate, { atLeast: 0 })), series, lastMs)
        const samples = new Set(series.map(({ atMs }) => atMs))
        for (let atMs = series[0]!.atMs; atMs <= lastMs; atMs++) {
          const [, current] = told.findLast(([toldMs]) => toldMs <= atMs)!
          // What is as old as the window goes when a sample comes, else a millisecond later.
          const fromMs = atMs - windowMs + (samples.has(atMs) ? 1 : 0)
          const naive = plainly(valuesOf(series, fromMs, atMs), aggregate, 0.3)
          expectSame(current, naive, `${atMs - series[0]!.atMs} ms`)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('tumbling, once at each end', () => {
    fc.assert(
      fc.property(seriesArb(300), fc.integer({ min: 1, max: 1000 }), fc.nat(2000), (series, windowMs, offsetMs) => {
        const untilMs = series.at(-1)!.atMs + 3 * windowMs
        const told = tell(tumblingWindow(windowMs, offsetMs, options(aggregate, { atLeast: 0 })), series, untilMs)
        const ends = told.filter(([, value]) => value !== undefined)
        const naive = new Map<number, number[]>()
        for (const { atMs, value } of series) {
          const endMs = Math.floor((atMs - offsetMs) / windowMs + 1) * windowMs + offsetMs
          naive.set(endMs, [...(naive.get(endMs) ?? []), value])
        }
        const isTotal = aggregate === 'count' || aggregate === 'sum'
        if (isTotal)
          for (const endMs of [...naive.keys()]) if (!naive.has(endMs + windowMs)) naive.set(endMs + windowMs, [])
        const expected = [...naive]
          .map(([endMs, values]) => [endMs, plainly(values, aggregate, 0.3)] as const)
          .filter(([, value]) => value !== undefined)
          .sort(([a], [b]) => a - b)
        expect(ends.map(([atMs]) => atMs)).toEqual(expected.map(([atMs]) => atMs))
        for (const [index, [, value]] of ends.entries()) expectSame(value, expected[index]![1], `end ${index}`)
      }),
      { numRuns: 50 },
    )
  })

  it('session, once at each end', () => {
    fc.assert(
      fc.property(seriesArb(100), fc.integer({ min: 2, max: 100 }), fc.nat(500), (series, gapMs, moreMs) => {
        const atMostMs = gapMs + moreMs
        const untilMs = series.at(-1)!.atMs + atMostMs
        const told = tell(sessionWindow(gapMs, atMostMs, options(aggregate, { atLeast: 0 })), series, untilMs)
        const ends = told.filter(([, value]) => value !== undefined)
        const sessions: { startMs: number; endMs: number; values: number[] }[] = []
        for (const { atMs, value } of series) {
          const open = sessions.at(-1)
          if (open === undefined || atMs >= open.endMs)
            sessions.push({ startMs: atMs, endMs: atMs + gapMs, values: [value] })
          else {
            open.values.push(value)
            open.endMs = Math.min(atMs + gapMs, open.startMs + atMostMs)
          }
        }
        const expected = sessions
          .map(({ endMs, values }) => [endMs, plainly(values, aggregate, 0.3)] as const)
          .filter(([, value]) => value !== undefined)
        expect(ends.map(([atMs]) => atMs)).toEqual(expected.map(([atMs]) => atMs))
        for (const [index, [, value]] of ends.entries()) expectSame(value, expected[index]![1], `end ${index}`)
      }),
      { numRuns: 50 },
    )
  })

  it('sliding over more samples than have entries of their own, up to a 1024th too long', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 30 }), fc.integer({ min: 1, max: 9 }), (stepMs, everyNth) => {
        const windowMs = 40_000
        const partMs = windowMs / WINDOW_PARTS
        const series = Array.from({ length: 8000 }, (_, index) => ({
          atMs: 1_700_000_000_000 + index * stepMs + (index % Math.min(everyNth, stepMs)),
          value: (index * 7919) % 1009,
        }))
        const part = slidingWindow(windowMs, options(aggregate))
        let memory: number[] = []
        for (const { atMs, value } of series) memory = part.remember(memory, atMs, value, NO_CONTEXT)
        const nowMs = series.at(-1)!.atMs
        const told = part.measure(memory, nowMs, 0, NO_CONTEXT)!
        const least = valuesOf(series, nowMs - windowMs + 1, nowMs)
        const most = valuesOf(series, nowMs - windowMs - partMs, nowMs)

        expect(memory.length).toBeLessThanOrEqual(1 + 4 * (WINDOW_PARTS + 1))
        const naive = [plainly(least, aggregate, 0.3)!, plainly(most, aggregate, 0.3)!]
        const slack = aggregate === 'quantile' ? 60 : aggregate === 'mean' || aggregate === 'stddev' ? 2 : 1e-6
        expect(told).toBeGreaterThanOrEqual(Math.min(...naive) - slack)
        expect(told).toBeLessThanOrEqual(Math.max(...naive) + slack)
      }),
      { numRuns: 5 },
    )
  })
})
