import { openHistory } from '../../../dist/storage/database/open-history.js'
import { openJournal } from '../../../dist/storage/journal/open-journal.js'

/** Appends readings and drains them into PGlite until it is killed. argv: folder, previous. Prints each committed position. */
const [folder, previous] = process.argv.slice(2)
const log = { error() {}, warn() {}, info() {}, debug() {} }
const intake = await openJournal({ dir: `${folder}/intake`, log })
const ledger = await openJournal({ dir: `${folder}/ledger`, log })
const history = await openHistory({
  engine: { kind: 'pglite', dir: `${folder}/database` },
  intakeDir: `${folder}/intake`,
  intakeId: intake.id,
  ledgerDir: `${folder}/ledger`,
  ledgerId: ledger.id,
  dumpEveryMs: 300,
  rollUpEveryMs: 200,
  previous,
  log,
})
history.committed('intake', intake.status().committedSeq)
for (;;) {
  const seq = await new Promise((resolve, reject) => {
    const entry = {
      k: 'r',
      t: Date.now(),
      d: 'a',
      q: null,
      s: ['x', 1_772_323_200_000 + intake.status().committedSeq * 60_000, 1],
    }
    const at = intake.append(Buffer.from(JSON.stringify(entry)), (error) => (error ? reject(error) : resolve(at)))
  })
  history.committed('intake', seq)
  if (seq % 50 === 0) process.stdout.write(`${seq} ${history.drainedSeq('intake')}\n`)
}
