// `npm run bench:patrol [-- --oracle] [--seeds 3] [--pictures DIR]`: a simulated patrol with known truth, flown twice over
// one composed river, through the service's own parts; prints what was found against what was there.

import { readFileSync } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { assetPath } from '../../dist/core/source-path.js'
import { createVision } from '../../dist/detectors/vision/vision.js'
import { FAULTS, ORDER } from './patrol/orders.mjs'
import { rehearse } from './patrol/rehearse.mjs'

const { values: flags } = parseArgs({
  options: {
    oracle: { type: 'boolean' },
    exact: { type: 'boolean' },
    seeds: { type: 'string', default: '3' },
    models: { type: 'string', default: assetPath('detectors/models/manifest.yaml') },
    pictures: { type: 'string' },
  },
})
const map = JSON.parse(readFileSync(assetPath('simulators/world/wenjin.geojson'), 'utf8'))
const quiet = { error: console.error, warn: console.error, info() {}, debug() {} }
const vision = flags.oracle ? null : createVision({ manifestPath: flags.models, workers: 1, log: quiet })
await vision?.start()
if (flags.pictures) await mkdir(flags.pictures, { recursive: true })

async function analyse(jpegPath, frame) {
  if (flags.pictures) await copyFile(jpegPath, path.join(flags.pictures, `${frame.frameId}.jpg`))
  return vision.analyse(jpegPath, frame)
}

const percent = (part, whole) => (whole === 0 ? '–' : `${Math.round((100 * part) / whole)} %`)
const metres = (value) => `${value.toFixed(2)} m`
const scores = []
for (let seed = 1; seed <= Number(flags.seeds); seed++) {
  const order = { ...ORDER, exact: flags.exact ?? false }
  const { score, truths } = await rehearse({ map, seed, order, faults: FAULTS, ...(vision && { analyse }) })
  scores.push(score)
  const { objects, once, split, merged, missed, fates, positionErrorM, gaps } = score
  const pictures = truths.map((truth) => `${truth.pictures.filter(({ arrivesMs }) => arrivesMs !== null).length}`)
  console.log(`seed ${seed}: ${pictures.join(' + ')} pictures, ${objects} things on the water`)
  console.log(`  position error        median ${metres(positionErrorM.median)}, p90 ${metres(positionErrorM.p90)}`)
  console.log(
    `  findings per thing    one ${percent(once, objects)}; split ${split}, merged ${merged}, missed ${missed}`,
  )
  console.log(`  false findings        ${score.false}`)
  console.log(`  coverage gaps         ${gaps.foundM} of ${gaps.trueM} m found, ${gaps.falseM} m said wrongly`)
  console.log(`  second flight         ${fates.right} right of ${fates.right + fates.wrong.length}`)
  for (const { id, is, said } of fates.wrong) console.log(`    ${id} is ${is}, said ${said}`)
  for (const [label, { objects: all, found, false: wrong }] of Object.entries(score.byLabel))
    console.log(`    ${label.padEnd(10)} found ${found} of ${all}, false ${wrong}`)
}
const sum = (of) => scores.reduce((total, score) => total + of(score), 0)
const objects = sum((score) => score.objects)
const fates = sum(({ fates: { right, wrong } }) => right + wrong.length)
console.log(
  `all: one finding for ${percent(
    sum(({ once }) => once),
    objects,
  )} of ${objects} things, ${sum((score) => score.false)} false, ` +
    `gaps ${percent(
      sum(({ gaps }) => gaps.foundM),
      sum(({ gaps }) => gaps.trueM),
    )} found, ` +
    `second flight ${percent(
      sum(({ fates: { right } }) => right),
      fates,
    )} right`,
)
await vision?.stop()
