// Likelihood ratios fitted together, so that what comes together is not counted twice: logistic regression on the levels of all kinds and of
// the pairs that the table has, with a penalty on large weights (L2). Each column is a step from one level to the next, so that levels with few
// cases stay near those below. Coordinate by coordinate, each by a Newton step. Pure.

/** Of a step of one kind, and of one of a pair. */
const PENALTY = { alone: 7, pair: 28 }
const MOST_SWEEPS = 400
/** A sweep in which nothing moves by more is the last. */
const SETTLED = 1e-3

/** Log-odds of nothing at all, and the weight of each step: `kind 2`, `one 1 × other 3`. */
export function fitTogether(rows, shape) {
  const cells = count(rows)
  const columns = new Map()
  for (const [i, { levels }] of cells.entries())
    for (const step of stepsOf(levels, shape)) {
      if (!columns.has(step.key)) columns.set(step.key, { ...step, of: [] })
      columns.get(step.key).of.push(i)
    }
  const weights = new Map([...columns.keys()].map((key) => [key, 0]))
  const logits = Float64Array.from(cells, ({ levels }) => judgedOf(levels, shape))
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
    for (const [key, { of, penalty, mayFall }] of columns) {
      const before = weights.get(key)
      const wanted = before + held(newton(cells, logits, of, before, penalty))
      const after = mayFall ? wanted : Math.max(0, wanted)
      weights.set(key, after)
      move(of, after - before)
      moved = Math.max(moved, Math.abs(after - before))
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

/** What the kinds say that are not fitted. */
function judgedOf(levels, { judged }) {
  return Object.entries(levels).reduce((sum, [kind, level]) => sum + (judged.get(kind)?.[level - 1] ?? 0), 0)
}

function stepsOf(levels, { pairs, amounts, turning, judged }) {
  const alone = Object.entries(levels).filter(([kind]) => !judged.has(kind))
  const steps = alone.flatMap(([kind, level]) =>
    upTo(level).map((one) => {
      return { key: `${kind} ${one}`, penalty: PENALTY.alone, mayFall: !amounts.has(kind) || turning.has(kind) }
    }),
  )
  for (const [a, b] of pairs)
    for (const key of pairSteps([a, levels[a] ?? 0], [b, levels[b] ?? 0], amounts))
      steps.push({ key, penalty: PENALTY.pair, mayFall: false })
  return steps
}

/** Steps of a pair that hold at a level of each: of an amount all up to it, of a state that one. */
export function pairSteps([a, levelOfA], [b, levelOfB], amounts) {
  const within = (kind, level) => (level === 0 || amounts.has(kind) ? upTo(level) : [level])
  return within(a, levelOfA).flatMap((one) => within(b, levelOfB).map((other) => `${a} ${one} × ${b} ${other}`))
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
export const upTo = (level) => Array.from({ length: level }, (_, i) => i + 1)
