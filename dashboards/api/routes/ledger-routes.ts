import { Type } from 'typebox'
import { AppError } from '../../../core/errors.ts'
import type { ConsistencyProof, InclusionProof, LedgerDesk, SignedCheckpoint } from '../../../core/ledger-desk.ts'
import type { ApiServer } from '../api-server.ts'
import { closed, errorAnswers, limitUpTo, pageOf, Sha256 } from '../schemas.ts'
import { toIso } from '../to-iso.ts'

const tags = ['ledger']
const Position = Type.Integer({ minimum: 1, description: 'Position in the ledger' })
const Size = Type.Integer({ minimum: 0, description: 'Size of a tree: it is over positions 1 to this' })
const Hashes = Type.Array(Sha256)
const Checkpoint = Type.Object({
  size: Type.Integer(),
  rootHash: Sha256,
  at: Type.String({ description: 'ISO 8601, UTC' }),
  signedBy: Type.Array(Type.String()),
  note: Type.String({ description: 'Signed note (C2SP tlog-checkpoint), byte for byte' }),
})
const Inclusion = Type.Object({
  seq: Type.Integer(),
  size: Type.Integer(),
  leafHash: Sha256,
  path: { ...Hashes, description: 'From the leaf to the root (RFC 6962, 2.1.1)' },
})
const Consistency = Type.Object({
  from: Type.Integer(),
  to: Type.Integer(),
  path: { ...Hashes, description: 'RFC 6962, 2.1.2' },
})
const Page = Type.Object(
  { after: Type.Optional(Type.Integer({ minimum: 0 })), limit: Type.Optional(limitUpTo(1000, 100)) },
  closed,
)

/** What anybody needs to convince himself that the ledger was not bent. All of it is answered without the database. */
export function ledgerRoutes(app: ApiServer, ledger: LedgerDesk): void {
  checkpointRoutes(app, ledger)
  proofRoutes(app, ledger)
  recordRoutes(app, ledger)
}

function checkpointRoutes(app: ApiServer, ledger: LedgerDesk): void {
  app.get(
    '/api/v1/ledger/checkpoint',
    {
      schema: {
        tags,
        summary: 'The newest checkpoint, as a signed note',
        produces: ['text/plain'],
        response: { 200: Type.String(), ...errorAnswers },
      },
    },
    async (_request, reply) => {
      const newest = ledger.checkpoint()
      if (!newest) throw new AppError('not_found', 'no checkpoint yet')
      return reply.type('text/plain; charset=utf-8').send(newest.note)
    },
  )
  app.get(
    '/api/v1/ledger/checkpoints',
    {
      schema: {
        tags,
        summary: 'Checkpoints after a size, oldest first',
        querystring: Page,
        response: { 200: pageOf(Checkpoint), ...errorAnswers },
      },
    },
    async ({ query: { after = 0, limit = 100 } }) => ({
      items: (await ledger.checkpoints(after, limit)).map(toCheckpointView),
    }),
  )
  app.get(
    '/api/v1/ledger/keys',
    {
      schema: {
        tags,
        summary: 'Keys to verify checkpoints with: the ledger’s own first, then those of departments',
        response: {
          200: Type.Object({
            origin: Type.String(),
            items: Type.Array(Type.Object({ name: Type.String(), verifier: Type.String() })),
          }),
          ...errorAnswers,
        },
      },
    },
    async () => ({ origin: ledger.origin, items: ledger.keys() }),
  )
  app.post(
    '/api/v1/ledger/checkpoints/:size/signatures',
    {
      config: { needs: 'operate' },
      schema: {
        tags,
        summary: 'Counter-sign a checkpoint with a key that is configured',
        params: Type.Object({ size: Size }, closed),
        body: Type.Object(
          { signature: Type.String({ maxLength: 1000, description: 'The line: — name base64' }) },
          closed,
        ),
        response: { 201: Checkpoint, ...errorAnswers },
      },
    },
    async ({ params, body }, reply) =>
      reply.code(201).send(toCheckpointView(await ledger.counterSign(params.size, body.signature.trim()))),
  )
}

function proofRoutes(app: ApiServer, ledger: LedgerDesk): void {
  const sizeNow = () => ledger.checkpoint()?.size ?? 0
  app.get(
    '/api/v1/ledger/inclusion',
    {
      schema: {
        tags,
        summary: 'Proof that a record stands in the tree of a size, the newest checkpoint’s when absent',
        querystring: Type.Object({ seq: Position, size: Type.Optional(Size) }, closed),
        response: { 200: Inclusion, ...errorAnswers },
      },
    },
    async ({ query: { seq, size = sizeNow() } }) => toInclusionView(await ledger.inclusion(seq, size)),
  )
  app.get(
    '/api/v1/ledger/consistency',
    {
      schema: {
        tags,
        summary:
          'Proof that the tree of size `to`, the newest checkpoint’s when absent, begins with the tree of size `from`',
        querystring: Type.Object({ from: Size, to: Type.Optional(Size) }, closed),
        response: { 200: Consistency, ...errorAnswers },
      },
    },
    async ({ query: { from, to = sizeNow() } }) => toConsistencyView(await ledger.consistency(from, to)),
  )
}

/** Records hold digests of tokens and names of people, and nothing can be taken out of them without breaking what proves them. */
function recordRoutes(app: ApiServer, ledger: LedgerDesk): void {
  app.get(
    '/api/v1/ledger/records',
    {
      config: { needs: 'admin' },
      schema: {
        tags,
        summary: 'Records after a position as they lie on disk, one a line, oldest first',
        querystring: Page,
        produces: ['application/jsonl'],
        response: { 200: Type.Any(), ...errorAnswers },
      },
    },
    async ({ query: { after = 0, limit = 100 } }, reply) => {
      const records = await ledger.records(after, limit)
      const lines = records.flatMap(({ bytes }) => [bytes, NEWLINE])
      return reply.type('application/jsonl').send(Buffer.concat(lines))
    },
  )
  app.get(
    '/api/v1/ledger/records/:seq',
    {
      config: { needs: 'admin' },
      schema: {
        tags,
        summary: 'One record, byte for byte what its leaf hash is of',
        params: Type.Object({ seq: Position }, closed),
        produces: ['application/json'],
        response: { 200: Type.Any(), ...errorAnswers },
      },
    },
    async ({ params: { seq } }, reply) => {
      const [record] = await ledger.records(seq - 1, 1)
      if (record?.seq !== seq) throw new AppError('not_found', 'no record at this position', { seq })
      return reply.type('application/json').send(record.bytes)
    },
  )
}

const NEWLINE = Buffer.from('\n')

function toCheckpointView({ size, rootHash, atMs, signedBy, note }: SignedCheckpoint) {
  return { size, rootHash: rootHash.toString('hex'), at: toIso(atMs), signedBy, note }
}

function toInclusionView({ seq, size, leafHash, path }: InclusionProof) {
  return { seq, size, leafHash: leafHash.toString('hex'), path: path.map((hash) => hash.toString('hex')) }
}

function toConsistencyView({ oldSize, size, path }: ConsistencyProof) {
  return { from: oldSize, to: size, path: path.map((hash) => hash.toString('hex')) }
}
