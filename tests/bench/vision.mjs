// Frames per second of the vision pool against a bare loop of sharp decode and `session.run` over the same frames.
// One thread each; rounds alternate; medians. Uses the compiled files: `npm run build`, then
// `node tests/bench/vision.mjs`. Prints JSON lines and one line for people per case.
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import sharp from 'sharp'
import { assetPath } from '../../dist/core/source-path.js'
import { createVision } from '../../dist/detectors/vision/vision.js'

const ROUNDS = 5
const FRAMES = fileURLToPath(new URL('../fixtures/frames/', import.meta.url))
const GOAL = 0.85
const quiet = { error: console.error, warn: console.error, info() {}, debug() {} }
const manifestPath = assetPath('detectors/models/manifest.yaml')

/** A case: one picture shown again and again. Sizes beyond the fixtures' are enlarged ones. */
const CASES = [
  { name: '640×640, nothing in it', frame: 'river-quiet.jpg', width: 640, height: 640, frames: 120 },
  { name: '1920×1080, nothing in it', frame: 'river-quiet.jpg', width: 1920, height: 1080, frames: 60 },
  { name: '4000×3000, nothing in it', frame: 'river-quiet.jpg', width: 4000, height: 3000, frames: 20 },
  { name: '640×640, with evidence to draw', frame: 'river-debris.jpg', width: 640, height: 640, frames: 120 },
]

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

/** Wall and CPU milliseconds per frame of `work`. */
async function measured(frames, work) {
  const cpu = process.cpuUsage()
  const start = process.hrtime.bigint()
  await work()
  const wallMs = Number(process.hrtime.bigint() - start) / 1e6
  const { user, system } = process.cpuUsage(cpu)
  return { wallMs: wallMs / frames, cpuMs: (user + system) / 1000 / frames }
}

/** The floor, in a thread as well: decode and resize to the input, run the graph on a tensor that is already there. */
function openBareLoop() {
  const worker = new Worker(new URL('./vision-bare-loop.mjs', import.meta.url), {
    workerData: { graph: path.join(path.dirname(manifestPath), 'river-compact-320.onnx') },
  })
  const reply = () => once(worker, 'message')
  return {
    ready: reply(),
    async run(file, frames) {
      worker.postMessage({ file, frames })
      await reply()
    },
    end: () => worker.postMessage(null),
  }
}

async function runCase({ name, frame, width, height, frames }, folder, bare, vision) {
  const file = path.join(folder, `${width}-${frame}`)
  await sharp(path.join(FRAMES, frame)).resize(width, height, { fit: 'fill' }).jpeg({ quality: 85 }).toFile(file)
  await readFile(file)
  await bare.run(file, 5)
  for (let i = 0; i < 5; i++) await vision.analyse(file)
  const rounds = []
  const loop = monitorEventLoopDelay({ resolution: 1 })
  for (let round = 0; round < ROUNDS; round++) {
    const floor = await measured(frames, () => bare.run(file, frames))
    loop.enable()
    const pool = await measured(frames, () => Promise.all(Array.from({ length: frames }, () => vision.analyse(file))))
    loop.disable()
    rounds.push({ floor, pool, ratio: floor.wallMs / pool.wallMs })
  }
  return {
    name: `vision, ${name}`,
    value: round(1000 / median(rounds.map((r) => r.pool.wallMs))),
    unit: 'frames/s',
    ratio: round(median(rounds.map((r) => r.ratio))),
    cpuMsPerFrame: round(median(rounds.map((r) => r.pool.cpuMs))),
    bareCpuMsPerFrame: round(median(rounds.map((r) => r.floor.cpuMs))),
    loopDelayP99Ms: round(loop.percentile(99) / 1e6),
  }
}

function round(value) {
  return Math.round(value * 100) / 100
}

/** One row per case; `ratio` is to the bare loop. */
export async function benchVision() {
  const folder = await mkdtemp(path.join(tmpdir(), 'huying-bench-vision-'))
  const bare = openBareLoop()
  const vision = createVision({ manifestPath, workers: 1, queueLimit: 1000, log: quiet })
  const rows = []
  try {
    await bare.ready
    await vision.start()
    for (const each of CASES) rows.push(await runCase(each, folder, bare, vision))
  } finally {
    bare.end()
    await vision.stop()
    await rm(folder, { recursive: true })
  }
  return rows
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const row of await benchVision()) {
    console.log(JSON.stringify(row))
    console.log(
      `${row.name}: ${row.value} frames/s, ${row.ratio} of bare decode and run (goal ${GOAL} where nothing is drawn); ` +
        `${row.cpuMsPerFrame} ms CPU per frame against ${row.bareCpuMsPerFrame}`,
    )
  }
}
