// How often each piece of evidence comes on days with and without unfiled works: the empirical likelihood ratios.
import { dayStartMs } from '../../../dist/simulators/quarter/years/calendar.js'
import { hasUnfiledWorks } from '../../../dist/simulators/quarter/years/story.js'

/** Of a Poisson of so few nothing can be said. */
const SMOOTHING = 0.5

export function createFit(table) {
  const days = { works: 0, early: 0, none: 0 }
  const seen = new Map()

  function levelOf(kind, fullWeight) {
    const levels = table.sensed[kind]?.levels ?? table.seen[kind]?.levels
    if (levels === undefined) return 1
    return 1 + levels.findIndex(({ ratio }) => Math.abs(Math.log(ratio) - fullWeight) < 1e-9)
  }

  function take({ year: { stories }, house, day, suspicion }) {
    const [fromMs, toMs] = [dayStartMs(day), dayStartMs(day + 1)]
    const noon = (fromMs + toMs) / 2
    if (suspicion.state === 'approved') return
    const isOn = hasUnfiledWorks(stories, house, noon)
    const isEarly = stories.some(
      (one) =>
        one.house === house &&
        one.kind === 'unfiled_works' &&
        one.works.beginMs < toMs &&
        noon < one.works.demolitionMs,
    )
    if (isOn) days.works++
    else days.none++
    if (isEarly) days.early++
    for (const { kind, fromMs: since, atMs, fullWeight, otherCauses } of suspicion.evidence) {
      if (since < fromMs || atMs > toMs) continue
      const causes =
        otherCauses
          .map(({ code }) => code)
          .sort()
          .join('+') || '-'
      const key = `${kind} ${levelOf(kind, fullWeight)} ${causes}`
      const counts = seen.get(key) ?? {
        kind,
        level: levelOf(kind, fullWeight),
        causes,
        works: 0,
        early: 0,
        none: 0,
        ratio: Math.exp(fullWeight),
      }
      if (isOn) counts.works++
      else counts.none++
      if (isEarly) counts.early++
      seen.set(key, counts)
    }
  }

  return { take, counts: () => ({ days, rows: [...seen.values()] }) }
}

/** Counts of lanes together, by kind, level and causes. */
export function addCounts(all) {
  const days = { works: 0, early: 0, none: 0 }
  const rows = new Map()
  const add = (to, { works, early, none }) => {
    to.works += works
    to.early += early
    to.none += none
  }
  for (const counts of all) {
    add(days, counts.days)
    for (const row of counts.rows) {
      const key = `${row.kind} ${row.level} ${row.causes}`
      if (rows.has(key)) add(rows.get(key), row)
      else rows.set(key, { ...row })
    }
  }
  return { days, rows: [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row) }
}

export function printFit({ days, rows }) {
  console.log(
    `\nhouse-days: ${days.works} with unfiled works, ${days.early} of them before the wall, ${days.none} without`,
  )
  console.log(
    `${'evidence'.padEnd(18)}level  ${'other causes'.padEnd(26)}  with  before  without   ratio  before  in the file`,
  )
  for (const { kind, level, causes, works, early, none, ratio } of rows) {
    const share = (count, all) => (count + SMOOTHING) / (all + 1)
    const found = (count, all) => (share(count, all) / share(none, days.none)).toFixed(1)
    console.log(
      `${kind.padEnd(18)}${String(level).padStart(5)}  ${causes.padEnd(26)}${String(works).padStart(6)}${String(early).padStart(8)}${String(none).padStart(9)}${found(works, days.works).padStart(8)}${found(early, days.early).padStart(8)}${ratio.toFixed(2).padStart(13)}`,
    )
  }
}
