// The whole line of vision (decode, tile, infer, merge, in worker threads) over a folder of COCO pictures.
//   npm run bench:detector -- --data DIR [--out detections.json] [--manifest FILE] [--workers N]
// `detectors/training/coco.py DIR/annotations.json detections.json` prints the figures.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { parse, stringify } from 'yaml'
import { assetPath } from '../../dist/core/source-path.js'
import { createVision } from '../../dist/detectors/vision/vision.js'

/** As `LEAST_SCORE` of detectors/training/predict.py: an average precision needs the weak detections too. */
const LEAST_SCORE = 0.02
/** As `MOST_DETECTIONS` there. */
const MOST_DETECTIONS = 100
const quiet = { error: console.error, warn: console.error, info() {}, debug() {} }

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string', default: 'detections.json' },
    manifest: { type: 'string', default: assetPath('detectors/models/manifest.yaml') },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
})
if (!values.data) {
  console.error('usage: npm run bench:detector -- --data DIR [--out detections.json] [--manifest FILE] [--workers N]')
  process.exit(2)
}

/** The same models, but nothing that they see is dropped for its score. */
function writeOpenManifest(folder) {
  const { models } = parse(readFileSync(values.manifest, 'utf8'))
  const open = models.map((model) => ({
    ...model,
    file: path.resolve(path.dirname(values.manifest), model.file),
    thresholds: Object.fromEntries(model.classes.map((label) => [label, LEAST_SCORE])),
  }))
  const file = path.join(folder, 'manifest.yaml')
  writeFileSync(file, stringify({ models: open }))
  return file
}

const folder = mkdtempSync(path.join(tmpdir(), 'huying-holdout-'))
const coco = JSON.parse(readFileSync(path.join(values.data, 'annotations.json'), 'utf8'))
const categories = new Map(coco.categories.map(({ id, name }) => [name, id]))
const vision = createVision({
  manifestPath: writeOpenManifest(folder),
  workers: Number(values.workers),
  queueLimit: coco.images.length,
  log: quiet,
})

async function detectionsOf({ id, file_name }) {
  const result = await vision.analyse(path.join(values.data, file_name), { undrawn: true })
  if (result.state === 'refused') throw new Error(`${file_name}: ${result.reason}`)
  return result.detections
    .slice(0, MOST_DETECTIONS)
    .filter(({ label }) => categories.has(label))
    .map(({ label, score, box }) => ({ image_id: id, category_id: categories.get(label), bbox: box, score }))
}

try {
  await vision.start()
  const [wall, cpu] = [performance.now(), process.cpuUsage()]
  const detections = (await Promise.all(coco.images.map(detectionsOf))).flat()
  const { user, system } = process.cpuUsage(cpu)
  const pictures = coco.images.length
  writeFileSync(values.out, JSON.stringify(detections))
  console.log(
    `${vision.status().model}: ${pictures} pictures, ${detections.length} detections in ${values.out}; ` +
      `${(pictures / ((performance.now() - wall) / 1000)).toFixed(1)} pictures/s, ` +
      `CPU ${((user + system) / 1000 / pictures).toFixed(1)} ms a picture`,
  )
} finally {
  await vision.stop()
  rmSync(folder, { recursive: true, force: true })
}
