import { readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { EvidenceStore } from '../core/evidence-store.ts'
import type { Log } from '../core/log.ts'
import type { Measurement } from '../core/measurement.ts'
import { createEvidenceFiles } from './evidence-files.ts'

/** Files by their SHA-256 as evidence is kept, but no more than so many bytes of them: the oldest go first. */
export interface KeptFiles extends EvidenceStore {
  /** Learns what lies there already; files put meanwhile count as well. */
  start(): Promise<void>
  measurements(): Measurement[]
}

export function createKeptFiles(dir: string, { maxBytes, log }: { maxBytes: number; log: Log }): KeptFiles {
  const files = createEvidenceFiles(dir)
  /** Oldest first. */
  let sizes = new Map<string, number>()
  let bytes = 0
  let removed = 0
  let removing = Promise.resolve()

  function note(sha256: string, size: number): void {
    bytes += size - (sizes.get(sha256) ?? 0)
    sizes.delete(sha256)
    sizes.set(sha256, size)
    const gone: string[] = []
    for (const [oldest, length] of sizes) {
      if (bytes <= maxBytes || oldest === sha256) break
      sizes.delete(oldest)
      bytes -= length
      gone.push(oldest)
    }
    removing = removing.then(() => removeAll(gone))
  }

  async function removeAll(gone: string[]): Promise<void> {
    for (const sha256 of gone) {
      // Put again meanwhile: it is wanted.
      if (sizes.has(sha256)) continue
      await unlink(files.pathOf(sha256)).catch((err) => log.debug({ err, sha256 }, 'a kept file could not be removed'))
      removed++
    }
  }

  return {
    ...files,
    async put(content) {
      const sha256 = await files.put(content)
      note(sha256, content.length)
      return sha256
    },
    async start() {
      const known = sizes
      const found = await filesIn(dir)
      sizes = new Map()
      bytes = 0
      for (const { name, size } of found) note(name, size)
      for (const [name, size] of known) note(name, size)
      await removing
    },
    measurements: () => [
      { kind: 'gauge', name: 'huying_waveforms_kept_bytes', help: 'Waveforms kept on disk.', value: bytes },
      { kind: 'counter', name: 'huying_waveforms_removed_total', help: 'Waveforms removed for room.', value: removed },
    ],
  }
}

/** Whole files below two levels of folders, oldest first. */
async function filesIn(dir: string): Promise<{ name: string; size: number }[]> {
  const found: { name: string; size: number; atMs: number }[] = []
  for (const first of await names(dir))
    for (const second of first.length === 2 ? await names(join(dir, first)) : [])
      for (const name of await names(join(dir, first, second))) {
        const about = await stat(join(dir, first, second, name)).catch(() => null)
        if (about?.isFile()) found.push({ name, size: about.size, atMs: about.mtimeMs })
      }
  return found.sort((a, b) => a.atMs - b.atMs)
}

async function names(dir: string): Promise<string[]> {
  return (await readdir(dir).catch(() => [])).sort()
}
