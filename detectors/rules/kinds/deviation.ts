import Type from 'typebox'
import { deviationOf, learn, learntFrom, scoreOf, type ViewName } from '../deviation/score.ts'
import { scoreLimitObjections, toScoreBands } from '../deviation/score-limits.ts'
import { createBands } from '../parts/bands.ts'
import { parseDuration } from '../parts/duration.ts'
import { toMetricMatch } from '../parts/metric-match.ts'
import { WHERE_METRIC } from '../parts/where.ts'
import { defineKind } from '../rule-kind.ts'
import {
  bySeverity,
  DURATION_TEXT,
  HYSTERESIS,
  PATIENCE,
  patienceObjections,
  ruleSchema,
  SEVERITY,
  toPatience,
  UNIT,
} from '../rule-schema.ts'

const LIMIT = Type.Number({ exclusiveMinimum: 0, description: 'a number above 0' })

const SCHEMA = ruleSchema('deviation', {
  where: WHERE_METRIC,
  season: Type.Optional(Type.Enum(['none', 'day', 'week', 'auto'], { description: 'one of none, day, week, auto' })),
  direction: Type.Optional(Type.Enum(['above', 'below', 'both'], { description: 'one of above, below, both' })),
  warmUp: Type.Optional(DURATION_TEXT),
  above: Type.Optional(LIMIT),
  severities: Type.Optional(bySeverity(LIMIT)),
  severity: Type.Optional(SEVERITY),
  unit: UNIT,
  hysteresis: HYSTERESIS,
  ...PATIENCE,
})

/** Score from which a sample counts as unusual: the middle of the plateau in `npm run bench:anomaly`. */
const USUAL_LIMIT = 5.5
const WARM_UP = '12h'
/** Deviations last a moment, their causes longer: an alert stays until this long after the last one. */
const OFF_DELAY = '1h'
/** The usual range that is told, in standard deviations to either side. */
const RANGE = 3

const CODES: Record<ViewName, string> = { point: 'unusual', jump: 'jumped', level: 'shifted' }

/**
 * A value that is unusual for this very metric, without anybody having said what is usual.
 *
 * Each sample is scored by how rare it is among those before it: its value against the long run and against the usual
 * value of the hour, its step from the sample before, and the level of the last dozen samples. Each rarity is a power
 * of ten (3 is once in a thousand) and the three are added; `deviation/score.ts` says how. `above` (5.5 unless said)
 * is the score from which it fires, or `severities` give several. It learns all the time: what stays becomes usual.
 *
 * `season`: `day` and `week` compare with the usual value of the hour of day or week, `none` with the long run alone,
 * `auto` (the default) with the hour of week once that has erred less than the hour of day, which takes three weeks.
 * With a season, what two of the last four days showed at about the same hour is no news. `direction`: `above` or
 * `below` what is expected, or `both` (the default). Nothing is said for `warmUp` (12h) and before 150 samples.
 * `hysteresis` is in units of the score and `offDelay` 1h unless said; `unit`, `onDelay` and `repeat` are those of
 * `threshold`. It remembers 5,000 to 10,000 samples, so a device that sends each second had better send means.
 *
 * ```yaml
 * kind: deviation
 * where: { type: meter, metric: power_kw }
 * season: week
 * direction: above
 * severities: { warning: 5.5, minor: 9 }
 * unit: kW
 * ```
 *
 * Reason codes, by what contributes most: `unusual` (the value), `jumped` (with `before`), `shifted` (with `recent`,
 * the mean of the last dozen). The limit is the end of the usual range, three deviations wide to either side, on the
 * value's side; `params` {expected, low, high, score, above, and the rarities point, jump, level}. While it says nothing
 * yet, an explanation has `learning` with `params` {samples, forS}.
 *
 * Source: tails as in Siffer et al., Anomaly Detection in Streams with Extreme Value Theory, KDD 2017; rarities added as
 * in Fisher 1932; judged by the Numenta Anomaly Benchmark (`docs/BENCHMARKS.md`).
 */
export const deviation = defineKind({
  schema: SCHEMA,
  objections: (spec) => [...scoreLimitObjections(spec, USUAL_LIMIT), ...patienceObjections(spec)],
  toJudge(spec) {
    const { season = 'auto', direction = 'both' } = spec
    const { severities, levelOf, limitOf } = createBands(
      'outside',
      toScoreBands(spec, USUAL_LIMIT),
      spec.hysteresis ?? 0,
    )
    const warmUpMs = parseDuration(spec.warmUp ?? WARM_UP)
    return {
      input: 'samples',
      ...toMetricMatch(spec.where.metric),
      severities,
      ...toPatience({ ...spec, offDelay: spec.offDelay ?? OFF_DELAY }),
      remember: (memory, atMs, value) => learn(memory, season, atMs, value),
      measure(memory) {
        const score = scoreOf(memory, warmUpMs)
        if (score === undefined || direction === 'both') return score
        const { value, expected } = deviationOf(memory)
        return (direction === 'above') === value > expected ? score : 0
      },
      levelOf,
      reasonOf(score, level, memory) {
        const { value, before, recent, expected, deviation: spread, view, rarities } = deviationOf(memory)
        const unit = spec.unit !== undefined && { unit: spec.unit }
        if (scoreOf(memory, warmUpMs) === undefined)
          return { code: 'learning', value, ...unit, params: { ...learntFrom(memory) } }
        const low = expected - RANGE * spread
        const high = expected + RANGE * spread
        const seen = { ...(view === 'jump' && { before }), ...(view === 'level' && { recent }) }
        return {
          code: CODES[view],
          value,
          limit: value < expected ? low : high,
          ...unit,
          params: { expected, low, high, ...seen, score, above: limitOf(score, level), ...rarities },
        }
      },
    }
  },
})
