// `npm run bench:anomaly [-- --data DIR] [--rule LINES]`: scores the rule kind `deviation` on labelled series and prints
// each. DIR is any folder with CSVs (`timestamp,value`) and a `windows.json`; ../shared/data/series unless said.
// `--rule "season: none, above: 6"` scores another rule than the shipped one.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { judgeSeries, LADDER } from './judge-series.mjs'
import { normalise } from './scoring.mjs'
import { DATA, loadSeries } from './series.mjs'

const { values: flags } = parseArgs({ options: { data: { type: 'string' }, rule: { type: 'string' } } })
const dir = flags.data ?? DATA
if (!existsSync(join(dir, 'windows.json'))) {
  console.error(`there is no windows.json in ${dir}: name a folder of labelled series with --data`)
  process.exit(2)
}

const { scored, total, byThreshold, best, leftOut, microseconds } = judgeSeries(loadSeries(dir), flags.rule)
const shown = (of100) => (of100 === null ? '' : of100.toFixed(1))
const line = (name, { windows, hits, missed, falseAlarms, score }) => [
  name,
  windows,
  hits,
  missed,
  falseAlarms,
  score.toFixed(2),
  shown(normalise(score, windows)),
]
printTable([
  ['series', 'windows', 'hit', 'missed', 'false alarms', 'score', 'of 100'],
  ...scored.map(({ name, ours }) => line(name, ours)),
  line('all', total),
])
console.log(`\nscore of the rule ${flags.rule ?? 'as shipped'} (silence 0, perfect 100): ${shown(total.of100)}`)
if (byThreshold !== null) {
  const chosen = `with the one threshold that is best for these series, as the benchmark itself reports`
  console.log(`${chosen}: ${shown(byThreshold[best].of100)} at ${LADDER[best]}`)
  if (leftOut !== null)
    console.log(`each folder with the threshold that is best for the others: ${shown(leftOut.of100)}`)
  const curve = LADDER.flatMap((above, i) => (i % 2 === 0 ? [`${above}: ${shown(byThreshold[i].of100)}`] : []))
  console.log(`by threshold: ${curve.join(' · ')}`)
}
console.log(`${microseconds.toFixed(2)} µs per sample and rule, through the rule engine`)

function printTable(lines) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((cells) => String(cells[column]).length)))
  const pad = (cell, i) => (i === 0 ? String(cell).padEnd(widths[i]) : String(cell).padStart(widths[i]))
  for (const cells of lines) console.log(cells.map(pad).join('  '))
}
