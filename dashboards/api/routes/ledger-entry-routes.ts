import { Type } from 'typebox'
import { AppError } from '../../../core/errors.ts'
import type { LedgerQuery, LedgerRow } from '../../../core/history.ts'
import type { LedgerEntryView } from '../../contract.ts'
import type { ApiServer } from '../api-server.ts'
import { parseOptionalInstant } from '../parse-instant.ts'
import type { ApiPorts } from '../ports.ts'
import { Cursor, closed, errorAnswers, Instant, limitUpTo, pageOf, Sha256 } from '../schemas.ts'
import { toIso } from '../to-iso.ts'

const DEFAULT_LIMIT = 100
const Query = Type.Object(
  {
    subject: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        pattern: '^[a-z]+:',
        description:
          'What it is about: `alert:ID`, `device:ID`, `place:NAME`, `finding:ID`, `rule:ID`, `silence:ID`, `flood:ID`, `plan:ID`, `frame:ID`, `person:NAME`, `output:NAME`, `subscriber:NAME`, `building:ID`, `record:SOURCE/ID`',
      }),
    ),
    type: Type.Optional(
      Type.String({
        maxLength: 100,
        pattern: '^[a-z_]+\\.([a-z_]+|\\*)$',
        description: '`alert.raised`, or `alert.*` for all that begin so',
      }),
    ),
    by: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'The person who did it' })),
    from: Type.Optional(Instant),
    to: Type.Optional(Instant),
    limit: Type.Optional(limitUpTo(1_000, DEFAULT_LIMIT)),
    cursor: Type.Optional(Cursor),
  },
  closed,
)
const EntrySchema = Type.Object({
  seq: Type.Integer({ description: 'Position in the ledger, from 1' }),
  type: Type.String(),
  at: Type.Optional(Type.String({ description: 'ISO 8601, UTC' })),
  by: Type.Optional(Type.String()),
  leafHash: Sha256,
  entry: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: 'What was decided; digests of tokens are left out. Absent where the record cannot be read',
    }),
  ),
})

/** Who did what and when, from the database. */
export function ledgerEntryRoutes(app: ApiServer, { history, ledgerId }: Pick<ApiPorts, 'history' | 'ledgerId'>): void {
  app.get(
    '/api/v1/ledger/entries',
    {
      config: { needs: 'operate' },
      schema: {
        tags: ['ledger'],
        summary: 'Entries of the ledger, newest first, `from` inclusive, `to` exclusive',
        querystring: Query,
        response: { 200: pageOf(EntrySchema), ...errorAnswers },
      },
    },
    async ({ query: { from, to, limit = DEFAULT_LIMIT, ...rest } }) => {
      const fromMs = parseOptionalInstant(from, 'from')
      const toMs = parseOptionalInstant(to, 'to')
      if (fromMs !== undefined && toMs !== undefined && fromMs > toMs)
        throw new AppError('bad_request', 'from lies after to', { from, to })
      const query: LedgerQuery = {
        ...rest,
        ...{ ledger: ledgerId, limit },
        ...(fromMs !== undefined && { fromMs }),
        ...(toMs !== undefined && { toMs }),
      }
      const page = await history.ledger(query)
      return { ...page, items: page.items.map(toEntryView) }
    },
  )
}

function toEntryView({ seq, type, atMs, by, leafHash, bytes }: LedgerRow): LedgerEntryView {
  const entry = readEntry(bytes)
  return {
    ...{ seq, type, leafHash },
    ...(atMs !== null && { at: toIso(atMs) }),
    ...(by !== null && { by }),
    ...(entry !== null && { entry }),
  }
}

/** Digests that say nothing about what was decided, and might let a weak token be guessed. */
const SECRETS = new Set(['tokenHash', 'tokenSha256'])

function readEntry(bytes: Uint8Array): Record<string, unknown> | null {
  try {
    const { record: _, ...entry } = JSON.parse(Buffer.from(bytes).toString(), (key, value) =>
      SECRETS.has(key) ? undefined : value,
    ) as Record<string, unknown>
    return entry
  } catch {
    return null
  }
}
