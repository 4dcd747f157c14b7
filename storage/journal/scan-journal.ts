import { open } from 'node:fs/promises'
import { collectEntries } from './batch-format.ts'
import { parseSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-header.ts'
import { listSegments, segmentPath } from './segment-names.ts'
import { readAt, walkBatches } from './walk-batches.ts'

/** Where a segment stops making sense before its end. */
export interface ScanDamage {
  file: string
  offset: number
}

/**
 * All entries of a journal in the order of its files, whatever positions they claim: for those who prove them by other means. Beside
 * a service that writes it ends at some entry that was written when it came there. Damage ends a segment, not the scan.
 */
export async function* scanJournal(dir: string, onDamage: (damage: ScanDamage) => void): AsyncGenerator<Buffer> {
  const segments = await listSegments(dir)
  for (const [i, firstSeq] of segments.entries())
    yield* scanSegment(segmentPath(dir, firstSeq), i === segments.length - 1, onDamage)
}

async function* scanSegment(
  path: string,
  isLast: boolean,
  onDamage: (damage: ScanDamage) => void,
): AsyncGenerator<Buffer> {
  const file = await open(path, 'r')
  try {
    const header = parseSegmentHeader(await readAt(file, 0, SEGMENT_HEADER_BYTES))
    let offset = header ? SEGMENT_HEADER_BYTES : 0
    if (header) {
      for await (const batch of walkBatches(file, offset, header.mark)) {
        const entries: { seq: number; bytes: Buffer }[] = []
        collectEntries(batch, 0, Number.MAX_SAFE_INTEGER, entries)
        for (const { bytes } of entries) yield bytes
        offset += batch.byteLength
      }
    }
    const { size } = await file.stat()
    const tail = await readAt(file, offset, Math.max(0, size - offset))
    const isTorn = isLast && (header === null || tail.indexOf(header.mark, 1) < 0)
    if (!isTorn && tail.some((byte) => byte !== 0)) onDamage({ file: path, offset })
  } finally {
    await file.close()
  }
}
