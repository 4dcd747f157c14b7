import { Type } from 'typebox'
import { REJECT_REASONS } from '../../../core/finding.ts'
import { reviewStatistics } from '../../../core/review-statistics.ts'
import type { ApiServer } from '../api-server.ts'
import { callerName } from '../caller-name.ts'
import { exportReviews } from '../export-reviews.ts'
import { parseOptionalInstant } from '../parse-instant.ts'
import { parseVerdict } from '../parse-verdict.ts'
import type { ApiPorts } from '../ports.ts'
import { Box, FindingDetailSchema, Label, StatisticsSchema, VERDICTS } from '../river-schemas.ts'
import { closed, errorAnswers, Instant } from '../schemas.ts'
import { toFindingDetailView } from '../to-river-view.ts'
import { FindingId, known } from './finding-routes.ts'

type ReviewPorts = Pick<ApiPorts, 'findings' | 'alerts' | 'history' | 'recentFrame' | 'clock' | 'version'>

const tags = ['review']
const Body = Type.Object(
  {
    verdict: Type.Enum([...VERDICTS]),
    reason: Type.Optional(Type.Enum([...REJECT_REASONS], { description: 'Of `rejected`' })),
    of: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'Of `duplicate`: the same as this one' }),
    ),
    label: Type.Optional(Label),
    frameId: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: 'Of `redrawn`; the best picture when absent' }),
    ),
    box: Type.Optional(Box),
    note: Type.Optional(
      Type.String({ minLength: 1, maxLength: 2_000, pattern: '\\S', description: '`not_ours` needs one' }),
    ),
    expectedVerdicts: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Number of verdicts that was seen; 409 when there are others by now' }),
    ),
  },
  closed,
)
const Key = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: 'The same key again changes nothing' }),
  ),
})
const Span = {
  from: Type.Optional({ ...Instant, description: 'Reviewed at or after' }),
  to: Type.Optional({ ...Instant, description: 'Reviewed before' }),
}

/** People's words on findings, what they say of the model, and what the next training gets of them. */
export function reviewRoutes(app: ApiServer, ports: ReviewPorts): void {
  verdictRoute(app, ports)
  statisticsRoute(app, ports)
  exportRoute(app, ports)
}

function verdictRoute(app: ApiServer, { findings, alerts }: ReviewPorts): void {
  app.post(
    '/api/v1/findings/:id/verdict',
    {
      config: { needs: 'operate' },
      schema: {
        ...{ tags, params: FindingId, headers: Key, body: Body },
        summary:
          'Judge a finding. What is rejected, a duplicate or not ours closes its alerts; what is confirmed goes to dispatch',
        response: { 200: FindingDetailSchema, ...errorAnswers },
      },
    },
    async (request) => {
      const { note, expectedVerdicts } = request.body
      const idempotencyKey = request.headers['idempotency-key']
      const finding = await findings.review(
        {
          findingId: request.params.id,
          word: parseVerdict(request.body, known(findings, request.params.id)),
          ...(note !== undefined && { note }),
          ...(expectedVerdicts !== undefined && { expectedVerdicts }),
          ...(idempotencyKey !== undefined && { idempotencyKey }),
        },
        callerName(request),
      )
      const open = alerts.open().filter(({ finding: of }) => of?.id === finding.id)
      return toFindingDetailView(
        finding,
        open.map(({ id }) => id),
      )
    },
  )
}

function statisticsRoute(app: ApiServer, { findings }: ReviewPorts): void {
  app.get(
    '/api/v1/reviews/statistics',
    {
      schema: {
        tags,
        summary: 'Precision by verdicts per class, model, altitude and reach; thresholds that they suggest',
        querystring: Type.Object(
          {
            ...Span,
            maxLost: Type.Optional(
              Type.Number({
                minimum: 0,
                maximum: 1,
                description: 'Share of the right ones that a suggested threshold may lose, 0.05 when absent',
              }),
            ),
          },
          closed,
        ),
        response: { 200: StatisticsSchema, ...errorAnswers },
      },
    },
    async ({ query: { maxLost, ...span } }) => {
      const isMeant = inSpan(span)
      return reviewStatistics(
        findings.reviewed().filter(({ verdicts }) => isMeant(verdicts.at(-1)?.atMs)),
        maxLost === undefined ? {} : { maxLost },
      )
    },
  )
}

function exportRoute(app: ApiServer, ports: ReviewPorts): void {
  app.get(
    '/api/v1/reviews/export',
    {
      schema: {
        tags,
        summary:
          'Reviewed findings as COCO JSON for the next training; pictures by `coco_url`, `huying:rejected` beside `annotations`',
        querystring: Type.Object(
          {
            ...Span,
            label: Type.Optional(Label),
            pictures: Type.Optional(
              Type.Enum(['shown', 'original'], {
                description: 'What `coco_url` leads to: pictures with people covered (when absent), or originals',
              }),
            ),
          },
          closed,
        ),
      },
    },
    async ({ query: { label, pictures = 'shown', ...span } }, reply) => {
      const isMeant = inSpan(span)
      const reviewed = ports.findings
        .reviewed()
        .filter((finding) => isMeant(finding.verdicts.at(-1)?.atMs))
        .filter((finding) => label === undefined || finding.label === label || finding.modelLabel === label)
      const coco = await exportReviews(reviewed, pictures, ports)
      return reply.header('content-disposition', 'attachment; filename="huying-reviews.coco.json"').send(coco)
    },
  )
}

function inSpan({ from, to }: { from?: string; to?: string }): (atMs: number | undefined) => boolean {
  const fromMs = parseOptionalInstant(from, 'from') ?? Number.NEGATIVE_INFINITY
  const toMs = parseOptionalInstant(to, 'to') ?? Number.POSITIVE_INFINITY
  return (atMs) => atMs !== undefined && atMs >= fromMs && atMs < toMs
}
