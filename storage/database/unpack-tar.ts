import { mkdirSync, writeFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { AppError } from '../../core/errors.ts'

const BLOCK_BYTES = 512
/** PostgreSQL refuses a data folder that others can read. */
const FOLDER_MODE = 0o700
const FILE_MODE = 0o600

/** Unpacks the files and folders of a ustar archive under `dir`. Throws `internal` for a path that leads out of it. */
export function unpackTar(tar: Buffer, dir: string): void {
  for (let at = 0; at + BLOCK_BYTES <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK_BYTES)
    if (header[0] === 0) return
    const name = textOf(header, 0, 100)
    const bytes = Number.parseInt(textOf(header, 124, 12), 8)
    const type = String.fromCharCode(header[156] ?? 0)
    const path = join(dir, name)
    if (!path.startsWith(normalize(dir))) throw new AppError('internal', 'an archive leads out of its folder', { name })
    at += BLOCK_BYTES
    if (type === '5') mkdirSync(path, { recursive: true, mode: FOLDER_MODE })
    if (type === '0') writeFileSync(path, tar.subarray(at, at + bytes), { mode: FILE_MODE })
    at += Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES
  }
}

function textOf(header: Buffer, start: number, length: number): string {
  const field = header.subarray(start, start + length)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end < 0 ? length : end).trim()
}
