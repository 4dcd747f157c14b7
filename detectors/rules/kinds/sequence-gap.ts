import Type, { type Static } from 'typebox'
import type { Objection } from '../objection.ts'
import { parseDuration } from '../parts/duration.ts'
import { toLimits, upperLimitObjections, upperLimits } from '../parts/limit-schema.ts'
import { toMetricMatch } from '../parts/metric-match.ts'
import { WHERE_DEVICE } from '../parts/where.ts'
import { slidingWindow } from '../parts/windows.ts'
import { defineKind } from '../rule-kind.ts'
import { DURATION_TEXT, PATIENCE, patienceObjections, ruleSchema, toPatience } from '../rule-schema.ts'

const COUNT = Type.Integer({ minimum: 0, description: 'a whole number of 0 or more' })
const { above, severities, severity } = upperLimits(COUNT)

const SCHEMA = ruleSchema('sequence-gap', {
  where: Type.Optional(WHERE_DEVICE),
  within: DURATION_TEXT,
  above,
  severities,
  severity,
  ...PATIENCE,
})
type Spec = Static<typeof SCHEMA>

/**
 * Messages that a device sent and that never came, by its own message numbers.
 *
 * `above: 10, within: 1h` holds while more than ten numbers were jumped over in the last hour, in device time; it ends
 * by time alone when they are an hour old. It is judged on the metric `$missing`, which the engine makes of every
 * message with a number; devices that send none are not judged. A message that was overtaken on its way counts as
 * missing until it comes. A device that begins to count anew has lost nothing.
 *
 * `severities`, `onDelay`, `offDelay` and `repeat` are those of `threshold`.
 *
 * ```yaml
 * kind: sequence-gap
 * where: { type: smoke-detector }
 * within: 1h
 * above: 10
 * severity: warning
 * ```
 *
 * Reason code: `missing` with how many as value, and `params` {windowS}.
 *
 * Source: loss counted by sequence numbers, as in RFC 3550 (RTP) section 6.4.1, cumulative number of packets lost.
 */
export const sequenceGap = defineKind({
  schema: SCHEMA,
  objections,
  toJudge(spec) {
    const limits = toLimits(spec)
    const withinMs = parseDuration(spec.within)
    const missing = slidingWindow(withinMs, { aggregate: 'sum', q: 0, atLeast: 0, needsWhole: false })
    return {
      input: 'samples',
      ...toMetricMatch('$missing'),
      severities: limits.severities,
      ...toPatience(spec),
      ...missing,
      // Nothing is kept of messages that came in their turn, nearly all of them.
      remember: (memory, atMs, value, context) =>
        value !== 0 || memory.length > 1 ? missing.remember(memory, atMs, value, context) : memory,
      levelOf: limits.levelOf,
      reasonOf: (value, level) => ({
        code: 'missing',
        value: Math.max(value, 0),
        limit: limits.limitOf(value, level),
        params: { windowS: withinMs / 1000 },
      }),
    }
  },
})

function objections(spec: Spec): Objection[] {
  const found = [...upperLimitObjections(spec), ...patienceObjections(spec)]
  if (parseDuration(spec.within) === 0) found.push({ path: ['within'], message: 'within must be longer than nothing' })
  return found
}
