// All benches, or those named: `npm run bench -- [names…] [--quick] [--write] [--soak-minutes N]`.
// `--quick` runs each for seconds, to see that it works; its figures mean little. A full run writes docs/BENCHMARKS.md, and
// so does a run of some with `--write`: it replaces their sections.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { describeMachine } from './machine.mjs'
import { describeRun, readSections, toPage, toSection } from './page.mjs'
import { notMeasured, toTable } from './rows.mjs'
import './systems/children.mjs'

const BENCHES = [
  'anomaly',
  'rules',
  'journal',
  'throughput',
  'store',
  'backtest',
  'latency',
  'flood',
  'watched',
  'vision',
  'vision-load',
  'vision-drones',
  'scenarios',
  'simulator',
  'soak',
]
const PAGE = fileURLToPath(new URL('../../docs/BENCHMARKS.md', import.meta.url))
const LIMIT_MINUTES = 45

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean' }, write: { type: 'boolean' }, 'soak-minutes': { type: 'string' } },
})
const unknown = positionals.filter((name) => !BENCHES.includes(name))
if (unknown.length > 0) {
  console.error(`no such bench: ${unknown.join(', ')}; there are ${BENCHES.join(', ')}`)
  process.exit(2)
}
const quick = flags.quick ?? false
const soakMinutes = Number(flags['soak-minutes'] ?? (quick ? 0.5 : 10))
const isWritten = flags.write ?? (!quick && positionals.length === 0)
const limit = setTimeout(
  () => {
    console.error('the benches did not end in time')
    process.exit(1)
  },
  (LIMIT_MINUTES + soakMinutes) * 60_000,
)

const machine = describeMachine()
console.log(
  Object.entries(machine)
    .map(([what, is]) => `${what}: ${is}`)
    .join('\n'),
)
const rows = []
const sections = readSections(readFileSync(PAGE, 'utf8'))
for (const name of positionals.length > 0 ? positionals : BENCHES) {
  console.log(`\n## ${name}`)
  const startedMs = performance.now()
  const run = describeRun(quick)
  const found = await runBench(name)
  rows.push(...found)
  console.log(`${toTable(found)}\n(${Math.round((performance.now() - startedMs) / 1000)} s)`)
  // After each, so that a run that is cut short leaves what it measured.
  sections.set(name, toSection(run, found))
  if (isWritten) writeFileSync(PAGE, toPage(sections, BENCHES))
}
const missed = rows.filter((row) => row.met === false || row.missing)
console.log(`\n${missed.length === 0 ? 'every goal is met' : `missed or not measured: ${missed.length}`}`)
for (const { name, ratio, value, goal, missing } of missed)
  console.log(`  ${name}: ${missing ? `not measured: ${missing}` : `${(ratio ?? value).toFixed(2)}, wanted ${goal}`}`)
clearTimeout(limit)
process.exit(0)

/** A bench that breaks is a line of the table, not the end of the others. */
async function runBench(name) {
  try {
    const { bench } = await import(`./${name}.mjs`)
    return await bench({ quick, soakMinutes })
  } catch (error) {
    console.error(error)
    return [notMeasured(name, error.message.split('\n')[0])]
  }
}
