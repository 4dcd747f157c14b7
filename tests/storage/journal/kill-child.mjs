// Appends to the journal in the folder argv[2] as fast as it can, in bursts of random size, and writes each position to
// stdout once it is acknowledged. Runs until it is killed. Uses the compiled files.
import { writeSync } from 'node:fs'
import { openJournal } from '../../../dist/storage/journal/open-journal.js'

const silent = () => {}
const log = { error: silent, warn: silent, info: silent, debug: silent }
const journal = await openJournal({ dir: process.argv[2], segmentBytes: 256 * 1024, log })

function burst() {
  const size = 1 + Math.floor(Math.random() * 40)
  let waiting = size
  for (let i = 0; i < size; i++) {
    const seq = journal.append(Buffer.from(`${process.pid} ${'x'.repeat(Math.random() * 2000)}`), (error) => {
      if (error) throw error
      writeSync(1, `${seq} ${process.pid}\n`)
      if (--waiting === 0) burst()
    })
  }
}
burst()
burst()
