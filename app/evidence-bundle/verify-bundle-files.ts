import { open, readFile, stat } from 'node:fs/promises'
import { AppError } from '../../core/errors.ts'
import type { VerifierKey } from '../../core/notes/note-keys.ts'
import { type BundleVerdict, verifyBundle } from './verify-bundle.ts'

export interface BundleFileVerdict extends BundleVerdict {
  path: string
}

/** A bundle holds about 150 MB at most. */
const MAX_BYTES = 512 * 1024 * 1024
/** What every zip begins with. */
const ZIP = Buffer.from('PK\x03\x04')

/** Verifies the evidence bundles among these files; `rest` are those that are none. Throws `too_large`, system errors. */
export async function verifyBundleFiles(
  paths: readonly string[],
  keys: readonly VerifierKey[],
): Promise<{ bundles: BundleFileVerdict[]; rest: string[] }> {
  const bundles: BundleFileVerdict[] = []
  const rest: string[] = []
  for (const path of paths) {
    if (!(await isZip(path))) {
      rest.push(path)
      continue
    }
    const { size } = await stat(path)
    if (size > MAX_BYTES) throw new AppError('too_large', 'no evidence bundle is this large', { path, size })
    bundles.push({ path, ...verifyBundle(await readFile(path), keys) })
  }
  return { bundles, rest }
}

async function isZip(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    if (!(await file.stat()).isFile()) return false
    const { buffer, bytesRead } = await file.read(Buffer.alloc(ZIP.length), 0, ZIP.length, 0)
    return bytesRead === ZIP.length && buffer.equals(ZIP)
  } finally {
    await file.close()
  }
}

export function bundleJson({ note: _, ...verdict }: BundleFileVerdict): object {
  return { ...verdict, ok: verdict.faults.length === 0 }
}

const SHOWN_FAULTS = 20

export function bundleWords(verdict: BundleFileVerdict): string {
  const { path, faults, about, takenAt, takenBy, origin, records, files, signedBy, isKeyGiven } = verdict
  const told = faults.slice(0, SHOWN_FAULTS).map(({ where, detail }) => `  ${where}: ${detail}`)
  const more = faults.length - told.length
  return [
    `${path}: ${faults.length === 0 ? 'fine' : 'CHANGED'}`,
    ...told,
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(about === null ? [] : [`  ${about.kind} ${about.id}, taken ${takenAt} by ${takenBy}, ledger ${origin}`]),
    `  ${files} files, ${records} records proven${signedBy.length > 0 ? `, signed by ${signedBy.join(', ')}` : ''}`,
    ...(isKeyGiven
      ? []
      : ['  its key was taken from the bundle itself; --key with the one that you were given proves more']),
  ].join('\n')
}
