// Likelihood ratios fitted together, so that what comes together is not counted twice: logistic regression on what is left of each piece of
// evidence, with a penalty on large weights (L2), and no weight that turns its sign. Coordinate by coordinate, each by a Newton step that is
// held at its bound. Pure.

const PENALTY = 2
const MOST_SWEEPS = 1000
/** A sweep in which nothing moves by more is the last. */
const SETTLED = 1e-4

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
  let moved = 1
  for (let sweep = 0; sweep < MOST_SWEEPS && moved > SETTLED; sweep++) {
    const step = stepOfPrior(rows, logits, prior, quiet)
    prior += step
    moved = Math.abs(step)
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
      moved = Math.max(moved, Math.abs(after - before))
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

const logistic = (z) => 1 / (1 + Math.exp(-z))
const sum = (all, of) => all.reduce((total, one) => total + of(one), 0)
