// All benches, or those named: `npm run bench -- [names…] [--quick] [--write] [--soak-minutes N]`.
// `--quick` runs each for seconds, to see that it works; its figures mean little. A full run writes docs/BENCHMARKS.md.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { describeMachine } from './machine.mjs'
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
  'soak',
]
const PAGE = fileURLToPath(new URL('../../docs/BENCHMARKS.md', import.meta.url))
const LIMIT_MINUTES = 45

const ANOMALY = `## How unusual values are judged

\`npm run bench:anomaly [-- --data DIR]\` plays labelled series (CSVs and a \`windows.json\`) one by one through the rule engine, as one
device with one metric and one rule of kind \`deviation\` with nothing but its defaults, and prints each. Scored as the Numenta Anomaly
Benchmark does in its standard profile: the first 15 % of a series (750 rows at most) are for learning; a window that people
marked is worth up to 1 by how early in it an alert begins, and costs 1 when missed; an alert that begins elsewhere costs up to
0.11, less shortly behind a window. Silence is 0, perfection 100. Only the beginning of an alert counts, as only that is told
to anybody. Published for all 58 series, each with the threshold that is best on them: windowed Gaussian 39.6, Skyline 58.2,
CAD OSE 69.9, Numenta HTM 70.5, ARTime 74.9; ours are 25 of these series, which were looked at while the rule was made.`

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
for (const name of positionals.length > 0 ? positionals : BENCHES) {
  console.log(`\n## ${name}`)
  const startedMs = performance.now()
  const found = await runBench(name)
  rows.push(...found)
  console.log(`${toTable(found)}\n(${Math.round((performance.now() - startedMs) / 1000)} s)`)
  // After each, so that a run that is cut short leaves what it measured.
  if (isWritten) writeFileSync(PAGE, page())
}
const missed = rows.filter((row) => row.met === false || row.missing)
console.log(`\n${missed.length === 0 ? 'every goal is met' : `missed or not measured: ${missed.length}`}`)
for (const { name, ratio, goal, missing } of missed)
  console.log(`  ${name}: ${missing ? `not measured: ${missing}` : `${ratio.toFixed(2)}, wanted ${goal}`}`)
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

function page() {
  const facts = Object.entries(machine).map(([what, is]) => `- ${what}: ${is}`)
  const how = quick ? 'Taken with `--quick`: these figures mean little.' : 'Medians of three rounds or more.'
  return `# Benchmarks

Written by \`npm run bench\`. ${how} Everything that is compared runs in the same run, alternating, on the same machine, so
read the ratios: medians of the rounds' ratios, value ÷ its value; for CPU per message the other way round.

${facts.join('\n')}

${toTable(rows)}

${ANOMALY}
`
}
