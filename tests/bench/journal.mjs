// The journal against the least that durability can cost: a loop that writes the same bytes into a file that was
// written before (no growth, no new blocks) and calls fdatasync. Rounds alternate.
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openJournal } from '../../dist/storage/journal/open-journal.js'
import { row } from './rows.mjs'
import { makeFolder, removeFolder } from './systems/children.mjs'

const ENTRY_BYTES = 200
/** Entries per commit, and commits per round. */
const SHAPES = [
  [1, 600],
  [100, 600],
  [1_000, 300],
]
const PIPELINED_ENTRIES = 300_000
const PIPELINED_WAITING = 20_000
const silent = () => {}
const log = { error: silent, warn: silent, info: silent, debug: silent }
const entry = Buffer.alloc(ENTRY_BYTES, 'x')

const perSecond = (count, startedMs) => (count / (performance.now() - startedMs)) * 1000

/** Commits per second of the bare loop. */
async function bareCommits(dir, byteLength, commits) {
  const file = await open(join(dir, 'bare'), 'w+')
  const zeros = Buffer.alloc(1024 * 1024)
  for (let at = 0; at < byteLength * commits; at += zeros.length) await file.write(zeros, 0, zeros.length, at)
  await file.sync()
  const bytes = Buffer.alloc(byteLength, 'x')
  const startedMs = performance.now()
  for (let i = 0; i < commits; i++) {
    await file.write(bytes, 0, byteLength, i * byteLength)
    await file.datasync()
  }
  const rate = perSecond(commits, startedMs)
  await file.close()
  await rm(join(dir, 'bare'))
  return rate
}

/** Commits per second when each waits for the one before. */
async function journalCommits(dir, entries, commits) {
  const journal = await openJournal({ dir: join(dir, 'journal'), log })
  const startedMs = performance.now()
  for (let i = 0; i < commits; i++)
    await new Promise((resolve, reject) => {
      for (let e = 1; e < entries; e++) journal.append(entry, silent)
      journal.append(entry, (error) => (error ? reject(error) : resolve()))
    })
  const rate = perSecond(commits, startedMs)
  await journal.close()
  await rm(join(dir, 'journal'), { recursive: true })
  return rate
}

/** Entries per second, appended as long as fewer than PIPELINED_WAITING wait; then read back, and opened again. */
async function journalPipelined(dir) {
  const journal = await openJournal({ dir: join(dir, 'journal'), log })
  let commits = 0
  journal.onCommit(() => commits++)
  const startedMs = performance.now()
  const cpuBefore = process.cpuUsage()
  await new Promise((resolve) => {
    let sent = 0
    let done = 0
    const onCommitted = () => {
      if (++done === PIPELINED_ENTRIES) resolve()
      else send()
    }
    const send = () => {
      while (sent < PIPELINED_ENTRIES && sent - done < PIPELINED_WAITING) {
        sent++
        journal.append(entry, onCommitted)
      }
    }
    send()
  })
  const entriesPerS = perSecond(PIPELINED_ENTRIES, startedMs)
  const { user, system } = process.cpuUsage(cpuBefore)
  const readMs = performance.now()
  for (let cursor = 0; cursor < PIPELINED_ENTRIES; ) cursor = (await journal.read(cursor, 5_000)).at(-1).seq
  const readPerS = perSecond(PIPELINED_ENTRIES, readMs)
  await journal.close()
  const openMs = performance.now()
  const again = await openJournal({ dir: join(dir, 'journal'), log })
  const openedMs = performance.now() - openMs
  await again.close()
  await rm(join(dir, 'journal'), { recursive: true })
  return { entriesPerS, commits, cpuUs: (user + system) / PIPELINED_ENTRIES, readPerS, openedMs }
}

export async function bench({ quick }) {
  const dir = makeFolder()
  const rounds = quick ? 3 : 5
  const share = quick ? 0.2 : 1
  const peer = 'bare write + fdatasync'
  const rows = []
  for (const [entries, commits] of SHAPES) {
    const bare = []
    const ours = []
    for (let round = 0; round < rounds; round++) {
      bare.push(await bareCommits(dir, entries * ENTRY_BYTES, commits * share))
      ours.push(await journalCommits(dir, entries, commits * share))
    }
    const name = `journal, ${entries} entries a commit`
    rows.push(row({ name, unit: 'commits/s', values: ours, peer, peerValues: bare }))
  }
  const runs = []
  const bare = []
  for (let round = 0; round < rounds; round++) {
    const run = await journalPipelined(dir)
    runs.push(run)
    const bytes = Math.round((PIPELINED_ENTRIES / run.commits) * ENTRY_BYTES)
    bare.push((await bareCommits(dir, bytes, run.commits)) * (PIPELINED_ENTRIES / run.commits))
  }
  removeFolder(dir)
  const of = (field) => runs.map((run) => run[field])
  return [
    ...rows,
    row({ name: 'journal, pipelined', unit: 'entries/s', values: of('entriesPerS'), peer, peerValues: bare }),
    row({ name: 'journal, pipelined: CPU', unit: 'µs/entry', values: of('cpuUs') }),
    row({ name: 'journal, read back', unit: 'entries/s', values: of('readPerS') }),
    row({ name: 'journal, opened with 60 MB in it', unit: 'ms', values: of('openedMs') }),
  ]
}
