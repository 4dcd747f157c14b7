// `npm run bench:heritage [-- --houses 200] [--kit whole|mixed] [--seed 9000001] [--write] [--list]`: simulated house-years with known truth
// through the house book and the judge of works; prints how many unfiled renovations were warned of before the first wall fell, and how many
// warnings were right. `--fit` fits the likelihood ratios to its lanes, all together, and writes them into the table. Seeds below four million
// were looked at, those of four million are for fitting; by those of five to nine million it was judged, so they are seen: whoever changes the
// judge or its table takes ten million for JUDGED_FROM.
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { loadEvidenceTable } from '../../dist/detectors/fusion/load-evidence-table.js'
import { WATCHED_OF_LANE } from '../../dist/simulators/quarter/years/lane.js'
import { hasUnfiledWorks } from '../../dist/simulators/quarter/years/story.js'
import { shapeOf, writeTable } from './heritage/fit.mjs'
import { fitTogether } from './heritage/fit-together.mjs'
import { playLanes } from './heritage/play-lanes.mjs'
import { printScore } from './heritage/print.mjs'
import { scoreLanes } from './heritage/score.mjs'
import { writeSection } from './heritage/write.mjs'

const FIT_FROM = 4_000_001
const JUDGED_FROM = 9_000_001

const { values: flags } = parseArgs({
  options: {
    houses: { type: 'string', default: '200' },
    kit: { type: 'string', default: 'whole' },
    seed: { type: 'string' },
    evidence: { type: 'string', default: '' },
    workers: { type: 'string', default: String(availableParallelism()) },
    fit: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const first = Number(flags.seed ?? (flags.fit ? FIT_FROM : JUDGED_FROM))
const count = Math.ceil(Number(flags.houses) / WATCHED_OF_LANE)
const workers = Number(flags.workers)
const { evidence, list } = flags

if (flags.fit) await fitTable()
else await judgeLanes()

/** Half of the lanes with every sensor, half as they come. */
async function fitTable() {
  const half = Math.ceil(count / 2)
  const whole = await playLanes({ first, count: half, workers, evidence, kit: 'whole', fit: true })
  const mixed = await playLanes({ first: first + half, count: half, workers, evidence, kit: 'mixed', fit: true })
  const table = loadEvidenceTable(evidence)
  const fitted = fitTogether(
    [...whole, ...mixed].flatMap(({ rows }) => rows),
    shapeOf(table),
  )
  const path =
    evidence === '' ? fileURLToPath(new URL('../../detectors/fusion/shipped/evidence.yaml', import.meta.url)) : evidence
  writeTable(fitted, table, path)
  console.log(`fitted to ${2 * half} lanes, ${fitted.cells} different states of a house: ${path}`)
}

/** With `--write` both kits come into docs/BENCHMARKS.md, from the same seeds. */
async function judgeLanes() {
  const kits = flags.write ? ['whole', 'mixed'] : [flags.kit]
  const scored = []
  for (const kit of kits) {
    const startedMs = performance.now()
    const lanes = (await playLanes({ first, count, workers, evidence, kit, fit: false })).map(({ lane }) => lane)
    const score = scoreLanes(lanes, hasUnfiledWorks)
    const facts = {
      seconds: Math.round((performance.now() - startedMs) / 1000),
      arrivals: lanes.reduce((sum, one) => sum + one.arrivals, 0),
      visits: lanes.reduce((sum, one) => sum + one.visits, 0),
      ...{ first, count, kit },
    }
    printScore(score, facts, { list })
    scored.push({ score, facts })
  }
  if (flags.write) writeSection(scored)
}
