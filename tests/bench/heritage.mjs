// `npm run bench:heritage [-- --houses 200] [--seed 1000001] [--write] [--fit] [--list]`: simulated house-years with known truth through
// the house book and the judge of works; prints how many unfiled renovations were warned of before the first wall fell, and how many
// warnings were right. Seeds below a million are for fitting (`--fit`), those above for judging.
import { parseArgs } from 'node:util'
import { loadEvidenceTable } from '../../dist/detectors/fusion/evidence-table.js'
import { WATCHED_OF_LANE } from '../../dist/simulators/quarter/years/lane.js'
import { hasUnfiledWorks } from '../../dist/simulators/quarter/years/story.js'
import { createFit, printFit } from './heritage/fit.mjs'
import { playLane } from './heritage/play-lane.mjs'
import { printScore } from './heritage/print.mjs'
import { scoreLanes } from './heritage/score.mjs'
import { writeSection } from './heritage/write.mjs'

const FIT_FROM = 1
const JUDGED_FROM = 1_000_001

const { values: flags } = parseArgs({
  options: {
    houses: { type: 'string', default: '200' },
    seed: { type: 'string' },
    evidence: { type: 'string', default: '' },
    fit: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})
const table = loadEvidenceTable(flags.evidence)
const first = Number(flags.seed ?? (flags.fit ? FIT_FROM : JUDGED_FROM))
const count = Math.ceil(Number(flags.houses) / WATCHED_OF_LANE)
const fit = flags.fit ? createFit(table) : undefined
const startedMs = performance.now()
const lanes = Array.from({ length: count }, (_, i) => playLane(first + i, { table, ...(fit && { onDay: fit.take }) }))
const score = scoreLanes(lanes, hasUnfiledWorks)
const facts = {
  seconds: Math.round((performance.now() - startedMs) / 1000),
  arrivals: lanes.reduce((sum, one) => sum + one.arrivals, 0),
  visits: lanes.reduce((sum, one) => sum + one.visits, 0),
  ...{ first, count },
}
printScore(score, facts, { list: flags.list })
if (fit) printFit(fit.counts())
if (flags.write) writeSection(score, facts)
