import Type, { type Static } from 'typebox'
import { parseDuration } from '../duration.ts'
import { toMetricMatch } from '../metric-match.ts'
import type { Memory } from '../rule.ts'
import { defineKind, type Objection } from '../rule-kind.ts'
import { DURATION_TEXT, PATIENCE, patienceObjections, ruleSchema, SEVERITY, toPatience } from '../rule-schema.ts'
import { WHERE_DEVICE } from '../where.ts'

const SCHEMA = ruleSchema('clock', {
  where: Type.Optional(WHERE_DEVICE),
  ahead: Type.Optional(DURATION_TEXT),
  behind: Type.Optional(DURATION_TEXT),
  messages: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'a whole number from 1 to 1000' })),
  severity: Type.Optional(SEVERITY),
  ...PATIENCE,
})
type Spec = Static<typeof SCHEMA>

/**
 * Nothing makes a message look ahead but a wrong clock. Unset quartz clocks go wrong by up to 4 s a day (50 ppm), so
 * this is a month without setting. Local choice.
 */
const AHEAD = '2m'
/** Messages wait on bad links, which looks like a clock behind: minutes are usual, this is not. Local choice. */
const BEHIND = '15m'
/** A device that sends what it kept says so many old things before it says a new one. Local choice. */
const MESSAGES = 10

/**
 * A device whose clock is wrong.
 *
 * It holds while the device's clock is ahead of ours by more than `ahead` (2m unless said), at once, or behind by more than
 * `behind` (15m unless said) in `messages` messages one after the other (10 unless said): a message that was kept back on
 * its way looks like a clock behind, and one that was not ends the doubt; the least of those delays is what is told. It
 * is judged on the metric `$clock_s`, device clock minus ours in seconds, which the engine makes of every message.
 * `severity` is `warning` unless said.
 *
 * `onDelay`, `offDelay` and `repeat` are those of `threshold`.
 *
 * ```yaml
 * kind: clock
 * where: { type: smoke-detector }
 * ahead: 2m
 * behind: 15m
 * messages: 10
 * severity: warning
 * ```
 *
 * Reason codes: `clock_ahead`, `clock_behind` with value and limit in seconds, negative for behind.
 *
 * Source: the message that waited least tells the clocks' difference best, as in the clock filter of RFC 5905 (NTP)
 * section 10.
 */
export const clock = defineKind({
  schema: SCHEMA,
  objections,
  toJudge(spec) {
    const aheadS = parseDuration(spec.ahead ?? AHEAD) / 1000
    const behindS = parseDuration(spec.behind ?? BEHIND) / 1000
    const messages = spec.messages ?? MESSAGES
    const isBeyond = (offsetS: number) => offsetS > aheadS || offsetS < -behindS
    return {
      input: 'samples',
      ...toMetricMatch('$clock_s'),
      severities: [spec.severity ?? 'warning'],
      ...toPatience(spec),
      remember: (memory, _atMs, offsetS) => noteOld(memory, offsetS < -behindS, offsetS),
      measure: ([count = 0, leastLateS = 0], _atMs, offsetS) => {
        if (count === 0) return offsetS
        return count < messages ? undefined : leastLateS
      },
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

/** Memory is `[how many messages in a row look too old, the offset of the least late of them]`, or empty. */
function noteOld(memory: Memory, isOld: boolean, offsetS: number): Memory {
  const [count = 0, leastLateS = offsetS] = memory
  if (isOld) memory.splice(0, 2, count + 1, Math.max(leastLateS, offsetS))
  else memory.length = 0
  return memory
}

function objections(spec: Spec): Objection[] {
  const found = patienceObjections(spec)
  for (const key of ['ahead', 'behind'] as const)
    if (spec[key] !== undefined && parseDuration(spec[key]) === 0)
      found.push({ path: [key], message: `${key} must be longer than nothing` })
  return found
}
