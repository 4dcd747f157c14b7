// Rows per second into the database, as rows of the table; database.mjs measures them.
import { benchDatabase } from './database.mjs'
import { notMeasured, row } from './rows.mjs'

export async function bench() {
  const { postgres, pglite, goal, batchRows } = await benchDatabase()
  const name = `rows stored once, ${batchRows.toLocaleString('en')} a batch`
  const batches = ({ batchMs }) => `batch p99 ${batchMs.p99.toFixed(1)} ms`
  const unit = 'rows/s'
  const embedded = row({ name: `${name}, PGlite`, unit, values: [pglite.rowsPerS], note: batches(pglite) })
  if (postgres === null) return [notMeasured(`${name}, PostgreSQL`, 'PostgreSQL is not installed'), embedded]
  const compared = { peer: 'psql \\copy into a bare table', peerValues: [postgres.copyRowsPerS], atLeast: goal }
  const values = [postgres.rowsPerS]
  return [row({ name: `${name}, PostgreSQL`, unit, values, ...compared, note: batches(postgres) }), embedded]
}
