import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { normalise, probationRows, STANDARD, scaledSigmoid, scoreSeries } from '../../bench/anomaly/scoring.mjs'
import { loadSeries } from '../../bench/anomaly/series.mjs'

/** 20 rows, so that 3 are probation; far from them unless a test says otherwise. */
const ROWS = 20
const WEIGHTS = { hit: 1.1, falseAlarm: 0.11, miss: 1.2 }
const scoreOf = (windows: [number, number][], alarms: number[], weights = WEIGHTS) =>
  scoreSeries({ rows: ROWS, windows }, alarms, weights).score

/** Numbers are those that numenta/NAB has in its own unit tests (tests/unit/scorer_test.py), or are worked out beside them. */
describe('the scoring of the Numenta benchmark', () => {
  it.each([
    [-1, 0.9866142981514305],
    [-0.5, 0.8482836399575131],
    [0, 0],
    [1, -0.9866142981514305],
    [3, -1],
    [100, -1],
  ])('rewards by a sigmoid: at %s it is %s', (position, value) => {
    expect(scaledSigmoid(position)).toBeCloseTo(value, 12)
  })

  it('leaves out the first 15 percent of a series, of 5,000 rows at most', () => {
    expect([19, 20, 4032, 5000, 22_695].map(probationRows)).toEqual([2, 3, 604, 750, 750])
  })

  it('gives nothing for silence where there was nothing', () => {
    expect(scoreOf([], [])).toBe(0)
  })

  it('takes all of the weight for each false alarm before any window', () => {
    expect(scoreOf([], [5, 7])).toBeCloseTo(-2 * 0.11, 12)
  })

  it('does not count what was raised in probation', () => {
    expect(scoreOf([], [0, 2])).toBe(0)
    expect(scoreOf([], [2, 3])).toBeCloseTo(-0.11, 12)
  })

  it('takes the weight of each missed window', () => {
    expect(
      scoreOf(
        [
          [5, 6],
          [9, 10],
        ],
        [],
      ),
    ).toBeCloseTo(-2 * 1.2, 12)
  })

  it('rewards a hit at the first row of a window in full', () => {
    expect(scoreOf([[6, 7]], [6])).toBeCloseTo(1.1, 12)
  })

  it('rewards a hit in the middle by the sigmoid', () => {
    expect(scoreOf([[6, 7]], [7])).toBeCloseTo((0.8482836399575131 * 1.1) / 0.9866142981514305, 12)
  })

  it('rewards a window once, for the earliest hit', () => {
    expect(scoreOf([[6, 7]], [6, 7])).toBeCloseTo(1.1, 12)
  })

  it('adds up windows hit and missed', () => {
    const first = (0.8482836399575131 * 1.1) / 0.9866142981514305
    expect(
      scoreOf(
        [
          [5, 6],
          [8, 9],
        ],
        [6],
      ),
    ).toBeCloseTo(first - 1.2, 12)
    expect(
      scoreOf(
        [
          [5, 6],
          [8, 9],
        ],
        [6, 8],
      ),
    ).toBeCloseTo(first + 1.1, 12)
  })

  it('takes less for a false alarm soon after a window', () => {
    // Three rows wide: one row behind its end is half a width: 2 / (1 + e^2.5) - 1 = -0.8482836
    expect(scoreOf([[5, 7]], [5, 8])).toBeCloseTo(1.1 - 0.8482836399575131 * 0.11, 12)
    expect(scoreOf([[5, 7]], [5, 19])).toBeCloseTo(1.1 - 0.11, 12)
  })

  it('does not count a window that lies wholly in probation', () => {
    expect(scoreSeries({ rows: ROWS, windows: [[0, 1]] }, []).windows).toBe(0)
    expect(scoreSeries({ rows: ROWS, windows: [[2, 5]] }, [2])).toMatchObject({ windows: 1, missed: 1 })
  })

  it('is 0 of 100 for silence, 100 for perfection, less than 0 for noise', () => {
    const windows: [number, number][] = [
      [6, 9],
      [12, 13],
    ]
    const of100 = (alarms: number[]) => {
      const { score, windows: count } = scoreSeries({ rows: ROWS, windows }, alarms, STANDARD)
      return normalise(score, count)
    }
    expect(of100([])).toBe(0)
    expect(of100([6, 12])).toBeCloseTo(100, 12)
    expect(of100([4, 5])).toBeCloseTo((100 * -0.22) / 4, 12)
    expect(normalise(-0.11, 0)).toBeNull()
  })
})

describe('a folder of labelled series', () => {
  let dir = ''
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'huying-series-'))
  })
  afterEach(() => rmSync(dir, { recursive: true }))

  const write = (csv: string, windows: string[][]) => {
    writeFileSync(join(dir, 'a.csv'), csv)
    writeFileSync(join(dir, 'windows.json'), JSON.stringify({ 'a.csv': windows }))
  }
  const ROWS_OF_A = 'timestamp,value\n2014-04-01 00:00:00,1\n2014-04-01 00:05:00,2.5\n2014-04-01 00:10:00,-3e2\n'

  it('is read with its windows as rows', () => {
    write(ROWS_OF_A, [['2014-04-01 00:05:00.000000', '2014-04-01 00:10:00.000000']])
    expect(loadSeries(dir)).toEqual([
      {
        name: 'a.csv',
        rows: 3,
        windows: [[1, 2]],
        samples: [1, 2.5, -300].map((value, i) => ({ atMs: Date.UTC(2014, 3, 1, 0, 5 * i), value })),
      },
    ])
  })

  it('may have windows that begin and end between two rows', () => {
    write(ROWS_OF_A, [
      ['2014-03-31 23:00:00', '2014-04-01 00:07:00'],
      ['2014-04-01 00:08:00', '2014-04-01 00:09:00'],
    ])
    expect(loadSeries(dir)[0]?.windows).toEqual([[0, 1]])
  })

  it.each(['2014-04-01 00:05:00', '2014-04-01 00:05:00,', 'yesterday,4', '2014-04-01 00:05:00,much'])(
    'is refused with its line for "%s"',
    (line) => {
      write(`timestamp,value\n2014-04-01 00:00:00,1\n${line}\n`, [])
      expect(() => loadSeries(dir)).toThrow(`a.csv, line 3: wanted timestamp,value and found ${line}`)
    },
  )
})
