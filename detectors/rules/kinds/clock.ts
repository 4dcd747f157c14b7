import Type, { type Static } from 'typebox'
import type { Objection } from '../objection.ts'
import { parseDuration } from '../parts/duration.ts'
import { toMetricMatch } from '../parts/metric-match.ts'
import { WHERE_DEVICE } from '../parts/where.ts'
import { defineKind } from '../rule-kind.ts'
import { DURATION_TEXT, PATIENCE, patienceObjections, ruleSchema, SEVERITY, toPatience } from '../rule-schema.ts'

const SCHEMA = ruleSchema('clock', {
  where: Type.Optional(WHERE_DEVICE),
  ahead: Type.Optional(DURATION_TEXT),
  behind: Type.Optional(DURATION_TEXT),
  severity: Type.Optional(SEVERITY),
  ...PATIENCE,
})
type Spec = Static<typeof SCHEMA>

/** Beyond these the engine itself believes the clock no longer and judges by arrival (`device-clock.ts`). */
const AHEAD = '1m'
const BEHIND = '2m'

/**
 * A device whose clock is wrong.
 *
 * It holds while the device's clock is ahead of ours by more than `ahead` (1m unless said) or behind by more than `behind`
 * (2m unless said). It is judged on the metric `$clock_s`, device clock minus ours in seconds, which the engine makes of
 * each message as far as that is certain: a message that waited on its way looks like a clock behind, so one that is
 * behind by more than two minutes is certain only when three messages are late by the same. `severity` is `warning`
 * unless said.
 *
 * `onDelay`, `offDelay` and `repeat` are those of `threshold`.
 *
 * ```yaml
 * kind: clock
 * where: { type: smoke-detector }
 * ahead: 1m
 * behind: 15m
 * severity: warning
 * ```
 *
 * Reason codes: `clock_ahead`, `clock_behind` with value and limit in seconds, negative for behind.
 *
 * Source: unset quartz clocks go wrong by up to 4 s a day (50 ppm), clocks set by NTP stay within a second.
 */
export const clock = defineKind({
  schema: SCHEMA,
  objections,
  toJudge(spec) {
    const aheadS = parseDuration(spec.ahead ?? AHEAD) / 1000
    const behindS = parseDuration(spec.behind ?? BEHIND) / 1000
    const isBeyond = (offsetS: number) => offsetS > aheadS || offsetS < -behindS
    return {
      input: 'samples',
      ...toMetricMatch('$clock_s'),
      severities: [spec.severity ?? 'warning'],
      ...toPatience(spec),
      remember: (memory) => memory,
      measure: (_memory, _atMs, offsetS) => offsetS,
      levelOf: (offsetS) => (isBeyond(offsetS) ? 1 : 0),
      reasonOf: (offsetS) => ({
        code: offsetS > 0 ? 'clock_ahead' : 'clock_behind',
        value: offsetS,
        limit: offsetS > 0 ? aheadS : -behindS,
        unit: 's',
      }),
    }
  },
})

function objections(spec: Spec): Objection[] {
  const found = patienceObjections(spec)
  for (const key of ['ahead', 'behind'] as const)
    if (spec[key] !== undefined && parseDuration(spec[key]) === 0)
      found.push({ path: [key], message: `${key} must be longer than nothing` })
  return found
}
