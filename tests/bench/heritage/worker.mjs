// Plays the lanes that it is given, one by one, and gives back what was said and what was true.
import { parentPort, workerData } from 'node:worker_threads'
import { loadEvidenceTable } from '../../../dist/detectors/fusion/evidence-table.js'
import { createFit } from './fit.mjs'
import { playLane } from './play-lane.mjs'

const table = loadEvidenceTable(workerData.evidence)
parentPort.on('message', (seed) => {
  const fit = workerData.fit ? createFit(table) : undefined
  const lane = playLane(seed, { table, ...(fit && { onDay: fit.take }) })
  parentPort.postMessage({ lane, ...(fit && { counts: fit.counts() }) })
})
