import Type, { type Static } from 'typebox'
import type { Objection } from '../objection.ts'
import { parseDuration } from '../parts/duration.ts'
import { toMetricMatch } from '../parts/metric-match.ts'
import { WHERE_METRIC } from '../parts/where.ts'
import type { Memory } from '../rule.ts'
import { defineKind } from '../rule-kind.ts'
import {
  DURATION_TEXT,
  NUMBER,
  PATIENCE,
  patienceObjections,
  ruleSchema,
  SEVERITY,
  toPatience,
  UNIT,
} from '../rule-schema.ts'

const SCHEMA = ruleSchema('stuck', {
  where: WHERE_METRIC,
  for: DURATION_TEXT,
  within: Type.Optional(Type.Number({ minimum: 0, description: 'a number of 0 or more' })),
  atLeast: Type.Optional(Type.Integer({ minimum: 2, maximum: 1_000_000, description: 'a whole number of 2 or more' })),
  except: Type.Optional(Type.Array(NUMBER, { minItems: 1, maxItems: 20, description: 'a list of 1 to 20 numbers' })),
  severity: SEVERITY,
  unit: UNIT,
  ...PATIENCE,
})
type Spec = Static<typeof SCHEMA>

/** Fewer samples than this do not show that a value stands still. Local choice. */
const AT_LEAST = 5

/**
 * A value that does not move although the device speaks: a frozen sensor, a float that hangs.
 *
 * It holds once the samples of a run span `for` and are at least `atLeast` (5 unless said). A run is samples in a row of
 * which the highest and the lowest differ by no more than `within` (0 unless said, in the metric's unit); the sample
 * that would make them differ more begins the next run, and ends what was said. Only samples count: silence neither
 * makes a value stuck nor frees it, that is `no-data`'s business. Values of `except` belong to no run, for what stands
 * still by nature: a leak sensor is at 0 for years. `onDelay`, `offDelay` and `repeat` are those of `threshold`.
 *
 * ```yaml
 * kind: stuck
 * where: { type: hygrometer, metric: rh_pct }
 * for: 1d
 * within: 0
 * atLeast: 24
 * except: [0]
 * severity: warning
 * ```
 *
 * Reason code: `stuck` with the value, how long the run has lasted as `durationS`, and `params` {forS, lastedS, samples,
 * atLeast, within}.
 *
 * Source: the persistence check of the WMO Guide to Instruments and Methods of Observation (WMO-No. 8, on quality
 * control of data from automatic stations), from memory, unverified.
 */
export const stuck = defineKind({
  schema: SCHEMA,
  objections,
  toJudge(spec) {
    const { within = 0, atLeast = AT_LEAST } = spec
    const forMs = parseDuration(spec.for)
    const except = new Set(spec.except)
    const isStuck = ([sinceMs, lastMs, , , count]: Memory) => lastMs! - sinceMs! >= forMs && count! >= atLeast
    return {
      input: 'samples',
      ...toMetricMatch(spec.where.metric),
      severities: [spec.severity],
      ...toPatience(spec),
      remember: (memory, atMs, value) => (except.has(value) ? forget(memory) : noteRun(memory, within, atMs, value)),
      measure: (_memory, _atMs, value) => value,
      levelOf: (_value, _before, memory) => (isStuck(memory) ? 1 : 0),
      reasonOf(value, _level, memory) {
        const [sinceMs, lastMs, , , count] = memory
        return {
          code: 'stuck',
          value,
          ...(spec.unit !== undefined && { unit: spec.unit }),
          ...(isStuck(memory) && { durationS: (lastMs! - sinceMs!) / 1000 }),
          params: {
            forS: forMs / 1000,
            lastedS: (lastMs! - sinceMs! || 0) / 1000,
            samples: count ?? 0,
            atLeast,
            within,
          },
        }
      },
    }
  },
})

/** Memory is `[sinceMs, lastMs, lowest, highest, samples]` of the present run, or empty outside of any. */
function noteRun(memory: Memory, within: number, atMs: number, value: number): Memory {
  const low = Math.min(memory[2] ?? value, value)
  const high = Math.max(memory[3] ?? value, value)
  const isNew = memory.length === 0 || high - low > within
  memory[0] = isNew ? atMs : memory[0]!
  memory[1] = atMs
  memory[2] = isNew ? value : low
  memory[3] = isNew ? value : high
  memory[4] = isNew ? 1 : memory[4]! + 1
  return memory
}

function forget(memory: Memory): Memory {
  memory.length = 0
  return memory
}

function objections(spec: Spec): Objection[] {
  const found = patienceObjections(spec)
  if (parseDuration(spec.for) === 0) found.push({ path: ['for'], message: 'for must be longer than nothing' })
  return found
}
