import Type, { type Static } from 'typebox'
import type { Objection } from '../objection.ts'
import { MAX_DEVICES, readCondition, testsOf } from '../parts/composite-condition.ts'
import { parseDuration } from '../parts/duration.ts'
import { isOrdered, toRisingLimits } from '../parts/severity-limits.ts'
import type { CompositeJudge } from '../rule.ts'
import { defineKind } from '../rule-kind.ts'
import { bySeverity, DURATION_TEXT, ruleSchema, SEVERITY } from '../rule-schema.ts'

const BY = ['device', 'place', 'gateway', 'everything'] as const
const NEAR = /^(\d+(?:\.\d+)?)(m|km)$/
const DEVICES = Type.Integer({
  minimum: 1,
  maximum: MAX_DEVICES,
  description: `a whole number from 1 to ${MAX_DEVICES}`,
})

const SCHEMA = ruleSchema('composite', {
  when: Type.Record(Type.String(), Type.Unknown(), {
    description: 'a condition such as { all: [{ rule: a }, { not: { rule: b } }] }',
  }),
  by: Type.Optional(Type.Enum([...BY], { description: `one of ${BY.join(', ')}` })),
  near: Type.Optional(Type.String({ pattern: NEAR.source, description: 'a distance such as 50m or 1.5km' })),
  within: Type.Optional(DURATION_TEXT),
  severity: Type.Optional(SEVERITY),
  severities: Type.Optional(bySeverity(DEVICES)),
  onDelay: Type.Optional(DURATION_TEXT),
  offDelay: Type.Optional(DURATION_TEXT),
})
type Spec = Static<typeof SCHEMA>

/**
 * What several other rules say together.
 *
 * `when` joins members: `{ rule: smoke-high }` holds while that rule fires, `{ rule: smoke-high, devices: 3 }` while it
 * does for three devices, `severity: major` asks for that severity or worse; `all`, `any`, `not` and
 * `{ atLeast: 2, of: […] }` join those, to any depth up to 8. Members may be composites. `by` says what members have in
 * common: the device, the place (a device without one is a place of its own), the gateway (a device without one is its
 * own), or nothing (`everything`); or `near: 50m`: they lie within that distance of the first of them, as the crow
 * flies. What has no such thing in common is not taken in.
 *
 * A member counts while it fires and `within` after it ended, on our clock, as devices' clocks differ; 0 when absent.
 * `onDelay` and `offDelay` are on our clock too. With `severities: { major: 2, critical: 4 }` the number of devices
 * that are members decides. Late data that is told as history does not count.
 *
 * ```yaml
 * kind: composite
 * when: { all: [{ rule: drilling }, { any: [{ rule: dust-high }, { rule: noise-high }] }, { not: { rule: works-filed } }] }
 * by: place
 * within: 2h
 * onDelay: 10m
 * severity: warning
 * ```
 *
 * The subject is the device, the place, the gateway, nothing at all, or that of the first member. Reason codes:
 * `combined` with `params` {count, devices, rules, zh, en}: the members that hold, first come first; `parted`.
 *
 * Source: none; a combination of rules that have theirs.
 */
export const composite = defineKind({
  schema: SCHEMA,
  objections,
  toJudge(spec): CompositeJudge {
    const { condition, references } = readCondition(spec.when, ['when'])
    const steps = toRisingLimits(spec.severities ?? { [spec.severity ?? 'warning']: 1 })
    return {
      input: 'signals',
      condition: condition!,
      wanted: testsOf(condition!, 'wanted'),
      references,
      by: spec.near === undefined ? (spec.by ?? 'device') : { nearM: toMetres(spec.near) },
      withinMs: parseDuration(spec.within),
      onDelayMs: parseDuration(spec.onDelay),
      offDelayMs: parseDuration(spec.offDelay),
      severities: steps.map(({ severity }) => severity),
      levelOf: (devices) => steps.findLastIndex(({ limit }) => devices >= limit) + 1,
    }
  },
})

function toMetres(text: string): number {
  const [, count, unit] = NEAR.exec(text) as unknown as [string, string, 'm' | 'km']
  return Number(count) * (unit === 'km' ? 1000 : 1)
}

function objections({ when, by, near, severity, severities }: Spec): Objection[] {
  const found = [...readCondition(when, ['when']).objections]
  if (by === undefined && near === undefined)
    found.push({ path: [], message: 'by or near is missing: what the members have in common' })
  if (by !== undefined && near !== undefined) found.push({ path: ['near'], message: 'near cannot stand beside by' })
  if (near !== undefined && toMetres(near) === 0)
    found.push({ path: ['near'], message: 'near must be further than nothing' })
  if (severities === undefined) {
    if (severity === undefined) found.push({ path: [], message: 'severity is missing, or severities' })
    return found
  }
  if (severity !== undefined) found.push({ path: ['severity'], message: 'severity cannot stand beside severities' })
  const steps = toRisingLimits(severities)
  if (steps.length === 0)
    found.push({ path: ['severities'], message: 'severities needs a number of devices for one severity at least' })
  if (!isOrdered(steps, (milder, worse) => milder.limit < worse.limit))
    found.push({ path: ['severities'], message: 'severities must rise from warning to critical' })
  return found
}
