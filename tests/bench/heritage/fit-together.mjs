// Likelihood ratios fitted together, so that what comes together is not counted twice: logistic regression on the levels of all kinds and of
// the pairs that the table has, with a penalty on large weights (L2). Each column is a step from one level to the next, so that levels with few
// cases stay near those below. Coordinate by coordinate, each by a Newton step. Pure.

/** Of a step of one kind, and of one of a pair. */
const PENALTY = { alone: 10, pair: 40 }
const MOST_SWEEPS = 400
/** A sweep in which nothing moves by more is the last. */
const SETTLED = 1e-3

/** Log-odds of nothing at all, and the weight of each step: `kind 2`, `one 1 × other 3`. */
export function fitTogether(rows, pairs) {
  const cells = count(rows)
  const columns = new Map()
  for (const [i, { levels }] of cells.entries())
    for (const key of stepsOf(levels, pairs)) {
      if (!columns.has(key)) columns.set(key, [])
      columns.get(key).push(i)
    }
  const weights = new Map([...columns.keys()].map((key) => [key, 0]))
  const logits = new Float64Array(cells.length)
  const all = cells.map((_, i) => i)
  const move = (of, by) => {
    for (const i of of) logits[i] += by
  }
  let prior = 0
  let moved = 1
  for (let sweep = 0; sweep < MOST_SWEEPS && moved > SETTLED; sweep++) {
    const step = held(newton(cells, logits, all, 0, 0))
    prior += step
    move(all, step)
    moved = Math.abs(step)
    for (const [key, of] of columns) {
      const before = weights.get(key)
      const by = held(newton(cells, logits, of, before, key.includes('×') ? PENALTY.pair : PENALTY.alone))
      weights.set(key, before + by)
      move(of, by)
      moved = Math.max(moved, Math.abs(by))
    }
  }
  return { prior: 1 / (1 + Math.exp(-prior)), weights, cells: cells.length }
}

/** Rows with the same levels as one, with the weights of those with works and of those without. */
function count(rows) {
  const cells = new Map()
  for (const { levels, isOn, weight } of rows) {
    const key = JSON.stringify(levels)
    const cell = cells.get(key) ?? { levels, on: 0, off: 0 }
    cell[isOn ? 'on' : 'off'] += weight
    cells.set(key, cell)
  }
  return [...cells.values()]
}

function stepsOf(levels, pairs) {
  const steps = Object.entries(levels).flatMap(([kind, level]) => upTo(level).map((one) => `${kind} ${one}`))
  for (const [a, b] of pairs)
    for (const one of upTo(levels[a] ?? 0))
      for (const other of upTo(levels[b] ?? 0)) steps.push(`${a} ${one} × ${b} ${other}`)
  return steps
}

function newton(cells, logits, of, weight, penalty) {
  let [slope, bend] = [penalty * weight, penalty + 1e-9]
  for (const i of of) {
    const { on, off } = cells[i]
    const p = 1 / (1 + Math.exp(-logits[i]))
    slope += p * (on + off) - on
    bend += p * (1 - p) * (on + off)
  }
  return -slope / bend
}

const held = (step) => Math.max(-1, Math.min(1, step))
const upTo = (level) => Array.from({ length: level }, (_, i) => i + 1)
