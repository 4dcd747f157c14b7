import { Type } from 'typebox'
import type { ModelDesk, ModelInForce, ModelsReport, ShadowComparison } from '../../../core/vision-models.ts'
import type { ModelsView, ModelView, ShadowComparisonView } from '../../contract.ts'
import type { ApiServer } from '../api-server.ts'
import { errorAnswers } from '../schemas.ts'
import { toIso } from '../to-iso.ts'

const tags = ['operations']
const Numbers = Type.Record(Type.String(), Type.Number())
const ModelSchema = Type.Object({
  id: Type.String(),
  family: Type.String({ description: 'Layout of its outputs, told by the manifest or recognised' }),
  sha256: Type.String(),
  inputs: Type.Array(Type.String()),
  outputs: Type.Array(Type.String()),
  widthPx: Type.Integer({ description: 'Pixels that it sees at once' }),
  heightPx: Type.Integer(),
  classes: Type.Array(Type.String()),
  thresholds: Numbers,
  licence: Type.String(),
  origin: Type.String(),
  note: Type.Optional(Type.String()),
  since: Type.String(),
  workers: Type.Integer({ description: 'Threads that are ready' }),
})
const ComparisonSchema = Type.Object({
  since: Type.String(),
  frames: Type.Integer({ description: 'That both have looked at' }),
  failed: Type.Integer(),
  late: Type.Integer({ description: "Too late for the frame's analysis; counted all the same" }),
  skipped: Type.Integer({ description: 'Not given to the shadow: too many were waiting' }),
  byClass: Type.Record(
    Type.String(),
    Type.Object({ both: Type.Integer(), onlyActive: Type.Integer(), onlyShadow: Type.Integer() }),
    { description: 'Boxes of one class that overlap by half or more (IoU ≥ 0.5) are the same thing' },
  ),
})
const Reported = Type.Object({
  active: ModelSchema,
  shadow: Type.Union([ModelSchema, Type.Null()]),
  comparison: Type.Union([ComparisonSchema, Type.Null()]),
  fault: Type.Union([Type.String(), Type.Null()], {
    description: 'Why the manifest as it lies there is not in force; then the models before still are',
  }),
})

/** Which models look at frames, how a shadow compares, and reading the manifest again. */
export function modelRoutes(app: ApiServer, desk: ModelDesk): void {
  app.get(
    '/api/v1/models',
    {
      schema: {
        tags,
        summary: 'The models that look at frames, and how a second one that only looks on compares',
        response: { 200: Reported, ...errorAnswers },
      },
    },
    async () => toModelsView(desk.report()),
  )
  app.post(
    '/api/v1/models/reload',
    {
      config: { needs: 'admin' },
      schema: {
        tags,
        summary: 'Read the manifest of models again; 409 when it is wrong, and the models before stay in force',
        response: { 200: Type.Object({ changed: Type.Boolean(), models: Reported }), ...errorAnswers },
      },
    },
    async () => {
      const { changed } = await desk.reload()
      return { changed, models: toModelsView(desk.report()) }
    },
  )
}

function toModelsView({ active, shadow, comparison, fault }: ModelsReport): ModelsView {
  return {
    active: toModelView(active),
    shadow: shadow && toModelView(shadow),
    comparison: comparison && toComparisonView(comparison),
    fault,
  }
}

function toModelView({ sinceMs, ...model }: ModelInForce): ModelView {
  return { ...model, since: toIso(sinceMs) }
}

function toComparisonView({ sinceMs, ...counts }: ShadowComparison): ShadowComparisonView {
  return { ...counts, since: toIso(sinceMs) }
}
