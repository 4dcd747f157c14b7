import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Snapshot } from '../../app/recovery.ts'
import { createSnapshots } from '../../app/snapshots.ts'
import { silentLog } from '../../core/log.ts'
import { loadStateFile } from '../../storage/state-file.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'huying-snapshots-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

/** Snapshots of a state that is one number; `ledger` lets them become whole. */
function createRig() {
  const path = join(dir, 'state.json')
  let state = 0
  const taken: number[] = []
  const waiting: (() => void)[] = []
  const snapshots = createSnapshots({
    path,
    everyS: 3600,
    log: silentLog,
    take: () => {
      taken.push(state)
      return { judged: { seq: state, clockMs: 0 } } as Omit<Snapshot, 'ledgerSeq'>
    },
    settle: () => new Promise((resolve) => waiting.push(() => resolve({ ledgerSeq: 7, registry: [] }))),
    onWritten: async () => {},
  })
  return {
    snapshots,
    taken,
    set: (value: number) => {
      state = value
    },
    ledger: () => waiting.shift()?.(),
    stored: async () => (await loadStateFile(path)) as Snapshot,
  }
}

it('one that is being written is shared by those who ask for any', async () => {
  const { snapshots, taken, ledger } = createRig()

  const both = [snapshots.write(), snapshots.write()]
  ledger()
  await Promise.all(both)

  expect(taken).toEqual([0])
})

it('who has just decided something gets one with it, also while an older one is being written', async () => {
  const { snapshots, taken, set, ledger, stored } = createRig()
  const older = snapshots.write()
  set(1)

  const newer = [snapshots.renew(), snapshots.renew()]
  ledger()
  await older
  const between = await stored()
  await Promise.resolve()
  ledger()
  await Promise.all(newer)

  expect(taken).toEqual([0, 1])
  expect([between.judged.seq, (await stored()).judged.seq]).toEqual([0, 1])
})
