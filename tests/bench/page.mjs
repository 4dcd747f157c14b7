// docs/BENCHMARKS.md: a section for each bench with the commit, the day and the load that its figures are of, so that a
// run of some benches leaves what the others measured before.
import { describeMachine } from './machine.mjs'
import { toTable } from './rows.mjs'

const HEAD = `# Benchmarks

Written by \`npm run bench\`, each section by its bench (\`npm run bench -- NAME --write\`). Medians of three rounds or more.
Everything that is compared runs in the same run, alternating, on the same machine, so read the ratios: medians of the
rounds' ratios, value ÷ its value; for CPU per message the other way round.`

const EXPLAINED = `## How unusual values are judged

\`npm run bench:anomaly [-- --data DIR]\` plays labelled series (CSVs and a \`windows.json\`) one by one through the rule engine, as one
device with one metric and one rule of kind \`deviation\` with nothing but its defaults, and prints each. Scored as the Numenta Anomaly
Benchmark does in its standard profile: the first 15 % of a series (750 rows at most) are for learning; a window that people
marked is worth up to 1 by how early in it an alert begins, and costs 1 when missed; an alert that begins elsewhere costs up to
0.11, less shortly behind a window. Silence is 0, perfection 100. Only the beginning of an alert counts, as only that is told
to anybody. Published for all 58 series, each with the threshold that is best on them: windowed Gaussian 39.6, Skyline 58.2,
CAD OSE 69.9, Numenta HTM 70.5, ARTime 74.9; ours are 25 of these series, which were looked at while the rule was made.`

/** What a page says of each bench, by its name. */
export function readSections(page) {
  const parts = page.split(/^## /mu).slice(1)
  const named = parts.map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n')).trim()])
  return new Map(named.filter(([name]) => !EXPLAINED.startsWith(`## ${name}`)))
}

/** The machine's load is that of the moment, so make it when the bench begins. */
export function describeRun(quick) {
  const { date, commit, load } = describeMachine()
  return `At ${commit}, ${date}, load ${load} when it began${quick ? ', with `--quick`: these figures mean little' : ''}.`
}

export const toSection = (run, rows) => `${run}\n\n${toTable(rows)}`

/** In the order of `benches`; sections of other names follow. */
export function toPage(sections, benches) {
  const { processor, memory, system } = describeMachine()
  const names = [...new Set([...benches, ...sections.keys()])].filter((name) => sections.has(name))
  const facts = `- processor: ${processor}\n- memory: ${memory}\n- system: ${system}`
  return `${[HEAD, facts, ...names.map((name) => `## ${name}\n\n${sections.get(name)}`), EXPLAINED].join('\n\n')}\n`
}
