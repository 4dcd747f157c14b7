import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Digits of a position in a file name: enough for every safe integer, so that names sort as numbers. */
const SEQ_DIGITS = 16
const SEGMENT_NAME = /^(\d{16})\.journal$/

export function segmentPath(dir: string, firstSeq: number): string {
  return join(dir, `${String(firstSeq).padStart(SEQ_DIGITS, '0')}.journal`)
}

/** First positions of the segments in a folder, ascending. Other files are none of our business. */
export async function listSegments(dir: string): Promise<number[]> {
  const names = await readdir(dir)
  return names
    .flatMap((name) => SEGMENT_NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
}
