import Type, { type Static } from 'typebox'
import { METRICS } from '../../../core/metrics.ts'
import type { Objection } from '../objection.ts'
import { toMetricMatch } from '../parts/metric-match.ts'
import { WHERE_METRIC } from '../parts/where.ts'
import type { Memory } from '../rule.ts'
import { defineKind } from '../rule-kind.ts'
import { NUMBER, PATIENCE, patienceObjections, ruleSchema, SEVERITY, toPatience, UNIT } from '../rule-schema.ts'

const SCHEMA = ruleSchema('impossible', {
  where: WHERE_METRIC,
  min: Type.Optional(NUMBER),
  max: Type.Optional(NUMBER),
  severity: SEVERITY,
  unit: UNIT,
  ...PATIENCE,
})
type Spec = Static<typeof SCHEMA>

/**
 * A value that cannot be true: the sensor is broken, not the world.
 *
 * `min` and `max`, in the metric's unit, are the least and the greatest value that can be; one of them may be left out.
 * Without both, those of the metric in `core/metrics.ts` hold, and only metrics that have some there are judged, also
 * when `where.metric` is a pattern. Not-a-number and infinities never come so far: they are refused at the door.
 * `onDelay`, `offDelay` and `repeat` are those of `threshold`.
 *
 * ```yaml
 * kind: impossible
 * where: { metric: temp_c }
 * min: -90
 * max: 1372
 * severity: warning
 * onDelay: 5m
 * ```
 *
 * Reason code: `impossible` with value, the bound that it passed as `limit`, and both bounds as `params` {low, high}.
 *
 * Source: NAMUR NE 107 calls it "out of specification"; bounds have theirs beside them in `core/metrics.ts`.
 */
export const impossible = defineKind({
  schema: SCHEMA,
  objections,
  toJudge(spec) {
    const given = toMetricMatch(spec.where.metric)
    const bounded = Object.keys(METRICS).filter((name) => given.metric(name) && boundsOf(spec, name) !== null)
    const isOwn = spec.min !== undefined || spec.max !== undefined
    return {
      input: 'samples',
      ...(isOwn ? given : toMetricMatch(bounded)),
      severities: [spec.severity],
      ...toPatience(spec),
      remember: (memory, _atMs, value, { metric }) => noteBounds(memory, value, boundsOf(spec, metric)),
      measure: (_memory, _atMs, value) => value,
      levelOf: (value, _before, memory) => (isBeyond(value, memory) ? 1 : 0),
      reasonOf(value, _level, memory) {
        const bounds = isOwn ? boundsOf(spec, '')! : memory
        return {
          code: 'impossible',
          value,
          ...(isBeyond(value, bounds) && { limit: value < bounds[0]! ? bounds[0]! : bounds[1]! }),
          ...(spec.unit !== undefined && { unit: spec.unit }),
          ...(bounds.length > 0 && { params: toParams(bounds) }),
        }
      },
    }
  },
})

function toParams([low, high]: number[]) {
  return { ...(low! > LEAST && { low: low! }), ...(high! < GREATEST && { high: high! }) }
}

/** Open ends as numbers that JSON can hold. */
const GREATEST = Number.MAX_VALUE
const LEAST = -GREATEST

type Bounds = [low: number, high: number]

function boundsOf({ min, max }: Spec, metric: string): Bounds | null {
  const known = min === undefined && max === undefined ? METRICS[metric] : { min, max }
  if (known?.min === undefined && known?.max === undefined) return null
  return [known.min ?? LEAST, known.max ?? GREATEST]
}

/** Memory is empty until the first impossible value, then the bounds: most sensors never send one. */
function noteBounds(memory: Memory, value: number, bounds: Bounds | null): Memory {
  if (bounds === null || (memory.length === 0 && !isBeyond(value, bounds))) return memory
  memory[0] = bounds[0]
  memory[1] = bounds[1]
  return memory
}

/** Of no bounds nothing is beyond. */
function isBeyond(value: number, [low = LEAST, high = GREATEST]: number[]): boolean {
  return value < low || value > high
}

function objections(spec: Spec): Objection[] {
  const found = patienceObjections(spec)
  const { min, max } = spec
  if (min !== undefined && max !== undefined && min >= max)
    found.push({ path: ['max'], message: 'max must be more than min' })
  const given = toMetricMatch(spec.where.metric)
  const isBounded = (name: string) => given.metric(name) && boundsOf(spec, name) !== null
  if (min === undefined && max === undefined && !Object.keys(METRICS).some(isBounded))
    found.push({ path: [], message: 'no bounds are known for this metric: give min or max' })
  return found
}
