// Likelihood ratios fitted together, so that what comes together is not counted twice: logistic regression on what the judge itself says is
// left of each piece of evidence at each day's end, with a penalty on large weights (L2), and no weight that turns its sign. Coordinate by
// coordinate, each by a Newton step that is held at its bound.
import { dayStartMs } from '../../../dist/simulators/quarter/years/calendar.js'
import { hasUnfiledWorks } from '../../../dist/simulators/quarter/years/story.js'

const PENALTY = 2
const SWEEPS = 60

/** Rows of one lane: of each kind and level what is left of it, and whether unfiled works went on. Days after a visit found works are known. */
export function createRows(table) {
  const rows = []
  let quiet = { works: 0, none: 0 }

  function take({ year: { stories }, house, day, suspicion: { state, evidence } }) {
    if (state === 'approved' || state === 'confirmed') return
    const isOn = hasUnfiledWorks(stories, house, dayStartMs(day + 1) - 1)
    const x = {}
    for (const { kind, weight, fullWeight } of evidence)
      for (let level = 1; level <= levelOf(table, kind, fullWeight); level++) {
        const key = `${kind} ${level}`
        x[key] = (x[key] ?? 0) + weight / fullWeight
      }
    if (Object.keys(x).length > 0) rows.push({ x, isOn })
    else quiet = { ...quiet, ...(isOn ? { works: quiet.works + 1 } : { none: quiet.none + 1 }) }
  }

  return { take, all: () => ({ rows, quiet }) }
}

function levelOf({ sensed, seen }, kind, fullWeight) {
  const levels = (sensed[kind] ?? seen[kind])?.levels
  return levels === undefined
    ? 1
    : 1 + levels.findLastIndex(({ ratio }) => Math.abs(Math.log(ratio) - fullWeight) < 1e-9)
}

/** Weight of each column (`kind level`, over the level below) and the prior, from rows of lanes. `isAgainst(kind)`: its weight is below 0. */
export function fitTogether(lanes, isAgainst) {
  const rows = lanes.flatMap((lane) => lane.rows)
  const quiet = { works: sum(lanes, (lane) => lane.quiet.works), none: sum(lanes, (lane) => lane.quiet.none) }
  const columns = new Map()
  for (const [i, { x }] of rows.entries())
    for (const [key, value] of Object.entries(x)) {
      if (!columns.has(key)) columns.set(key, [])
      columns.get(key).push([i, value])
    }
  const weights = new Map([...columns.keys()].map((key) => [key, 0]))
  const logits = new Float64Array(rows.length)
  let prior = 0
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const step = stepOfPrior(rows, logits, prior, quiet)
    prior += step
    for (let i = 0; i < logits.length; i++) logits[i] += step
    for (const [key, cells] of columns) {
      const before = weights.get(key)
      let [slope, bend] = [PENALTY * before, PENALTY]
      for (const [i, value] of cells) {
        const p = logistic(logits[i])
        slope += value * (p - Number(rows[i].isOn))
        bend += value * value * p * (1 - p)
      }
      const free = before - slope / bend
      const after = isAgainst(key.split(' ')[0]) ? Math.min(0, free) : Math.max(0, free)
      weights.set(key, after)
      for (const [i, value] of cells) logits[i] += value * (after - before)
    }
  }
  return { prior: logistic(prior), weights, days: rows.length + quiet.works + quiet.none }
}

function stepOfPrior(rows, logits, prior, quiet) {
  const p0 = logistic(prior)
  let slope = quiet.none * p0 - quiet.works * (1 - p0)
  let bend = (quiet.none + quiet.works) * p0 * (1 - p0) + 1e-9
  for (let i = 0; i < rows.length; i++) {
    const p = logistic(logits[i])
    slope += p - Number(rows[i].isOn)
    bend += p * (1 - p)
  }
  return Math.max(-1, Math.min(1, -slope / bend))
}

/** Ratios as a table would hold them, beside those that it holds. */
export function printFit({ prior, weights, days }, table) {
  console.log(`\n${days} house-days; prior ${prior.toFixed(5)}, in the file ${table.prior.probability}`)
  const kinds = [...new Set([...weights.keys()].map((key) => key.split(' ')[0]))].sort()
  for (const kind of kinds) {
    const known = (table.sensed[kind] ?? table.seen[kind])?.levels.map(({ ratio }) => ratio) ?? [
      aboutOf(table, kind)?.ratio,
    ]
    const steps = known.map((_, i) => weights.get(`${kind} ${i + 1}`) ?? 0)
    const fitted = steps.map((_, i) => Math.exp(sum(steps.slice(0, i + 1), (step) => step)).toFixed(2))
    console.log(`${kind.padEnd(18)} fitted ${fitted.join(', ').padEnd(30)} in the file ${known.join(', ')}`)
  }
}

function aboutOf({ records, still, slept, visits }, kind) {
  return { ...records, still, ...slept, ...visits }[kind]
}

const logistic = (z) => 1 / (1 + Math.exp(-z))
const sum = (all, of) => all.reduce((total, one) => total + of(one), 0)
