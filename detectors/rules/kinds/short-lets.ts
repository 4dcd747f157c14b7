import Type, { type Static } from 'typebox'
import type { Objection } from '../objection.ts'
import { createBands } from '../parts/bands.ts'
import { parseDuration } from '../parts/duration.ts'
import { toUpperLimits, upperLimitObjections, upperLimits } from '../parts/limit-schema.ts'
import { toMetricMatch } from '../parts/metric-match.ts'
import { isMeant, ONLY_WHERE, onlyObjections } from '../parts/only-where.ts'
import { toOffsetMs, UTC_OFFSET } from '../parts/utc-offset.ts'
import { WHERE_METRIC } from '../parts/where.ts'
import type { SampleJudge } from '../rule.ts'
import { defineKind } from '../rule-kind.ts'
import { DURATION_TEXT, NUMBER, PATIENCE, patienceObjections, ruleSchema, toPatience } from '../rule-schema.ts'
import { countStays } from '../stays/count-stays.ts'
import { COUNTED, notePresence } from '../stays/presence.ts'

const COUNT = Type.Number({ minimum: 0, description: 'a number of 0 or more' })
const { unit: _, ...STAY_LIMITS } = upperLimits(COUNT)

const SCHEMA = ruleSchema('short-lets', {
  where: WHERE_METRIC,
  somebodyAbove: Type.Optional(NUMBER),
  hold: Type.Optional(DURATION_TEXT),
  within: Type.Optional(DURATION_TEXT),
  atMostNights: Type.Optional(Type.Integer({ minimum: 1, maximum: 14, description: 'a whole number from 1 to 14' })),
  alike: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'a number above 0, at most 1' })),
  utcOffset: Type.Optional(UTC_OFFSET),
  only: Type.Optional(ONLY_WHERE),
  ...STAY_LIMITS,
  ...PATIENCE,
})
type Spec = Static<typeof SCHEMA>

const DAY_MS = 86_400_000
const SOMEBODY = 0.5
const HOLD = '30m'
const WITHIN = '30d'
const LONGEST_DAYS = 90
const NIGHTS = 4
/** Between the 0.55 of houses let by the night and the 0.9 of those who are away on the same days of each week. */
const ALIKE = 0.8
const OFFSET = '+08:00'

/**
 * A dwelling that is lived in by many, for some nights each: a hint that it is let by the night.
 *
 * Counts the short stays of the last `within` (30d): 1 to `atMostNights` (4) nights in a row with somebody there, a vacant night
 * before and after, and, from the departure to the next arrival, a visit by day (somebody comes for a quarter of an hour to five
 * hours and leaves again), as by who cleans. `above` with a `severity`, or `severities`; `hysteresis` is in stays, `onDelay`,
 * `offDelay` and `repeat` are those of `threshold`.
 *
 * A sample of `where.metric` above `somebodyAbove` (0.5) means that somebody is there, until the next sample and no longer than
 * `hold` (30m; more for sensors that tell changes only). It may be an occupancy sensor or, with a limit above what runs by itself, the
 * power drawn. A night counts as occupied when somebody was there for an hour and a half between 20:00 and 09:00, which also holds
 * where sleepers are not seen; as unknown when less than 60 % of it was told, and then no stay beside it counts. Local time is UTC
 * plus `utcOffset` ("+08:00"). Where the nights of `alike` (0.8) and more of the time were like the night a week before, it is one
 * household's habit (a house for weekends, work elsewhere on weekdays): the count is then 0.
 *
 * `only` names attributes of the houses that are meant: where guests are registered, this is no news (`buildingUse` is what the register
 * says of the house in which the device stands).
 *
 * ```yaml
 * kind: short-lets
 * where: { type: occupancy-sensor, metric: occupied }
 * within: 30d
 * atMostNights: 4
 * only: [{ attribute: buildingUse, isNot: ['*民宿*', '*酒店*'] }]
 * above: 4
 * hysteresis: 2
 * severity: warning
 * ```
 *
 * Reason code: `short_lets` with the number of stays as value; `params` {days, shortStays, occupiedNights, vacantNights,
 * unknownNights, likeWeekBefore: the share of nights that were like those a week before}.
 *
 * Source: none; a local method, judged by simulated years of thirteen ways to live in a house (`docs/decisions/0037`).
 */
export const shortLets = defineKind({
  schema: SCHEMA,
  objections,
  toJudge(spec) {
    const judge = judgeOf(spec)
    const { only } = spec
    return only === undefined
      ? judge
      : { ...judge, forDevice: (attributes) => (isMeant(only, attributes) ? judge : null) }
  },
})

function judgeOf(spec: Spec): SampleJudge {
  const limits = toUpperLimits(spec)
  const bands = limits.map(({ severity, limit }) => ({ severity, low: Number.NEGATIVE_INFINITY, high: limit }))
  const { severities, levelOf, limitOf } = createBands('outside', bands, spec.hysteresis ?? 0)
  const { somebodyAbove = SOMEBODY, atMostNights = NIGHTS, alike = ALIKE } = spec
  const days = daysOf(spec)
  const options = { offsetMs: toOffsetMs(spec.utcOffset ?? OFFSET), holdMs: parseDuration(spec.hold ?? HOLD), days }
  return {
    input: 'samples',
    ...toMetricMatch(spec.where.metric),
    severities,
    ...toPatience(spec),
    remember(memory, atMs, value) {
      if (!notePresence(memory, atMs, value > somebodyAbove, options)) return memory
      const { shortStays, likeWeekBefore } = countStays(memory, atMostNights)
      memory[COUNTED] = likeWeekBefore >= alike ? 0 : shortStays
      return memory
    },
    measure: (memory) => memory[COUNTED]!,
    levelOf: (stays, before) => levelOf(stays, before),
    reasonOf(stays, level, memory) {
      const { shortStays, nights, likeWeekBefore } = countStays(memory, atMostNights)
      return {
        code: 'short_lets',
        value: stays,
        limit: limitOf(stays, level),
        params: {
          days,
          shortStays,
          occupiedNights: nights.occupied,
          vacantNights: nights.vacant,
          unknownNights: nights.unknown,
          likeWeekBefore: Number(likeWeekBefore.toFixed(2)),
        },
      }
    },
  }
}

function daysOf({ within }: Spec): number {
  return Math.floor(parseDuration(within ?? WITHIN) / DAY_MS)
}

function objections(spec: Spec): Objection[] {
  const found = [...upperLimitObjections(spec), ...onlyObjections(spec.only), ...patienceObjections(spec)]
  const days = daysOf(spec)
  if (days < 3 || days > LONGEST_DAYS)
    found.push({ path: ['within'], message: `within must be from 3 to ${LONGEST_DAYS} days` })
  if (parseDuration(spec.hold ?? HOLD) === 0)
    found.push({ path: ['hold'], message: 'hold must be longer than nothing' })
  return found
}
