// What a fit of likelihood ratios is made of, and how it is told.
import { dayStartMs } from '../../../dist/simulators/quarter/years/calendar.js'
import { hasUnfiledWorks } from '../../../dist/simulators/quarter/years/story.js'

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

/** Ratios as a table would hold them, beside those that it holds. */
export function printFit({ prior, weights, days }, table) {
  console.log(`\n${days} house-days; prior ${prior.toFixed(5)}, in the file ${table.prior.probability}`)
  const kinds = [...new Set([...weights.keys()].map((key) => key.split(' ')[0]))].sort()
  for (const kind of kinds) {
    const known = (table.sensed[kind] ?? table.seen[kind])?.levels.map(({ ratio }) => ratio) ?? [
      aboutOf(table, kind)?.ratio,
    ]
    const steps = known.map((_, i) => weights.get(`${kind} ${i + 1}`) ?? 0)
    const fitted = steps.map((_, i) => Math.exp(sum(steps.slice(0, i + 1))).toFixed(2))
    console.log(`${kind.padEnd(18)} fitted ${fitted.join(', ').padEnd(30)} in the file ${known.join(', ')}`)
  }
}

function aboutOf({ records, still, slept, visits }, kind) {
  return { ...records, still, ...slept, ...visits }[kind]
}

const sum = (all) => all.reduce((total, one) => total + one, 0)
