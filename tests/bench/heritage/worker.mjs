// Plays the lanes that it is given, one by one, and gives back what was said and what was true.
import { parentPort, workerData } from 'node:worker_threads'
import { loadEvidenceTable } from '../../../dist/detectors/fusion/load-evidence-table.js'
import { createRows, FITTED_LANES, LOOK_EVERY_MS } from './fit.mjs'
import { playLane } from './play-lane.mjs'

const table = loadEvidenceTable(workerData.evidence)
const { kit, fit } = workerData
parentPort.on('message', (seed) => {
  const rows = fit ? createRows() : undefined
  const options = { kit, ...(fit && FITTED_LANES) }
  const lane = playLane(seed, { table, options, ...(rows && { look: { everyMs: LOOK_EVERY_MS, take: rows.take } }) })
  parentPort.postMessage({ lane, ...(rows && { rows: rows.all() }) })
})
