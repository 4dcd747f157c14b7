// The rule kind `deviation` on labelled series, scored as the Numenta Anomaly Benchmark scores: one rule for all series,
// an alarm being a row at which it begins to fire.
import { alarmsOf, toRules } from './alarms.mjs'
import { normalise, scoreSeries } from './scoring.mjs'

/** Thresholds among which the benchmark's optimiser would choose. */
export const LADDER = Array.from({ length: 36 }, (_, i) => 2 + i / 5)

/**
 * Scores a rule, given by the lines beside kind and severity (none: as shipped), on series as `loadSeries` gives them.
 * Returns the score of each series and of all; and, unless the rule says its own threshold, what the thresholds of the
 * ladder would have scored, and the score with the threshold that is best for the other folders.
 */
export function judgeSeries(series, lines = '') {
  const text = `kind: deviation${lines && `, ${lines}`}`
  const ladder = /\b(above|severities)\b/.test(lines) ? [] : LADDER
  const rules = toRules([text, ...ladder.map((above) => `${text}, above: ${above}`)])
  const startedMs = performance.now()
  const scored = series.map(({ name, samples, rows, windows }) => {
    const scores = alarmsOf(rules, samples).map((alarms) => scoreSeries({ rows, windows }, alarms))
    return { name, group: name.split('/')[0], ours: scores[0], byThreshold: scores.slice(1) }
  })
  const judged = series.reduce((total, { rows }) => total + rows, 0) * rules.rules.length
  const microseconds = ((performance.now() - startedMs) * 1000) / judged
  const total = add(scored.map(({ ours }) => ours))
  const byThreshold = ladder.length === 0 ? null : totals(scored)
  return {
    scored,
    total,
    byThreshold,
    best: byThreshold && bestOf(byThreshold),
    leftOut: byThreshold && leaveOut(scored),
    microseconds,
  }
}

function add(scores) {
  const sum = (key) => scores.reduce((sofar, each) => sofar + each[key], 0)
  const [windows, score] = [sum('windows'), sum('score')]
  const counts = { windows, hits: sum('hits'), missed: sum('missed'), falseAlarms: sum('falseAlarms') }
  return { ...counts, score, of100: normalise(score, windows) }
}

/** For each threshold the total over some series. */
function totals(some) {
  return LADDER.map((_, i) => add(some.map(({ byThreshold }) => byThreshold[i])))
}

/** The place of the best threshold in the ladder. */
function bestOf(byThreshold) {
  return byThreshold.reduce((best, { score }, i) => (score > byThreshold[best].score ? i : best), 0)
}

/** Each folder scored at the threshold that is best for the others; null where there is only one. */
function leaveOut(scored) {
  const groups = [...new Set(scored.map(({ group }) => group))]
  if (groups.length < 2) return null
  const parts = groups.map((group) => {
    const best = bestOf(totals(scored.filter((each) => each.group !== group)))
    return totals(scored.filter((each) => each.group === group))[best]
  })
  return add(parts)
}
