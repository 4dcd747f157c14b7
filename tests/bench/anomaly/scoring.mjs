// The scoring of the Numenta Anomaly Benchmark (numenta/NAB, nab/sweeper.py and nab/runner.py of its version 1.1; Lavin
// and Ahmad, "Evaluating Real-time Anomaly Detection Algorithms", 2015), written anew. Rows are counted from 0.

/** The standard profile: what a hit, a false alarm and a missed window weigh. */
export const STANDARD = { hit: 1, falseAlarm: 0.11, miss: 1 }

/** Part of a series that is for learning and not scored, and the longest series it is taken of. */
const PROBATION = 0.15
const PROBATION_ROWS = 5_000

/** 0.987 at the left edge of a window (-1), 0 at its right edge, falling to -1 behind it. */
export function scaledSigmoid(position) {
  return position >= 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1
}

/** Rows at the start of a series that are not scored. */
export function probationRows(rows) {
  return Math.min(Math.floor(PROBATION * rows), PROBATION * PROBATION_ROWS)
}

/**
 * Scores the rows at which alarms were raised against the labelled windows of one series.
 *
 * A window is hit at most once, by the alarm that rewards most: the earliest. An alarm outside all windows costs by its
 * distance behind the last window in that window's width, and all of its weight before the first. What falls into
 * probation does not count, and a window that lies wholly in it neither.
 * series: { rows, windows: [[first, last], …] } in order of time · alarms: row numbers
 */
export function scoreSeries({ rows, windows }, alarms, weights = STANDARD) {
  const from = probationRows(rows)
  const scored = windows.filter(([, last]) => last >= from)
  const rewards = scored.map(() => null)
  const penalties = []
  for (const row of alarms) {
    if (row < from) continue
    const within = scored.findIndex(([first, last]) => row >= first && row <= last)
    if (within === -1) penalties.push(penalty(row, windows, weights))
    else rewards[within] = Math.max(rewards[within] ?? 0, reward(row, scored[within], weights))
  }
  const missed = rewards.filter((each) => each === null).length
  const score = sum(rewards.map((each) => each ?? -weights.miss)) + sum(penalties)
  return { windows: scored.length, hits: scored.length - missed, missed, falseAlarms: penalties.length, score, rewards }
}

/** 0 for silence, 100 for all windows hit at their first row and nothing else; null where there are no windows. */
export function normalise(score, windows, weights = STANDARD) {
  const silent = -weights.miss * windows
  return windows === 0 ? null : (100 * (score - silent)) / (weights.hit * windows - silent)
}

function reward(row, [first, last], weights) {
  const position = -(last - row + 1) / (last - first + 1)
  return (scaledSigmoid(position) * weights.hit) / scaledSigmoid(-1)
}

function penalty(row, windows, weights) {
  const before = windows.findLast(([, last]) => last < row)
  const position = before === undefined ? 3 : (row - before[1]) / (before[1] - before[0])
  return scaledSigmoid(position) * weights.falseAlarm
}

const sum = (numbers) => numbers.reduce((total, each) => total + each, 0)
