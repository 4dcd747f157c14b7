import Type, { type Static } from 'typebox'
import { parseDuration } from '../duration.ts'
import { defineKind, type Objection } from '../rule-kind.ts'
import { DURATION_TEXT, ruleSchema, SEVERITY } from '../rule-schema.ts'
import { WHERE_DEVICE } from '../where.ts'

const SCHEMA = ruleSchema('detection', {
  where: Type.Optional(WHERE_DEVICE),
  labels: Type.Record(Type.String(), SEVERITY, {
    minProperties: 1,
    description: 'labels with a severity each, at least one, for example { debris: minor }',
  }),
  minScore: Type.Number({ minimum: 0, maximum: 1, description: 'a number from 0 to 1' }),
  clearAfter: DURATION_TEXT,
})
type Spec = Static<typeof SCHEMA>

/**
 * Something that a model saw in a frame.
 *
 * `labels` gives each class its severity, `minScore` (0…1) is what the model's score must reach. The subject is the
 * label and the ground cell of about 25 m, so that the same thing seen again, by whatever camera, is the same alert;
 * a detection without a position belongs to the label and the camera as a whole. It clears when it has not been seen
 * for `clearAfter`, by arrival of the analyses. Several of a label in one cell and frame count once, best score first.
 *
 * ```yaml
 * kind: detection
 * where: { type: drone }
 * labels: { debris: minor, plume: major }
 * minScore: 0.4
 * clearAfter: 1d
 * ```
 *
 * Reason codes: `seen` with the score, its limit and `params` {label, count}; `gone` when it clears.
 *
 * Source: `detectors/models/README.md` has the models with their classes.
 */
export const detection = defineKind({
  schema: SCHEMA,
  objections,
  toJudge(spec) {
    return {
      input: 'sights',
      labels: new Map(Object.entries(spec.labels)),
      minScore: spec.minScore,
      clearAfterMs: parseDuration(spec.clearAfter),
    }
  },
})

function objections(spec: Spec): Objection[] {
  if (parseDuration(spec.clearAfter) > 0) return []
  return [{ path: ['clearAfter'], message: 'clearAfter must be longer than nothing' }]
}
