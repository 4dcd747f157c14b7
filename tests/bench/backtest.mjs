// Thirty days of 200 devices at a reading a minute (8.64 million readings), judged by the shipped rules and by a changed
// set of them in the back-test's own thread; and, apart from it, the same kind of rows read from the database in order of
// arrival. Uses the compiled files: `npm run build`, then `node tests/bench/backtest.mjs [--quick]`.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runBacktest } from '../../dist/app/backtest/run-backtest.js'
import { encodeArrival } from '../../dist/core/intake-entry.js'
import { assetPath } from '../../dist/core/source-path.js'
import { DEFAULT_TIMES } from '../../dist/detectors/rules/engine/rule-engine.js'
import { readRuleFiles } from '../../dist/detectors/rules/files/load-rules.js'
import { openDrain } from '../../dist/storage/database/drain.js'
import { migrate } from '../../dist/storage/database/migrate.js'
import { openPglite } from '../../dist/storage/database/open-pglite.js'
import { openPostgresEngine } from '../../dist/storage/database/postgres-engine.js'
import { selectArrivedReadings } from '../../dist/storage/database/queries/select-arrivals.js'
import { createPostgresServer, findPostgres } from '../storage/database/postgres-server.mjs'
import { row } from './rows.mjs'

const DEVICES = 200
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const FROM_MS = Date.UTC(2026, 2, 1)
const GOAL_S = 60
const STORED = 400_000
const silent = () => {}
const log = { error: silent, warn: silent, info: silent, debug: silent }

/** Type, metric, its mean, its swing over a day. */
const KINDS = [
  ['smoke-detector', 'smoke_dbm', 0.02, 0.01],
  ['thermometer', 'temp_c', 24, 6],
  ['hygrometer', 'rh_pct', 65, 15],
  ['water-level', 'level_m', 0.2, 0.1],
  ['gas-detector', 'ch4_lel', 1, 1],
  ['tilt-sensor', 'tilt_mm_m', 0.5, 0.05],
  ['vibration-sensor', 'ppv_mm_s', 0.4, 0.3],
  ['river-station', 'nh3n_mg_l', 0.5, 0.3],
]
const kindOf = (i) => KINDS[i % KINDS.length]
const devices = Array.from({ length: DEVICES }, (_, i) => {
  const [type] = kindOf(i)
  const place = `东园路${i >> 2}号`
  return { id: `${type}-${i}`, type, place, reportEveryS: 60, registeredAtMs: 0, tokenHash: '' }
})
/** Stricter than the shipped rule of the same id, so that there is something to compare. */
const CHANGED = `rules:
  - id: room-too-hot
    title: { zh: 室温过高, en: Room too hot }
    category: climate
    kind: threshold
    where: { type: [thermometer, hygrometer], metric: temp_c }
    above: 30
    hysteresis: 1
    onDelay: 5m
    severity: warning
`

/** The same values every time: a day's swing, noise, and now and then something out of the ordinary. */
function createValues(seed = 7) {
  let state = seed
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return (minute, i) => {
    const [, , mean, swing] = kindOf(i)
    const usual = mean + swing * (Math.sin((minute / 1440) * 2 * Math.PI) + 0.4 * (random() - 0.5))
    return random() < 1e-4 ? usual + 6 * swing : usual
  }
}

/** History made up as it is asked for, in the pages that the database would give. */
function createGeneratedHistory(minutes) {
  const names = [...devices.map(({ id }) => id), ...KINDS.map(([, metric]) => metric)]
  const valueAt = createValues()
  const total = minutes * DEVICES
  return {
    async arrivedReadings({ limit, cursor }) {
      const from = Number(cursor ?? 0)
      const length = Math.min(limit, total - from)
      const page = {
        names,
        device: new Uint32Array(length),
        metric: new Uint32Array(length),
        atMs: new Float64Array(length),
        value: new Float64Array(length),
        messageSeq: new Float64Array(length),
        arrivalMs: new Float64Array(length),
      }
      for (let k = 0; k < length; k++) {
        const i = (from + k) % DEVICES
        const minute = (from + k - i) / DEVICES
        page.device[k] = i
        page.metric[k] = DEVICES + (i % KINDS.length)
        page.arrivalMs[k] = FROM_MS + minute * MINUTE_MS + i * 300
        page.atMs[k] = page.arrivalMs[k] - 200
        page.value[k] = valueAt(minute, i)
        page.messageSeq[k] = minute
      }
      return from + length < total ? { ...page, nextCursor: `${from + length}` } : page
    },
    arrivedOthers: async () => ({ items: [] }),
  }
}

async function judgeRound(days, shipped) {
  const proposal = { path: 'changed.yaml', text: CHANGED, overrides: true }
  const startedMs = performance.now()
  const run = runBacktest({
    settings: {
      rules: { files: [...shipped, proposal], own: [] },
      inForce: { files: shipped, own: [] },
      sameSurroundings: true,
      devices,
      by: 'arrival',
      times: DEFAULT_TIMES,
      judgedFromMs: FROM_MS,
      fromMs: FROM_MS,
      toMs: FROM_MS + days * DAY_MS,
      timeZone: 'Asia/Shanghai',
    },
    history: createGeneratedHistory(days * 1440),
    whenIdle: async () => {},
  })
  const report = await run.report
  const seconds = (performance.now() - startedMs) / 1000
  if (report.readings !== days * 1440 * DEVICES) throw new Error(`${report.readings} readings were judged`)
  if (report.diff.added === 0) throw new Error('the changed rule made no difference')
  return { seconds, rate: report.readings / seconds, report }
}

/** One message per device and minute, as the journal has them. */
function makeEntries(count) {
  const valueAt = createValues()
  return Array.from({ length: count }, (_, k) => {
    const i = k % DEVICES
    const minute = (k - i) / DEVICES
    const arrivalMs = FROM_MS + minute * MINUTE_MS + i * 300
    const samples = [{ metric: kindOf(i)[1], atMs: arrivalMs - 200, value: valueAt(minute, i) }]
    const arrival = { kind: 'readings', deviceId: devices[i].id, messageSeq: minute, samples }
    return { seq: k + 1, bytes: Buffer.from(encodeArrival(arrival, arrivalMs)) }
  })
}

/** Rows per second read page by page in order of arrival, by one reader on this thread. */
async function readRate(engine, count) {
  const entries = makeEntries(count)
  const reader = { read: async (afterSeq) => entries.slice(afterSeq, afterSeq + 1_000), close: silent }
  const drain = await openDrain({ engine, flavour: 'plain', name: 'intake', journalId: 'bench', reader, log })
  while (await drain.step(entries.length));
  const startedMs = performance.now()
  let rows = 0
  for (let cursor; ; ) {
    const query = { by: 'arrival', fromMs: 0, toMs: FROM_MS * 2, limit: 10_000, ...(cursor && { cursor }) }
    const page = await engine.read((db) => selectArrivedReadings(db, query))
    rows += page.value.length
    cursor = page.nextCursor
    if (cursor === undefined) break
  }
  if (rows !== count) throw new Error(`${rows} rows were read`)
  return rows / ((performance.now() - startedMs) / 1000)
}

async function readRates(count, folder) {
  const { engine } = await openPglite({ dir: join(folder, 'pglite'), dumpDir: join(folder, 'dump') }, 'none', log)
  const pglite = await readRate(engine, count).finally(() => engine.close())
  const bin = findPostgres()
  if (bin === null) return { pglite, postgres: null }
  const server = await createPostgresServer(bin)
  try {
    await server.start()
    const served = openPostgresEngine(await server.createDatabase(), silent)
    await migrate(served, log)
    return { pglite, postgres: await readRate(served, count).finally(() => served.close()) }
  } finally {
    await server.remove()
  }
}

export async function bench({ quick }) {
  const days = quick ? 1 : 30
  const { files: shipped } = await readRuleFiles([assetPath('detectors/rules/shipped')])
  const rounds = []
  for (let round = 0; round < (quick ? 1 : 3); round++) rounds.push(await judgeRound(days, shipped))
  const { report } = rounds[0]
  const readings = report.readings.toLocaleString('en')
  const folder = await mkdtemp(join(tmpdir(), 'huying-bench-'))
  try {
    const { pglite, postgres } = await readRates(quick ? STORED / 10 : STORED, folder)
    const note = `${report.before.rules} and ${report.after.rules} rules, ${report.diff.added} alerts more`
    return [
      row({
        name: `back-test of ${readings} readings by two sets of rules, goal ${GOAL_S} s`,
        unit: 's',
        values: rounds.map(({ seconds }) => seconds),
        peer: 'the goal',
        peerValues: rounds.map(() => GOAL_S),
        ...(!quick && { atMost: 1 }),
        note,
      }),
      row({ name: 'the same, readings judged by both', unit: 'readings/s', values: rounds.map(({ rate }) => rate) }),
      row({ name: 'readings read in order of arrival, PGlite', unit: 'rows/s', values: [pglite] }),
      ...(postgres === null
        ? []
        : [row({ name: 'readings read in order of arrival, PostgreSQL', unit: 'rows/s', values: [postgres] })]),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  console.log(JSON.stringify(await bench({ quick: process.argv.includes('--quick') }), null, 2))
