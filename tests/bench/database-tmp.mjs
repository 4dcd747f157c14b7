// Readings into the database against the least that loading can cost: psql's \copy of the same rows, in batches of the
// same size, into a bare table without index. Ours decodes journal entries, keeps the unique index, marks hours, and
// saves its position in the same transaction. Uses the compiled files: `npm run build`, then
// `node tests/bench/database.mjs`. Needs Debian's `postgresql`. Rounds alternate; medians of ROUNDS.
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { decodeObservation, encodeArrival } from '../../dist/core/intake-entry.js'
import { openDrain } from '../../dist/storage/database/drain.js'
import { migrate } from '../../dist/storage/database/migrate.js'
import { openPglite } from '../../dist/storage/database/open-pglite.js'
import { openPostgresEngine } from '../../dist/storage/database/postgres-engine.js'
import { createPostgresServer, findPostgres } from '../storage/database/postgres-server.mjs'

const ROUNDS = 2
const DEVICES = 1_000
const METRICS = ['temp_c', 'humidity_pct', 'level_m', 'smoke_dbm', 'battery_v']
const BATCH_ROWS = 1_000
const ROWS = 100_000
const FROM_MS = Date.UTC(2026, 2, 1)
const GOAL = 0.4
const silent = () => {}
const log = { error: silent, warn: silent, info: silent, debug: silent }

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
const perSecond = (ms) => (ROWS / ms) * 1000

/** One message per device in turn, five metrics each, a minute apart. */
function makeEntries() {
  const entries = []
  for (let i = 0; i * METRICS.length < ROWS; i++) {
    const atMs = FROM_MS + Math.floor(i / DEVICES) * 60_000 + (i % 60) * 1_000
    const samples = METRICS.map((metric, m) => ({ metric, atMs, value: Math.round(Math.sin(i * 5 + m) * 1e4) / 100 }))
    const arrival = { kind: 'readings', deviceId: `device-${i % DEVICES}`, messageSeq: i, samples }
    entries.push({ seq: i + 1, bytes: Buffer.from(encodeArrival(arrival, atMs + 250)) })
  }
  return entries
}

/** The same rows as files in COPY's text form, one per batch, and a psql script that loads them. */
async function writeCopyFiles(folder, entries) {
  const script = []
  const perBatch = BATCH_ROWS / METRICS.length
  for (let from = 0; from < entries.length; from += perBatch) {
    const lines = []
    for (const { seq, bytes } of entries.slice(from, from + perBatch)) {
      const { deviceId, messageSeq, arrivalMs, samples } = decodeObservation(seq, bytes)
      const arrival = new Date(arrivalMs).toISOString()
      for (const { metric, atMs, value } of samples)
        lines.push([deviceId, metric, new Date(atMs).toISOString(), value, messageSeq, arrival].join('\t'))
    }
    const path = join(folder, `batch-${from}.tsv`)
    await writeFile(path, `${lines.join('\n')}\n`)
    script.push(`\\copy bare from '${path}'`)
  }
  await writeFile(join(folder, 'copy.sql'), script.join('\n'))
  return join(folder, 'copy.sql')
}

const BARE = `create table bare
  (device_id text, metric text, at timestamptz, value float8, message_seq float8, arrival timestamptz)`

/** Rows per second of \copy, psql's own start included (some 10 ms of a second). */
async function copyRound(engine, url, script) {
  await engine.write((tx) => tx.script(`drop table if exists bare; ${BARE}`))
  await engine.read((db) => db.script('checkpoint'))
  const startedMs = performance.now()
  execFileSync('psql', ['-q', '-X', '-f', script, url], { stdio: ['ignore', 'ignore', 'inherit'] })
  const ms = performance.now() - startedMs
  const [{ rows }] = await engine.read((db) => db.query('select count(*)::int as rows from bare'))
  if (rows !== ROWS) throw new Error(`\\copy loaded ${rows} rows`)
  return perSecond(ms)
}

/** Rows per second of the drain, and how long each batch took, ms. */
async function drainRound(engine, entries, journalId) {
  const reader = {
    read: async (afterSeq) => entries.slice(afterSeq, afterSeq + BATCH_ROWS / METRICS.length),
    close: silent,
  }
  await engine.write((tx) => tx.script('truncate reading, dirty_hour'))
  await engine.read((db) => db.script('checkpoint'))
  const drain = await openDrain({ engine, flavour: 'plain', name: 'intake', journalId, reader, log })
  const batchesMs = []
  const cpuBefore = process.cpuUsage()
  const startedMs = performance.now()
  for (let before = startedMs; await drain.step(entries.length); before = performance.now())
    batchesMs.push(performance.now() - before)
  const ms = performance.now() - startedMs
  const { user, system } = process.cpuUsage(cpuBefore)
  const [{ rows }] = await engine.read((db) => db.query('select count(*)::int as rows from reading'))
  if (rows !== ROWS) throw new Error(`the drain stored ${rows} rows`)
  return { rate: perSecond(ms), batchesMs, cpuUsPerRow: (user + system) / ROWS }
}

async function benchPostgres(entries, folder) {
  const bin = findPostgres()
  if (bin === null) return null
  const server = await createPostgresServer(bin)
  await server.start()
  const url = await server.createDatabase()
  const engine = openPostgresEngine(url, silent)
  try {
    await migrate(engine, log)
    const script = await writeCopyFiles(folder, entries)
    const copies = []
    const drains = []
    for (let round = 0; round < ROUNDS; round++) {
      copies.push(await copyRound(engine, url, script))
      drains.push(await drainRound(engine, entries, `round-${round}`))
    }
    // What runs side by side shares the machine's mood: the ratio is the median of the rounds' ratios.
    const ratio = median(drains.map(({ rate }, round) => rate / copies[round]))
    return { ratio, copyRowsPerS: median(copies), copyRates: copies, ...summarise(drains) }
  } finally {
    await engine.close()
    await server.remove()
  }
}

async function benchPglite(entries, folder) {
  const { engine } = await openPglite({ dir: join(folder, 'pglite'), dumpDir: join(folder, 'dump') }, 'none', log)
  try {
    const drains = []
    for (let round = 0; round < ROUNDS; round++) drains.push(await drainRound(engine, entries, `round-${round}`))
    return summarise(drains)
  } finally {
    await engine.close()
  }
}

function summarise(drains) {
  const batches = drains.flatMap(({ batchesMs }) => batchesMs).toSorted((a, b) => a - b)
  return {
    rowsPerS: median(drains.map(({ rate }) => rate)),
    rates: drains.map(({ rate }) => rate),
    batchMs: {
      p50: batches[batches.length >> 1],
      p99: batches[Math.floor(batches.length * 0.99)],
      max: batches.at(-1),
    },
    clientCpuUsPerRow: median(drains.map(({ cpuUsPerRow }) => cpuUsPerRow)),
  }
}

/** Runs everything and gives back plain numbers. */
export async function benchDatabase() {
  const folder = await mkdtemp(join(tmpdir(), 'huying-bench-'))
  try {
    const entries = makeEntries()
    const postgres = await benchPostgres(entries, folder)
    const pglite = await benchPglite(entries, folder)
    const ratio = postgres?.ratio ?? null
    return { bench: 'database', rows: ROWS, batchRows: BATCH_ROWS, rounds: ROUNDS, goal: GOAL, ratio, postgres, pglite }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const result = await benchDatabase()
  console.log(JSON.stringify(result))
  const { postgres, pglite, ratio } = result
  const k = (rate) => `${Math.round(rate / 1000)}k`
  const batch = ({ batchMs }) => `batch p50 ${batchMs.p50.toFixed(1)} ms, p99 ${batchMs.p99.toFixed(1)} ms`
  if (postgres === null) console.log('PostgreSQL: not installed, not measured')
  else
    console.log(
      `PostgreSQL: ${k(postgres.rowsPerS)} rows/s idempotent, \\copy into a bare table ${k(postgres.copyRowsPerS)}, ` +
        `ratio ${ratio.toFixed(2)} (goal ${GOAL}); ${batch(postgres)}`,
    )
  console.log(`PGlite: ${k(pglite.rowsPerS)} rows/s idempotent; ${batch(pglite)}`)
}
