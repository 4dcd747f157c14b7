import { createHash } from 'node:crypto'
import type { Access, LedgerEntry } from '../core/ledger-entry.ts'
import type { Config } from './config-schema.ts'
import type { LedgerWriter } from './ledger.ts'

/** Remembers who had rights as the ledger last says it, and writes down when the configuration says otherwise. */
export interface AccessScribe {
  /** Takes over one ledger entry at start. */
  applyEntry(entry: LedgerEntry): void
  /** Writes who has rights now, if that is not what the ledger says. */
  tell(access: Access[], nowMs: number, ledger: Pick<LedgerWriter, 'write'>): void
  /** JSON-safe; null when the ledger never said. */
  snapshot(): Access[] | null
}

export function createAccessScribe(snapshot?: Access[] | null): AccessScribe {
  let known = snapshot ?? null
  return {
    applyEntry(entry) {
      if (entry.type === 'access.changed') known = entry.access
    },
    tell(access, atMs, ledger) {
      if (known && digestOf(known) === digestOf(access)) return
      known = access
      ledger.write({ type: 'access.changed', atMs, access })
    },
    snapshot: () => known,
  }
}

/** What the configuration grants: tokens only as their digests. */
export function toAccess({ tokens, trustLoopback }: Config['http'], adminToken: string): Access[] {
  return [
    { name: 'admin', rights: 'admin', tokenSha256: sha256(adminToken) },
    ...(trustLoopback ? [{ name: 'local', rights: 'admin' as const }] : []),
    ...tokens.map(({ name, rights, originals, token }) => ({
      ...{ name, rights, tokenSha256: sha256(token) },
      ...(originals !== undefined && { originals }),
    })),
  ]
}

/** The same for the same rights, in whatever order they are told. */
function digestOf(access: readonly Access[]): string {
  return access
    .map(({ name, rights, originals = false, tokenSha256 = '' }) =>
      JSON.stringify([name, rights, originals, tokenSha256]),
    )
    .sort()
    .join('\n')
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
