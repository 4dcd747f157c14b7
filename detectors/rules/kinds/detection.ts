import Type, { type Static } from 'typebox'
import type { Objection } from '../objection.ts'
import { CONDITION, conditionObjections, toCondition } from '../parts/condition.ts'
import { parseDuration } from '../parts/duration.ts'
import { WHERE_DEVICE } from '../parts/where.ts'
import { defineKind } from '../rule-kind.ts'
import { DURATION_TEXT, PATIENCE, patienceObjections, ruleSchema, SEVERITY, toPatience } from '../rule-schema.ts'

const SCORE = Type.Number({ minimum: 0, maximum: 1, description: 'a number from 0 to 1' })

const SCHEMA = ruleSchema('detection', {
  where: Type.Optional(WHERE_DEVICE),
  labels: Type.Record(Type.String(), SEVERITY, {
    minProperties: 1,
    description: 'labels with a severity each, at least one, for example { debris: minor }',
  }),
  minScore: Type.Union([SCORE, Type.Record(Type.String(), SCORE)], {
    description: 'a number from 0 to 1, or such a number for each label',
  }),
  minBox: Type.Optional(Type.Number({ minimum: 1, description: 'a number of pixels, 1 or more' })),
  onDelay: PATIENCE.onDelay,
  repeat: PATIENCE.repeat,
  clearAfter: DURATION_TEXT,
  condition: CONDITION,
})
type Spec = Static<typeof SCHEMA>

/**
 * Something that a model saw in a frame.
 *
 * `labels` gives each class its severity, `minScore` (0…1) is what the model's score must reach: one number, or one for
 * each label, `{ debris: 0.4, plume: 0.6 }`. Boxes of less than `minBox` pixels in width or height are passed by. The subject is the
 * label and the ground cell of about 25 m, so that the same thing seen again, by whatever camera, is the same alert;
 * a detection without a position belongs to the label and the camera as a whole. It clears when it has not been seen
 * for `clearAfter`, by arrival of the analyses. Several of a label in one cell and frame count once, best score first.
 *
 * It counts at once, or, with `repeat: { count: 3, of: 5 }`, when 3 of the last 5 frames of the camera that saw it last
 * show it, with `repeat: { count: 3, within: 1h }` at the third sighting by any camera within an hour; with `onDelay` at
 * the first sighting so long after the first one. Frames count by the time at which they were taken, so that a flight
 * that is sent afterwards is judged like one that is sent at once. What then counts stays until it clears.
 *
 * `condition` is an expression that must hold of a detection: over `observation.label`, `.score`, `.model` and `.position`, over
 * `device` (the camera, its attributes and those of its place) and `hour`; what is not known does not hold.
 *
 * ```yaml
 * kind: detection
 * where: { type: drone }
 * labels: { debris: minor, plume: major }
 * minScore: 0.4
 * clearAfter: 1d
 * condition: observation.label == "debris" || hour < 6
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
    const { repeat, onDelayMs } = toPatience(spec)
    return {
      input: 'sights',
      labels: new Map(Object.entries(spec.labels)),
      minScoreOf: toMinScore(spec.minScore),
      minBoxPx: spec.minBox ?? 0,
      clearAfterMs: parseDuration(spec.clearAfter),
      condition: toCondition(spec.condition, 'detection'),
      onDelayMs,
      ...(repeat !== undefined && { repeat }),
    }
  },
})

function toMinScore(minScore: Spec['minScore']): (label: string) => number {
  if (typeof minScore === 'number') return () => minScore
  const scores = new Map(Object.entries(minScore))
  return (label) => scores.get(label) ?? 1
}

function objections(spec: Spec): Objection[] {
  const found = [
    ...scoreObjections(spec),
    ...patienceObjections(spec),
    ...conditionObjections(spec.condition, 'detection'),
  ]
  if (parseDuration(spec.clearAfter) === 0)
    found.push({ path: ['clearAfter'], message: 'clearAfter must be longer than nothing' })
  else if (parseDuration(spec.onDelay) > parseDuration(spec.clearAfter))
    found.push({
      path: ['onDelay'],
      message: 'onDelay must not be longer than clearAfter: it would be over before it counts',
    })
  return found
}

function scoreObjections({ labels, minScore }: Spec): Objection[] {
  if (typeof minScore === 'number') return []
  const path = ['minScore']
  return [
    ...Object.keys(labels)
      .filter((label) => !Object.hasOwn(minScore, label))
      .map((label) => ({ path, message: `minScore has no number for ${label}` })),
    ...Object.keys(minScore)
      .filter((label) => !Object.hasOwn(labels, label))
      .map((label) => ({ path: [...path, label], message: `${label} is not one of labels` })),
  ]
}
