import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type CompactRange, createCompactRange } from '../../core/merkle/compact-range.ts'
import { HASH_BYTES, nodeHash } from '../../core/merkle/hashes.ts'
import { type ReadNode, rootOf, subtreesOf } from '../../core/merkle/prove.ts'
import { type HashLevel, openHashLevel } from './hash-level.ts'

/**
 * The tree over the ledger's records, on disk: of every eighth level all complete subtrees, in files that only grow. Those between are
 * made of at most 128 neighbours, which is one read. Nothing here is precious: all of it can be made again from the records.
 */
export interface HashFiles {
  readonly size: number
  append(leaf: Buffer): void
  read: ReadNode
  /** `recordHash` of the record at a position from 1, one behind the other. */
  leaves(fromSeq: number, count: number): Promise<Buffer>
  /** Root of the first `size` leaves, of all of them at no cost. */
  root(size: number): Promise<Buffer>
  /** Forgets all behind the first `size` leaves. */
  cut(size: number): Promise<void>
  /** Writes what was appended; by itself it does so now and then. */
  flush(): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

const STEP = 8
/** Enough for 2^40 records. */
const LEVELS = [0, 8, 16, 24, 32]
const FLUSH_EVERY = 1024

export async function openHashFiles(dir: string): Promise<HashFiles> {
  await mkdir(dir, { recursive: true })
  const levels = await Promise.all(LEVELS.map((level) => openHashLevel(join(dir, `hashes-${level}`))))
  let range: CompactRange = createCompactRange()
  let unflushed = 0

  function keep(level: number, _index: number, hash: Buffer): void {
    if (level % STEP === 0) levels[level / STEP]?.push(hash)
  }

  const read: ReadNode = async (level, index) => {
    const file = levels[Math.floor(level / STEP)] as HashLevel
    const count = 2 ** (level % STEP)
    return reduce(await file.read(index * count, count))
  }

  async function cut(size: number): Promise<void> {
    for (const [i, file] of levels.entries()) await file.cut(Math.floor(size / 2 ** (i * STEP)))
    range = createCompactRange(size, await subtreesOf(size, read), keep)
  }

  function flush(): Promise<void> {
    unflushed = 0
    return Promise.all(levels.map((file) => file.flush())).then(() => {})
  }

  await cut(usable(levels.map(({ count }) => count)))
  return {
    get size() {
      return range.size
    },
    append(leaf) {
      range.append(leaf)
      // What could not be written now is written with what comes next.
      if (++unflushed >= FLUSH_EVERY) flush().catch(() => {})
    },
    read,
    leaves: (fromSeq, count) => (levels[0] as HashLevel).read(fromSeq - 1, count),
    root: async (size) => (size === range.size ? range.root() : rootOf(size, read)),
    cut,
    flush,
    async sync() {
      for (const file of levels) await file.sync()
    },
    async close() {
      for (const file of levels) await file.close()
    },
  }
}

/** So many leaves are there with all that was made of them: a crash may have written one file and not the other. */
function usable(counts: number[]): number {
  return Math.min(...counts.map((count, i) => (i === 0 ? count : (count + 1) * 2 ** (i * STEP) - 1)))
}

/** The root over a power of two of hashes. */
function reduce(hashes: Buffer): Buffer {
  let row = Array.from({ length: hashes.length / HASH_BYTES }, (_, i) =>
    hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  )
  while (row.length > 1)
    row = Array.from({ length: row.length / 2 }, (_, i) => nodeHash(row[2 * i] as Buffer, row[2 * i + 1] as Buffer))
  return row[0] as Buffer
}
