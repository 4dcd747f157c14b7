import Type, { type Static } from 'typebox'
import { type Attributes, FIELD_NAME } from '../../../core/device.ts'
import { METRICS } from '../../../core/metrics.ts'
import type { Severity } from '../../../core/severity.ts'
import type { Reason } from '../../../core/signal.ts'
import { LAGS_DAYS } from '../../../core/trend/felt-temperature.ts'
import { fitTrend } from '../../../core/trend/fit-trend.ts'
import { datesIn } from '../../../core/trend/trend-dates.ts'
import { DAY_MS, type Estimate, LOCAL_OFFSET_MS } from '../../../core/trend/trend-day.ts'
import type { Objection } from '../objection.ts'
import { parseDuration } from '../parts/duration.ts'
import { numberOf } from '../parts/from-attribute.ts'
import { toMetricMatch } from '../parts/metric-match.ts'
import { nearTemperature } from '../parts/near-temperature.ts'
import { isOrdered, toRisingLimits } from '../parts/severity-limits.ts'
import { WHERE_METRIC } from '../parts/where.ts'
import type { Memory, SampleContext, SampleJudge } from '../rule.ts'
import { defineKind } from '../rule-kind.ts'
import {
  bySeverity,
  DURATION_TEXT,
  PATIENCE,
  patienceObjections,
  ruleSchema,
  toPatience,
  UNIT,
} from '../rule-schema.ts'
import { readLearning, readTrend, type SaidTrend, writeTrend } from '../trend/said-trend.ts'
import { addSample, baseOf, type DayOrder, daysOf } from '../trend/trend-memory.ts'

const LIMIT = Type.Number({ exclusiveMinimum: 0, description: 'a number above 0' })
const METRIC = Type.String({ minLength: 1, pattern: '^[^*?]+$', description: 'the name of a metric' })
const DATES = Type.Object(
  { attribute: Type.String({ pattern: FIELD_NAME.source, description: 'the name of an attribute' }) },
  { additionalProperties: false, description: '{ attribute: zeroOn }' },
)

const SHARE = Type.Object(
  {
    attribute: Type.String({ pattern: FIELD_NAME.source, description: 'the name of an attribute' }),
    of: Type.Optional(Type.Record(Type.String(), LIMIT, { description: 'a number above 0 for each value' })),
    default: Type.Optional(LIMIT),
  },
  { additionalProperties: false },
)

const SCHEMA = ruleSchema('trend', {
  where: WHERE_METRIC,
  speed: Type.Optional(bySeverity(LIMIT)),
  total: Type.Optional(bySeverity(LIMIT)),
  by: Type.Optional(Type.Enum(['bound', 'estimate'], { description: 'one of bound, estimate' })),
  confidence: Type.Optional(
    Type.Number({ minimum: 0.5, maximum: 0.999, description: 'a probability from 0.5 to 0.999' }),
  ),
  share: Type.Optional(
    Type.Union([LIMIT, SHARE], {
      description: 'a number above 0, or { attribute: protectionLevel, of: { national: 0.5 }, default: 1 }',
    }),
  ),
  temp: Type.Optional(METRIC),
  maxAge: Type.Optional(DURATION_TEXT),
  season: Type.Optional(Type.Number({ minimum: 0, description: 'a number of 0 or more' })),
  window: Type.Optional(DURATION_TEXT),
  atLeast: Type.Optional(Type.Integer({ minimum: 10, maximum: 400, description: 'a whole number from 10 to 400' })),
  every: Type.Optional(DURATION_TEXT),
  zeroOn: Type.Optional(DATES),
  stepsOn: Type.Optional(DATES),
  unit: UNIT,
  hysteresis: Type.Optional(
    Type.Number({ minimum: 0, maximum: 0.9, description: 'a share of the limit from 0 to 0.9' }),
  ),
  ...PATIENCE,
})
type Spec = Static<typeof SCHEMA>

const WINDOW = '180d'
const EVERY = '1d'
const MAX_AGE = '2h'
const AT_LEAST = 45
const HYSTERESIS = 0.1
/** Days that a rule may look at. */
const MOST_DAYS = 800
/** Days before the window of which the temperature is still felt. */
const FELT_DAYS = LAGS_DAYS[LAGS_DAYS.length - 1]!
const MAX_JUDGES = 1000

/** What a device may say of itself. */
interface Own {
  share: number
  zeroDay: number
  steps: number[]
}
interface Level {
  severity: Severity
  speed: number | undefined
  total: number | undefined
}

/**
 * How fast something slow moves, and how far it has come, once what the temperature does to it is taken away: a crack, a lean,
 * a settlement. A wall moves with the sun; only what is left is told.
 *
 * `speed: { warning: 0.2, major: 0.5 }` are limits per month of 30.44 days, in the metric's unit, whatever the direction;
 * `total: { major: 3 }` are limits of how far the last week lies from the first one. It fires when the interval of `confidence`
 * (0.95) lies beyond a limit, `by: estimate` when its middle does. Means of whole local days (UTC+8) of the last `window` (180d, at
 * most 800 days) are fitted by a line with a bend and by temperatures of the day and of the weeks before; nothing is said before
 * `atLeast` of them (45), or while temperature rose or fell so evenly that it cannot be told from time. `temp` (temp_c) is the
 * temperature of the same device, or else the median of those at the same place, no older than `maxAge` (2h). Where nobody
 * measures it the interval also holds a yearly swing of `season` to either side, in the metric's unit; after a year that is seen.
 *
 * `zeroOn: { attribute: zeroOn }` names the attribute with the ISO date from which the total counts, and
 * `stepsOn: { attribute: stepsOn }` the one with dates (separated by commas) on which the sensor was moved or the wall repaired:
 * what changed on them is no movement. A sudden change that nobody explains counts in the total, not in the speed.
 * `share: { attribute: protectionLevel, of: { national: 0.5 }, default: 1 }` multiplies all limits by what stands there for the
 * attribute's value, or by the attribute itself where it is a number: 0.5 is twice as strict. `every` (1d) is the length of a
 * day for trials. `hysteresis` is a share of the limit (0.1); `unit`, `onDelay`, `offDelay` and `repeat` are those of `threshold`.
 * It is judged once a day, with the first reading of the next. A rule that is changed learns anew.
 *
 * ```yaml
 * kind: trend
 * where: { type: crack-gauge, metric: crack_mm }
 * speed: { warning: 0.2, major: 0.5 }
 * total: { warning: 1, major: 2 }
 * season: 0.2
 * unit: mm
 * ```
 *
 * Reason codes: `moving` (value and limit per month) or `moved` (value and limit of the total), each with `params` {low, high: the
 * interval, speed or total: the other one, perDegree, days, effectiveDays: how many independent ones they are worth, compensation:
 * temperature, year or none, steps: unexplained ones}. While it says nothing yet, an explanation has `not_enough_data` with `params` {why, days, needed}.
 *
 * Source: as in `core/trend/`, which names its own; compensation by regression is common in the monitoring of masonry.
 */
export const trend = defineKind({
  schema: SCHEMA,
  objections,
  toJudge(spec) {
    const usual = judgeOf(spec, ownOf(spec, {}))
    const asks = typeof spec.share === 'object' || spec.zeroOn !== undefined || spec.stepsOn !== undefined
    return asks ? { ...usual, forDevice: perDevice(spec) } : usual
  },
})

/** Devices that say the same share a judge. */
function perDevice(spec: Spec): NonNullable<SampleJudge['forDevice']> {
  const judges = new Map<string, SampleJudge>()
  return (attributes) => {
    const own = ownOf(spec, attributes)
    if (!(own.share > 0)) return null
    const key = JSON.stringify(own)
    const judge = judges.get(key) ?? judgeOf(spec, own)
    if (judges.size < MAX_JUDGES) judges.set(key, judge)
    return judge
  }
}

function judgeOf(spec: Spec, own: Own): SampleJudge {
  const levels = toLevels(spec, own.share)
  const temp = spec.temp ?? 'temp_c'
  const maxAgeMs = parseDuration(spec.maxAge ?? MAX_AGE)
  const order = dayOrderOf(spec)
  const beyond = ({ low, high, value }: Estimate) =>
    spec.by === 'estimate' ? Math.abs(value) : Math.max(0, low, -high)
  const reaches = (said: SaidTrend, { speed, total }: Level, share: number) => ({
    speed: speed !== undefined && beyond(said.speed) > speed * share,
    total: total !== undefined && said.total !== null && beyond(said.total) > total * share,
  })
  return {
    input: 'samples',
    ...toMetricMatch(spec.where.metric),
    alsoMetrics: [temp],
    severities: levels.map(({ severity }) => severity),
    ...toPatience(spec),
    remember(memory, atMs, value, context) {
      if (addSample(memory, { atMs, value, ...felt(context, temp, maxAgeMs, atMs) }, order))
        judgeDays(memory, spec, own, order)
      return memory
    },
    measure: (memory) => readTrend(memory)?.speed.value,
    levelOf(_speed, before, memory) {
      const said = readTrend(memory)
      if (said === null) return 0
      for (let level = levels.length; level > 0; level--) {
        const { speed, total } = reaches(said, levels[level - 1]!, level <= before ? 1 - hysteresisOf(spec) : 1)
        if (speed || total) return level
      }
      return 0
    },
    reasonOf(_speed, level, memory) {
      const said = readTrend(memory)
      const limits = levels[level - 1]!
      if (said === null) return learning(spec, memory)
      const { speed, total } = reaches(said, limits, 1)
      const isTotal = limits.speed === undefined || (total && !speed)
      return isTotal ? moved(spec, said, limits.total!) : moving(spec, said, limits.speed!)
    },
  }
}

function felt(context: SampleContext, temp: string, maxAgeMs: number, atMs: number) {
  const near = nearTemperature(context, temp, maxAgeMs, atMs)
  return { tempC: near?.tempC, isOwn: near?.from === 'own' }
}

function judgeDays(memory: Memory, { confidence, atLeast, season }: Spec, own: Own, order: DayOrder): void {
  const days = daysOf(memory)
  const toOwn = (day: number) => Math.floor((day * DAY_MS) / order.dayMs)
  const result = fitTrend(days, {
    minDays: atLeast ?? AT_LEAST,
    fromDay: (days[days.length - 1]?.day ?? 0) - (order.kept - FELT_DAYS) + 1,
    base: baseOf(memory, toOwn(own.zeroDay)),
    steps: own.steps.map(toOwn),
    ...(confidence !== undefined && { confidence }),
    ...(season !== undefined && { season }),
  })
  writeTrend(memory, result, DAY_MS / order.dayMs)
}

function moving(spec: Spec, said: SaidTrend, limit: number): Reason {
  const { value, low, high } = said.speed
  const total = said.total === null ? {} : { total: plain(said.total.value) }
  return toReason(
    'moving',
    value,
    limit,
    `${unitOf(spec)}/month`,
    { low: plain(low), high: plain(high), ...total },
    said,
  )
}

function moved(spec: Spec, said: SaidTrend, limit: number): Reason {
  const { value, low, high } = said.total ?? { value: 0, low: 0, high: 0 }
  const params = { low: plain(low), high: plain(high), speed: plain(said.speed.value) }
  return toReason('moved', value, limit, unitOf(spec), params, said)
}

function toReason(
  code: string,
  value: number,
  limit: number,
  unit: string,
  interval: Record<string, number>,
  { perDegree, days, effectiveDays, compensation, steps }: SaidTrend,
): Reason {
  const params = {
    ...interval,
    ...(compensation === 'temperature' && { perDegree: plain(perDegree) }),
    ...{ days, effectiveDays: Math.round(effectiveDays), compensation },
    ...(steps > 0 && { steps }),
  }
  return { code, value: plain(value), limit: plain(Math.sign(value || 1) * limit), unit, params }
}

function learning(spec: Spec, memory: Memory): Reason {
  const { reason, days, needed } = readLearning(memory)
  const wanted = needed === 0 ? (spec.atLeast ?? AT_LEAST) : needed
  return { code: 'not_enough_data', unit: unitOf(spec), params: { why: reason, days, needed: wanted } }
}

function unitOf({ unit, where }: Spec): string {
  const metric = [where.metric].flat()[0] ?? ''
  return unit ?? (Object.hasOwn(METRICS, metric) ? METRICS[metric]!.unit : '')
}

function hysteresisOf(spec: Spec): number {
  return spec.hysteresis ?? HYSTERESIS
}

function dayOrderOf({ window, every }: Spec): DayOrder {
  const dayMs = parseDuration(every ?? EVERY)
  const kept = Math.round(parseDuration(window ?? WINDOW) / dayMs) + FELT_DAYS
  return { dayMs, offsetMs: LOCAL_OFFSET_MS, kept }
}

/** Mildest first. */
function toLevels({ speed = {}, total = {} }: Spec, share: number): Level[] {
  const shared = (limit: number | undefined) => (limit === undefined ? undefined : limit * share)
  return toRisingLimits({ ...speed, ...total }).map(({ severity }) => ({
    severity,
    speed: shared(speed[severity]),
    total: shared(total[severity]),
  }))
}

function ownOf({ share = 1, zeroOn, stepsOn }: Spec, attributes: Attributes): Own {
  const dates = (from: { attribute: string } | undefined) =>
    from !== undefined && Object.hasOwn(attributes, from.attribute) ? datesIn(attributes[from.attribute]) : []
  return { share: shareOf(share, attributes), zeroDay: dates(zeroOn)[0] ?? 0, steps: dates(stepsOn) }
}

/** What a device says as a number, or the number that stands for what it says. */
function shareOf(share: NonNullable<Spec['share']>, attributes: Attributes): number {
  if (typeof share !== 'object') return share
  const { attribute, of, default: usual = 1 } = share
  if (of === undefined) return numberOf(attributes, { attribute, default: usual }) ?? usual
  const said = String(Object.hasOwn(attributes, attribute) ? attributes[attribute] : '')
  return Object.hasOwn(of, said) ? of[said]! : usual
}

/** 0.30000000000000004 reads 0.3. */
function plain(value: number): number {
  return Number(value.toPrecision(6))
}

function objections(spec: Spec): Objection[] {
  const { speed, total } = spec
  if (speed === undefined && total === undefined) return [{ path: [], message: 'a limit is missing: speed or total' }]
  const found: Objection[] = []
  for (const [key, limits] of Object.entries({ speed, total })) {
    if (limits === undefined) continue
    const rising = toRisingLimits(limits)
    if (rising.length === 0) found.push({ path: [key], message: `${key} needs at least one limit` })
    if (!isOrdered(rising, (milder, worse) => milder.limit < worse.limit))
      found.push({ path: [key], message: `${key} must rise from warning to critical` })
  }
  const dayMs = parseDuration(spec.every ?? EVERY)
  if (dayMs === 0) return [...found, { path: ['every'], message: 'every must be longer than nothing' }]
  const days = Math.round(parseDuration(spec.window ?? WINDOW) / dayMs)
  if (days < (spec.atLeast ?? AT_LEAST))
    found.push({ path: ['window'], message: 'window must hold as many days as atLeast says' })
  if (days > MOST_DAYS) found.push({ path: ['window'], message: `window must not hold more than ${MOST_DAYS} days` })
  return [...found, ...patienceObjections(spec)]
}
