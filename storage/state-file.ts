import { createHash } from 'node:crypto'
import { rename } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { jsonPieces } from './json-pieces.ts'
import { readBytesIfThere } from './text-file.ts'
import { writeFileAtomically } from './write-file-atomically.ts'

/**
 * A state file is one line `huying-state 1 SHA-256` and JSON behind it. The generation before stands beside it as
 * `….previous` and is loaded when the newer one is damaged, so what a snapshot needs to be continued (the journal behind
 * its position) must be kept for two generations.
 */
const FIRST_LINE = /^huying-state 1 ([0-9a-f]{64})$/

/** So long nobody else has to wait for the writing of a state, ms. */
const TURN_MS = 4

/**
 * Replaces the file by a new generation; durable when it resolves. `data` is JSON-safe and must not change meanwhile: it is
 * made into text a little at a time, and others have their turn in between. One call at a time per path.
 */
export async function writeStateFile(path: string, data: unknown): Promise<void> {
  const json = await encodeGently(data)
  const firstLine = Buffer.from(`huying-state 1 ${sha256(json)}\n`)
  await writeFileAtomically(path, Buffer.concat([firstLine, json]), () => keepPrevious(path))
}

/** The data of the newest generation that is whole, or null when there is none: missing, cut short or altered. */
export async function loadStateFile(path: string): Promise<unknown> {
  const json = (await readGeneration(path)) ?? (await readGeneration(previous(path)))
  return json === null ? null : (JSON.parse(json.toString()) as unknown)
}

async function encodeGently(data: unknown): Promise<Buffer> {
  const pieces: Buffer[] = []
  let turnMs = performance.now()
  for (const piece of jsonPieces(data)) {
    pieces.push(Buffer.from(piece))
    if (performance.now() - turnMs < TURN_MS) continue
    await nextTurn()
    turnMs = performance.now()
  }
  return Buffer.concat(pieces)
}

const previous = (path: string) => `${path}.previous`
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** The JSON of a file that is whole. */
async function readGeneration(path: string): Promise<Buffer | null> {
  const bytes = await readBytesIfThere(path)
  if (bytes === null) return null
  const end = bytes.indexOf('\n')
  const checksum = FIRST_LINE.exec(bytes.toString('latin1', 0, Math.max(0, end)))?.[1]
  const json = bytes.subarray(end + 1)
  return checksum === sha256(json) ? json : null
}

/** A damaged file must not take the place of the whole one before it. */
async function keepPrevious(path: string): Promise<void> {
  if ((await readGeneration(path)) !== null) await rename(path, previous(path))
}
