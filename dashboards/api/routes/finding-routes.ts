import { Type } from 'typebox'
import { AppError } from '../../../core/errors.ts'
import type { Finding, FindingQuery } from '../../../core/finding.ts'
import type { ApiServer } from '../api-server.ts'
import { findFrame } from '../find-frame.ts'
import { CrsQuery, FeatureCollectionSchema } from '../geojson-schemas.ts'
import type { ApiPorts } from '../ports.ts'
import {
  FindingDetailSchema,
  FindingSchema,
  Label,
  PairSchema,
  REVIEW_STATES,
  ReachId,
  RecordId,
} from '../river-schemas.ts'
import { Cursor, closed, errorAnswers, limitUpTo, pageOf } from '../schemas.ts'
import { sendPicture } from '../send-evidence.ts'
import { shownPerson } from '../shown-person.ts'
import { findingsGeoJson } from '../to-geojson.ts'
import { toFindingDetailView, toFindingView, toSpotLookView } from '../to-river-view.ts'
import { Longest, longestOf } from './picture-routes.ts'

type FindingPorts = Pick<ApiPorts, 'findings' | 'alerts' | 'pictures' | 'history' | 'recentFrame'>

const DEFAULT_LIMIT = 100
/** As many as a map can show, and a few megabytes. */
const MAX_FEATURES = 5_000
const PAGE = 500
const tags = ['river patrol']
export const FindingId = Type.Object(
  { id: Type.String({ minLength: 1, maxLength: 64, description: 'Finding id' }) },
  closed,
)
const filter = {
  label: Type.Optional(Label),
  reach: Type.Optional(ReachId),
  river: Type.Optional(RecordId),
  presence: Type.Optional(Type.Enum(['present', 'gone'])),
  review: Type.Optional(Type.Enum([...REVIEW_STATES])),
  flight: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'Seen on this flight' })),
  tentative: Type.Optional(Type.Boolean({ description: 'true: also those that are not believed yet' })),
}

/** What was found at the river, one finding per object, over all flights. */
export function findingRoutes(app: ApiServer, ports: FindingPorts): void {
  listRoutes(app, ports)
  oneRoutes(app, ports)
}

function listRoutes(app: ApiServer, { findings }: FindingPorts): void {
  app.get(
    '/api/v1/findings',
    {
      schema: {
        ...{ tags, summary: 'Findings, last changed first' },
        querystring: Type.Object(
          {
            ...filter,
            limit: Type.Optional(limitUpTo(1_000, DEFAULT_LIMIT)),
            cursor: Type.Optional(Cursor),
          },
          closed,
        ),
        response: { 200: pageOf(FindingSchema), ...errorAnswers },
      },
    },
    async ({ query: { limit = DEFAULT_LIMIT, ...query } }) => {
      const page = findings.findings({ ...query, limit })
      return { ...page, items: page.items.map((finding) => toFindingView(finding, query.flight)) }
    },
  )
  app.get(
    '/api/v1/findings.geojson',
    {
      schema: {
        tags,
        summary: `Findings as GeoJSON points, the ${MAX_FEATURES} last changed; each feature says its \`crs\``,
        querystring: Type.Object({ ...filter, crs: CrsQuery }, closed),
        response: { 200: FeatureCollectionSchema, ...errorAnswers },
      },
    },
    async ({ query: { crs = 'wgs84', ...query } }) => findingsGeoJson(upTo(MAX_FEATURES, findings, query), crs),
  )
}

function oneRoutes(app: ApiServer, ports: FindingPorts): void {
  const { findings, alerts, pictures } = ports
  app.get(
    '/api/v1/findings/:id',
    {
      schema: {
        ...{ tags, params: FindingId, response: { 200: FindingDetailSchema, ...errorAnswers } },
        summary: 'One finding with its flights, verdicts and open alerts',
      },
    },
    async ({ params }) => {
      const finding = known(findings, params.id)
      const open = alerts.open().filter(({ finding: of }) => of?.id === finding.id)
      return toFindingDetailView(
        finding,
        open.map(({ id }) => id),
      )
    },
  )
  app.get(
    '/api/v1/findings/:id/pair',
    {
      schema: {
        ...{ tags, params: FindingId, response: { 200: PairSchema, ...errorAnswers } },
        summary: 'Before and after: its spot on the last two flights that looked at it',
      },
    },
    async ({ params: { id } }) => {
      known(findings, id)
      const pair = findings.beforeAfter(id)
      if (pair === null) throw new AppError('not_found', 'no flight looked at it', { finding: id })
      const { before, after } = pair
      return { id, ...(before && { before: toSpotLookView(id, before) }), after: toSpotLookView(id, after) }
    },
  )
  app.get(
    '/api/v1/findings/:id/crop',
    {
      schema: {
        ...{ tags, params: FindingId, produces: ['image/jpeg'] },
        summary: 'Its part of the best picture; people are covered unless their being there is what was found',
        querystring: Type.Object(
          { longest: Longest, box: Type.Optional(Type.Boolean({ description: 'false: without its box drawn in' })) },
          closed,
        ),
      },
    },
    async ({ params, query }, reply) => {
      const finding = known(findings, params.id)
      const { label, best } = finding
      const frame = await findFrame(best.frameId, ports)
      const jpeg = await pictures.crop(frame, best.box, {
        ...longestOf(query),
        ...shownPerson(finding, best.frameId, ports),
        ...(query.box !== false && { mark: { label, score: best.score } }),
      })
      return sendPicture(reply, jpeg)
    },
  )
}

export function known(findings: FindingPorts['findings'], id: string): Finding {
  const finding = findings.finding(id)
  if (finding === undefined) throw new AppError('not_found', 'no such finding', { finding: id })
  return finding
}

/** Page by page, at most so many. */
export function* upTo(
  most: number,
  findings: FindingPorts['findings'],
  query: Omit<FindingQuery, 'limit' | 'cursor'>,
): Generator<Finding> {
  let left = most
  let cursor: string | undefined
  do {
    const page = findings.findings({ ...query, limit: Math.min(PAGE, left), ...(cursor !== undefined && { cursor }) })
    yield* page.items
    left -= page.items.length
    cursor = page.nextCursor
  } while (cursor !== undefined && left > 0)
}
