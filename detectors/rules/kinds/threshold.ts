import type { Static } from 'typebox'
import type { Objection } from '../objection.ts'
import { type LimitSpec, toLimits } from '../parts/limit-schema.ts'
import { isLocal, LOCAL_LIMITS, limitsByDefault, limitsFor, localLimitObjections } from '../parts/local-limits.ts'
import { toMetricMatch } from '../parts/metric-match.ts'
import { WHERE_METRIC } from '../parts/where.ts'
import type { SampleJudge } from '../rule.ts'
import { defineKind } from '../rule-kind.ts'
import { PATIENCE, patienceObjections, ruleSchema, toPatience } from '../rule-schema.ts'

const SCHEMA = ruleSchema('threshold', { where: WHERE_METRIC, ...LOCAL_LIMITS, ...PATIENCE })
type Spec = Static<typeof SCHEMA>

/**
 * A value beyond a limit.
 *
 * `where.metric` names the metric (or several, with `*` and `?`), `type`, `device` and `place` narrow by device; limits are
 * in the metric's unit, and `unit` is how it is written. One limit: `above: 0.1`, `below: 3`, `outside: [6, 9]` or `inside: [45, 65]` with a `severity`. Above and below are
 * strict, the ends of a range belong to it. Several limits: `severities: { warning: 0.1, major: 0.2 }`; numbers that
 * rise with severity mean above, numbers that fall mean below, ranges that widen mean outside, that narrow mean inside.
 * A single number may come from an attribute of the device or its place: `above: { attribute: limit_mm_s, default: 5 }`.
 * A device that says none, where there is no default, or says something that contradicts the rule, is not judged.
 *
 * `hysteresis`, in the metric's unit, is how far back a value must come before its level ends: above 0.10 with 0.02
 * ends at 0.08; `hysteresis: { warning: 0.02, major: 0.05 }` is one for each. `onDelay` and `offDelay` hold for each
 * level by itself: a level counts once it has held for `onDelay` and is over once it has been gone for `offDelay`, in
 * device time. `repeat: { count: 3, of: 5 }` counts a level only while 3 of the last 5 samples reach it,
 * `repeat: { count: 3, within: 10m }` while 3 of the last ten minutes do, which also ends by time alone.
 *
 * ```yaml
 * kind: threshold
 * where: { type: smoke-detector, metric: smoke_dbm }
 * above: 0.1
 * unit: dB/m
 * hysteresis: 0.02
 * offDelay: 30s
 * severity: critical
 * ```
 *
 * Reason codes: `above`, `below`, `outside`, `inside` with value and limit; ranges add `low` and `high`.
 *
 * Source: deadband, on-delay and off-delay as in ISA-18.2 / IEC 62682, which name them against chattering alarms.
 */
export const threshold = defineKind({
  schema: SCHEMA,
  objections,
  toJudge(spec) {
    const usual = judgeBy(spec, limitsByDefault(spec))
    return isLocal(spec) ? { ...usual, forDevice: perDevice(spec) } : usual
  },
})

const MAX_JUDGES = 1000

/** Devices with equal limits share a judge. */
function perDevice(spec: Spec): NonNullable<SampleJudge['forDevice']> {
  const judges = new Map<string, SampleJudge>()
  return (attributes) => {
    const limits = limitsFor(spec, attributes)
    if (limits === null) return null
    const key = JSON.stringify([limits.above, limits.below, limits.severities])
    const judge = judges.get(key) ?? judgeBy(spec, limits)
    if (judges.size < MAX_JUDGES) judges.set(key, judge)
    return judge
  }
}

function judgeBy(spec: Spec, limits: LimitSpec): SampleJudge {
  const { severities, levelOf, reasonOf } = toLimits(limits)
  return {
    input: 'samples',
    ...toMetricMatch(spec.where.metric),
    severities,
    ...toPatience(spec),
    remember: (memory) => memory,
    measure: (_memory, _atMs, value) => value,
    levelOf,
    reasonOf,
  }
}

function objections(spec: Spec): Objection[] {
  return [...localLimitObjections(spec), ...patienceObjections(spec)]
}
