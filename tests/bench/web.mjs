// The budgets of the page, measured in Chromium: `npm run bench:web [-- --write]`. What is measured: tests/browser/bench/web.bench.ts.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeRun, readSections, toPage, toSection } from './page.mjs'
import { row, toTable } from './rows.mjs'

const PAGE = 'docs/BENCHMARKS.md'
const BUDGETS = [
  ['initialKb', 'scripts before the first row, gzip', 'KB', 180],
  ['mapKb', 'the map’s part, gzip', 'KB', 100],
  ['firstRowMs', 'first rows after the address was opened, 800 open alerts', 'ms', 2_000],
  ['rowAfterMs', 'from alert to row at 200 alerts a second, p95', 'ms', 1_000],
  ['busyMsPerS', 'main thread at 200 alerts a second', 'ms/s', 300],
  ['keyToPaintMs', 'from key to paint meanwhile, p50', 'ms', 100],
  ['reviewKeyMs', 'from key to paint in the river review, 300 findings, p50', 'ms', 100],
  ['rows', 'rows in the document', 'rows', 40],
  ['heapGrowthMb', 'growth of the heap in that time', 'MB', 15],
]

const run = describeRun(process.env.HUYING_BENCH_S !== undefined)
const folder = mkdtempSync(join(tmpdir(), 'huying-bench-web-'))
const out = join(folder, 'figures.json')
const command = ['node_modules/@playwright/test/cli.js', 'test', '-c', 'tests/browser/bench/playwright.config.ts']
const { status } = spawnSync(process.execPath, command, {
  stdio: 'inherit',
  env: { ...process.env, HUYING_BENCH_OUT: out },
})
if (status !== 0) process.exit(status ?? 1)
const figures = JSON.parse(readFileSync(out, 'utf8'))
rmSync(folder, { recursive: true })
const rows = BUDGETS.map(([key, name, unit, budget]) =>
  row({ name, unit, values: [figures[key]], peer: 'budget', peerValues: [budget], atMost: 1 }),
)
console.log(toTable(rows))
if (process.argv.includes('--write')) {
  const sections = readSections(existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '')
  sections.set('web', toSection(run, rows))
  writeFileSync(PAGE, toPage(sections, [...sections.keys()]))
}
