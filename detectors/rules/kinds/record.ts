import Type, { type Static } from 'typebox'
import { toGlob } from '../../../core/glob.ts'
import type { RecordEntry } from '../../../core/observation.ts'
import { MAX_COUNT } from '../engine/records.ts'
import type { Objection } from '../objection.ts'
import { CONDITION, conditionObjections, toCondition } from '../parts/condition.ts'
import { parseDuration } from '../parts/duration.ts'
import { GLOBS, WHERE_DEVICE } from '../parts/where.ts'
import type { RecordJudge } from '../rule.ts'
import { defineKind } from '../rule-kind.ts'
import { DURATION_TEXT, ruleSchema, SEVERITY } from '../rule-schema.ts'

const DISTINCT = /^(?:source|body(?:\.[A-Za-z0-9_-]{1,64}){1,8})$/

const SCHEMA = ruleSchema('record', {
  where: Type.Optional(WHERE_DEVICE),
  address: Type.Optional(GLOBS),
  types: GLOBS,
  condition: CONDITION,
  endedBy: Type.Optional(GLOBS),
  holdFor: DURATION_TEXT,
  severity: SEVERITY,
  count: Type.Optional(
    Type.Integer({ minimum: 2, maximum: MAX_COUNT, description: `a whole number from 2 to ${MAX_COUNT}` }),
  ),
  within: Type.Optional(DURATION_TEXT),
  distinct: Type.Optional(
    Type.String({ pattern: DISTINCT.source, description: 'source, or a place in the body such as body.reporter' }),
  ),
})
type Spec = Static<typeof SCHEMA>

/**
 * Something filed on paper or told by a person: a lease, a works permit, a resident's report.
 *
 * `types` are the records that begin it (`lease.signed`, `works.*`), `endedBy` those that end it at the same subject;
 * `where` is about the source that vouches for them, `address` about the address in them. It holds for `holdFor` from
 * the record's own time, whenever it arrives: one that came so late that this is over is not judged, and an end filed
 * before it, though dated after it, holds. With `count: 3, within: 1d` it begins with the third within a day before the
 * newest; `distinct: body.reporter` counts those of different reporters only (all that do not say who count as one),
 * else every record counts. The same type and id of one source is the same record and changes nothing.
 *
 * `condition` is an expression that must hold of a record that begins it: over `observation.type`, `.address`, `.position` and
 * `.body`, over `device` (the source) and `hour`; `observation.body.depth_m > 2`. What is not known does not hold.
 *
 * ```yaml
 * kind: record
 * types: report.noise
 * address: 东园路*
 * count: 3
 * within: 1d
 * distinct: body.reporter
 * condition: has(observation.body.loud) && observation.body.loud > 2
 * endedBy: report.solved
 * holdFor: 7d
 * severity: minor
 * ```
 *
 * The subject is the address as a place, else the ground cell of the position, else the source. Reason codes:
 * `recorded` with `params` {type, recordId, address} and, for `count`, value and limit; `ended` with the record that
 * ended it; `lapsed`.
 *
 * Source: `docs/FORMATS.md` has the records.
 */
export const record = defineKind({
  schema: SCHEMA,
  objections,
  toJudge(spec): RecordJudge {
    return {
      input: 'records',
      types: toGlob(spec.types),
      endedBy: spec.endedBy === undefined ? null : toGlob(spec.endedBy),
      address: toGlob(spec.address),
      condition: toCondition(spec.condition, 'record'),
      holdForMs: parseDuration(spec.holdFor),
      severity: spec.severity,
      count: spec.count ?? 1,
      withinMs: parseDuration(spec.within),
      distinctOf: toDistinct(spec.distinct),
    }
  },
})

function toDistinct(distinct: string | undefined): (record: RecordEntry) => string | null {
  if (distinct === undefined) return ({ recordId }) => recordId
  if (distinct === 'source') return ({ deviceId }) => deviceId
  const keys = distinct.split('.').slice(1)
  return ({ body }) => {
    let part: unknown = body
    for (const key of keys) part = isObject(part) && Object.hasOwn(part, key) ? part[key] : undefined
    return part === undefined || part === null ? null : typeof part === 'string' ? part : JSON.stringify(part)
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function objections(spec: Spec): Objection[] {
  const found: Objection[] = conditionObjections(spec.condition, 'record')
  if (parseDuration(spec.holdFor) === 0)
    found.push({ path: ['holdFor'], message: 'holdFor must be longer than nothing' })
  if (spec.count !== undefined && parseDuration(spec.within) === 0)
    found.push({ path: ['count'], message: 'count needs a within longer than nothing' })
  if (spec.count === undefined)
    for (const key of ['within', 'distinct'] as const)
      if (spec[key] !== undefined) found.push({ path: [key], message: `${key} needs a count` })
  return found
}
