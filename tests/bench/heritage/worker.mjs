// Plays the lanes that it is given, one by one, and gives back what was said and what was true.
import { parentPort, workerData } from 'node:worker_threads'
import { loadEvidenceTable } from '../../../dist/detectors/fusion/evidence-table.js'
import { createRows } from './fit.mjs'
import { playLane } from './play-lane.mjs'

const table = loadEvidenceTable(workerData.evidence)
parentPort.on('message', (seed) => {
  const fit = workerData.fit ? createRows(table) : undefined
  const lane = playLane(seed, { table, ...(fit && { onDay: fit.take }) })
  parentPort.postMessage({ lane, ...(fit && { rows: fit.all() }) })
})
