// Frames per second of the vision pool against a bare loop of sharp decode and `session.run` over the same frames.
// One thread each, the same tiles and passes, rounds alternate; medians.
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import sharp from 'sharp'
import { assetPath } from '../../dist/core/source-path.js'
import { lookingOf } from '../../dist/detectors/vision/analyse-picture.js'
import { loadModel } from '../../dist/detectors/vision/load-model.js'
import { openNetwork } from '../../dist/detectors/vision/network.js'
import { planViews } from '../../dist/detectors/vision/views.js'
import { createVision } from '../../dist/detectors/vision/vision.js'
import { median, row } from './rows.mjs'
import { makeFolder, removeFolder } from './systems/children.mjs'

const FRAMES = fileURLToPath(new URL('../fixtures/frames/', import.meta.url))
const GOAL = 0.85
const quiet = { error: console.error, warn: console.error, info() {}, debug() {} }
const manifestPath = assetPath('detectors/models/manifest.yaml')

/** A case: one picture shown again and again. Sizes beyond the fixtures' are enlarged ones. */
const CASES = [
  { name: '640×640, nothing in it', frame: 'river-quiet.jpg', width: 640, height: 640, frames: 120 },
  { name: '1920×1080, nothing in it', frame: 'river-quiet.jpg', width: 1920, height: 1080, frames: 60 },
  { name: '4000×3000, nothing in it', frame: 'river-quiet.jpg', width: 4000, height: 3000, frames: 20 },
  {
    name: '640×640, with evidence to draw',
    frame: 'river-debris.jpg',
    width: 640,
    height: 640,
    frames: 120,
    drawn: true,
  },
]

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
function openBareLoop(graph) {
  const worker = new Worker(new URL('./processes/vision-bare-loop.mjs', import.meta.url), {
    workerData: { graph },
  })
  const reply = () => once(worker, 'message')
  return {
    ready: reply(),
    async run(file, frames, work) {
      worker.postMessage({ file, frames, ...work })
      await reply()
    },
    end: () => worker.postMessage(null),
  }
}

async function runCase({ name, frame, width, height, ...more }, { rounds, share, looking }, folder, bare, vision) {
  const { working, views } = planViews({ width, height }, looking)
  const work = { decoded: working, inputs: views.map(({ input }) => input) }
  const file = path.join(folder, `${width}-${frame}`)
  await sharp(path.join(FRAMES, frame)).resize(width, height, { fit: 'fill' }).jpeg({ quality: 85 }).toFile(file)
  await readFile(file)
  const frames = Math.max(4, Math.round(more.frames * share))
  await bare.run(file, 5, work)
  for (let i = 0; i < 5; i++) await vision.analyse(file)
  const results = []
  const loop = monitorEventLoopDelay({ resolution: 1 })
  for (let round = 0; round < rounds; round++) {
    const floor = await measured(frames, () => bare.run(file, frames, work))
    loop.enable()
    const pool = await measured(frames, () => Promise.all(Array.from({ length: frames }, () => vision.analyse(file))))
    loop.disable()
    results.push({ floor, pool })
  }
  return toRow({ name, drawn: more.drawn }, results, loop)
}

function toRow({ name, drawn }, results, loop) {
  const perSecond = (of) => results.map((result) => 1000 / result[of].wallMs)
  const cpu = (of) => median(results.map((result) => result[of].cpuMs)).toFixed(1)
  const delay = (loop.percentile(99) / 1e6).toFixed(1)
  return row({
    name: `vision, ${name}`,
    note: `CPU ${cpu('pool')} ms a frame against ${cpu('floor')}, loop delay p99 ${delay} ms`,
    unit: 'frames/s',
    values: perSecond('pool'),
    peer: 'bare decode and run',
    peerValues: perSecond('floor'),
    ...(!drawn && { atLeast: GOAL }),
  })
}

/** One row per case; the goal holds where nothing is drawn. */
export async function bench({ quick }) {
  const folder = makeFolder()
  const model = await loadModel(manifestPath)
  const network = await openNetwork(model)
  const looking = lookingOf(network, model)
  await network.close()
  const bare = openBareLoop(model.path)
  const vision = createVision({ manifestPath, workers: 1, queueLimit: 1000, log: quiet })
  const size = { ...(quick ? { rounds: 3, share: 0.1 } : { rounds: 5, share: 1 }), looking }
  const rows = []
  try {
    await bare.ready
    await vision.start()
    for (const each of CASES) rows.push(await runCase(each, size, folder, bare, vision))
  } finally {
    bare.end()
    await vision.stop()
    removeFolder(folder)
  }
  return rows
}
