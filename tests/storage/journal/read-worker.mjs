// Follows the journal in workerData.dir: each message is a committed position, the answer is where it has read to and
// what it found there. Uses the compiled files.
import { parentPort, workerData } from 'node:worker_threads'
import { createJournalReader } from '../../../dist/storage/journal/read-journal.js'

const reader = createJournalReader(workerData.dir)
let cursor = 0

parentPort.on('message', async (committedSeq) => {
  const found = []
  while (cursor < committedSeq) {
    const entries = await reader.read(cursor, committedSeq, 7)
    for (const entry of entries) found.push([entry.seq, entry.bytes.toString()])
    cursor = entries.at(-1).seq
  }
  parentPort.postMessage({ cursor, found })
})
