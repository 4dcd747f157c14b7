import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'
import { look } from './engines.ts'
import { openJournaledHistory } from './journaled-history.ts'

const CHILD = fileURLToPath(new URL('history-child.mjs', import.meta.url))
const ROUNDS = 6

/** Runs the child until the database has stored `drained` more entries than before, then kills it without warning. */
async function runUntilKilled(folder: string, previous: string, drained: number): Promise<number> {
  const child = spawn(process.execPath, [CHILD, folder, previous], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  let first: number | undefined
  let stored = 0
  for await (const line of createInterface({ input: child.stdout })) {
    stored = Number(line.split(' ')[1])
    first ??= stored
    if (stored >= first + drained) break
  }
  child.kill('SIGKILL')
  await exited
  return stored
}

it('loses nothing and stores nothing twice when its process is killed at any moment', {
  timeout: 120_000,
}, async () => {
  const folder = await temporaryFolder()
  const stored: number[] = []
  for (let round = 0; round < ROUNDS; round++)
    stored.push(await runUntilKilled(folder, round === 0 ? 'none' : 'killed', 150 + round * 130))
  const settings = { kind: 'pglite' as const, dir: join(folder, 'database') }

  const stack = await openJournaledHistory(folder, { engine: settings, previous: 'killed' })
  const durable = stack.intake.status().committedSeq
  stack.history.committed('intake', durable)
  await stack.drained()
  const rows = await stack.history.countReadings({ limit: 1 })
  await stack.history.close()
  const [hours] = await look<{ readings: number; quarantined: number }>(
    settings,
    `select (select count(*)::int from (select 1 from reading group by device_id, metric, at) r) as readings,
       (select count(*)::int from quarantine) as quarantined`,
  )
  await stack.close()

  expect(stored.at(-1)).toBeGreaterThan(0)
  expect(durable).toBeGreaterThanOrEqual(stored.at(-1) ?? Number.POSITIVE_INFINITY)
  expect(rows).toBe(durable)
  expect(hours).toEqual({ readings: durable, quarantined: 0 })
})
