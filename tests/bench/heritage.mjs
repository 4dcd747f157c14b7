// `npm run bench:heritage [-- --houses 200] [--seed 7000001] [--write] [--fit] [--list]`: simulated house-years with known truth through
// the house book and the judge of works; prints how many unfiled renovations were warned of before the first wall fell, and how many
// warnings were right. `--fit` fits the likelihood ratios to its lanes, all together. Seeds below four million were looked at, those from four
// million on are for fitting; judged by next is from seven million on.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { loadEvidenceTable } from '../../dist/detectors/fusion/evidence-table.js'
import { WATCHED_OF_LANE } from '../../dist/simulators/quarter/years/lane.js'
import { hasUnfiledWorks } from '../../dist/simulators/quarter/years/story.js'
import { printFit } from './heritage/fit.mjs'
import { fitTogether } from './heritage/fit-together.mjs'
import { playLanes } from './heritage/play-lanes.mjs'
import { printScore } from './heritage/print.mjs'
import { scoreLanes } from './heritage/score.mjs'
import { writeSection } from './heritage/write.mjs'

const FIT_FROM = 4_000_001
const JUDGED_FROM = 7_000_001

const { values: flags } = parseArgs({
  options: {
    houses: { type: 'string', default: '200' },
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
const startedMs = performance.now()
const { evidence, fit, list } = flags
const played = await playLanes({ first, count, workers: Number(flags.workers), evidence, fit })
const lanes = played.map(({ lane }) => lane)
const score = scoreLanes(lanes, hasUnfiledWorks)
const facts = {
  seconds: Math.round((performance.now() - startedMs) / 1000),
  arrivals: lanes.reduce((sum, one) => sum + one.arrivals, 0),
  visits: lanes.reduce((sum, one) => sum + one.visits, 0),
  ...{ first, count },
}
printScore(score, facts, { list })
if (fit) {
  const table = loadEvidenceTable(evidence)
  const against = new Set(['still', 'lived', 'none'])
  const rows = played.map((one) => one.rows)
  printFit(
    fitTogether(rows, (kind) => against.has(kind)),
    table,
  )
}
if (flags.write) writeSection(score, facts)
