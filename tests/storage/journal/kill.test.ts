import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { silentLog } from '../../../core/log.ts'
import { openJournal } from '../../../storage/journal/open-journal.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const ROUNDS = 20
const CHILD = fileURLToPath(new URL('./kill-child.mjs', import.meta.url))

/** Runs a writer until it has acknowledged `acks` entries, kills it, and returns all that it acknowledged. */
async function killAfter(acks: number, dir: string): Promise<[seq: number, pid: number][]> {
  const child = spawn(process.execPath, [CHILD, dir], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const acknowledged: [number, number][] = []
  for await (const line of createInterface({ input: child.stdout })) {
    const [seq, pid] = line.split(' ').map(Number)
    acknowledged.push([seq!, pid!])
    if (acknowledged.length === acks) child.kill('SIGKILL')
  }
  expect(await exited).toEqual([null, 'SIGKILL'])
  return acknowledged
}

describe('a writer that is killed with SIGKILL', () => {
  it(`has lost nothing that it acknowledged, in ${ROUNDS} rounds on one folder`, { timeout: 120_000 }, async () => {
    const dir = await temporaryFolder()
    const expected = new Map<number, number>()
    for (let round = 0; round < ROUNDS; round++) {
      const acks = 1 + Math.floor(Math.random() * 400)
      for (const [seq, pid] of await killAfter(acks, dir)) {
        expect(expected.has(seq), `position ${seq} was given twice`).toBe(false)
        expected.set(seq, pid)
      }

      const journal = await openJournal({ dir, log: silentLog })
      const entries = await journal.read(0, Number.MAX_SAFE_INTEGER)
      await journal.close()

      expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, i) => i + 1))
      for (const [seq, pid] of expected)
        expect(entries[seq - 1]?.bytes.toString().split(' ')[0], `position ${seq}, round ${round}`).toBe(`${pid}`)
    }
  })
})
