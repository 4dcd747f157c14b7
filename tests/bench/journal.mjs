// The journal against the least that durability can cost: a loop that writes the same bytes into a file that was
// written before (no growth, no new blocks) and calls fdatasync. Uses the compiled files: `npm run build`, then
// `node tests/bench/journal.mjs [folder]`. Rounds alternate; medians of ROUNDS.
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openJournal } from '../../dist/storage/journal/open-journal.js'

const ROUNDS = 5
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

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
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

/** Rows `{ name, value, unit, ratio? }`; `ratio` is to the bare loop, 1 is as fast. */
export async function benchJournal(parent = tmpdir()) {
  const dir = await mkdtemp(join(parent, 'huying-bench-'))
  const rows = []
  try {
    for (const [entries, commits] of SHAPES) {
      const bare = []
      const ours = []
      for (let round = 0; round < ROUNDS; round++) {
        bare.push(await bareCommits(dir, entries * ENTRY_BYTES, commits))
        ours.push(await journalCommits(dir, entries, commits))
      }
      const ratio = median(ours.map((rate, i) => rate / bare[i]))
      rows.push({ name: `journal, ${entries} entries a commit`, value: median(ours), unit: 'commits/s', ratio })
    }
    const runs = []
    const bare = []
    for (let round = 0; round < ROUNDS; round++) {
      const run = await journalPipelined(dir)
      runs.push(run)
      const bytes = Math.round((PIPELINED_ENTRIES / run.commits) * ENTRY_BYTES)
      bare.push((await bareCommits(dir, bytes, run.commits)) * (PIPELINED_ENTRIES / run.commits))
    }
    const of = (field) => median(runs.map((run) => run[field]))
    const ratio = median(runs.map((run, i) => run.entriesPerS / bare[i]))
    rows.push({ name: 'journal, pipelined', value: of('entriesPerS'), unit: 'entries/s', ratio })
    rows.push({ name: 'journal, pipelined, CPU', value: of('cpuUs'), unit: 'us/entry' })
    rows.push({ name: 'journal, read back', value: of('readPerS'), unit: 'entries/s' })
    rows.push({ name: 'journal, opened with 60 MB in it', value: of('openedMs'), unit: 'ms' })
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
  return rows
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.table(await benchJournal(process.argv[2]))
