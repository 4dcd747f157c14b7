import Type, { type Static } from 'typebox'
import { type Attributes, FIELD_NAME } from '../../../core/device.ts'
import {
  atSurface,
  changePerDay,
  criticalHumidityPct,
  HIGHEST_INDEX,
  MOULD_MATERIALS,
  type MouldClass,
  type MouldMaterial,
  nextMould,
} from '../../../core/mould.ts'
import { createBands } from '../parts/bands.ts'
import { parseDuration } from '../parts/duration.ts'
import { fromAttribute } from '../parts/from-attribute.ts'
import { toUpperLimits, upperLimitObjections, upperLimits } from '../parts/limit-schema.ts'
import { toMetricMatch } from '../parts/metric-match.ts'
import { nearTemperature } from '../parts/near-temperature.ts'
import { WHERE_METRIC } from '../parts/where.ts'
import type { Memory, SampleJudge } from '../rule.ts'
import { defineKind } from '../rule-kind.ts'
import { DURATION_TEXT, PATIENCE, patienceObjections, ruleSchema, toPatience } from '../rule-schema.ts'

const CLASSES = Object.keys(MOULD_MATERIALS) as MouldClass[]
const MATERIAL = Type.Enum(CLASSES, { description: `one of ${CLASSES.join(', ')}` })
const LIMIT = Type.Number({
  exclusiveMinimum: 0,
  exclusiveMaximum: HIGHEST_INDEX,
  description: 'a number above 0 and below 6',
})
const { unit: _, ...INDEX_LIMITS } = upperLimits(LIMIT)

const SCHEMA = ruleSchema('mould', {
  where: WHERE_METRIC,
  temp: Type.Optional(Type.String({ minLength: 1, pattern: '^[^*?]+$', description: 'the name of a metric' })),
  maxAge: Type.Optional(DURATION_TEXT),
  material: Type.Optional(
    Type.Union([MATERIAL, fromAttribute(MATERIAL)], {
      description: `one of ${CLASSES.join(', ')}, or { attribute: mouldMaterial, default: sensitive }`,
    }),
  ),
  colderK: Type.Optional(Type.Number({ minimum: 0, maximum: 20, description: 'a number from 0 to 20' })),
  cleanedOn: Type.Optional(
    Type.Object(
      { attribute: Type.String({ pattern: FIELD_NAME.source, description: 'the name of an attribute' }) },
      { additionalProperties: false },
    ),
  ),
  ...INDEX_LIMITS,
  ...PATIENCE,
})
type Spec = Static<typeof SCHEMA>

const USUAL: MouldClass = 'sensitive'
const MAX_AGE = '1h'
const HOUR_MS = 3_600_000
const MAX_JUDGES = 1000
/** What air in a house can be: beyond, a sensor errs, and sums stay finite. */
const COLDEST_C = -60
const WARMEST_C = 80
const WETTEST_PCT = 100

/** Places in memory: the index and what it needs, the hour in progress, the air of the last sample at the surface. */
const INDEX = 0
const DRY_H = 1
const HOUR = 2
const UNKNOWN_H = 3
const SINCE = 4
const NOW_HOUR = 5
const RH_SUM = 6
const TEMP_SUM = 7
const COUNT = 8
const RH = 9
const TEMP = 10

/**
 * Mould on timber, board, plaster: an index from 0 to 6 that grows in air that is wet for long and falls slowly in dry air.
 *
 * `where.metric` is the relative humidity in %, `temp` (temp_c) the temperature of the same device, or else the median of those at
 * the same place, no older than `maxAge` (1h). Hours are taken by their means. 1 is the first growth, seen under the microscope;
 * 3 is seen by the eye. `above: 1` with a `severity`, or `severities: { warning: 1, minor: 3 }`; `hysteresis` is in steps of the
 * index, `onDelay`, `offDelay` and `repeat` are those of `threshold`.
 *
 * `material` is one of `very-sensitive` (sawn timber), `sensitive` (planed timber, board, paper; unless said otherwise),
 * `medium-resistant` (brick, plaster, concrete), `resistant`, or comes from an attribute. `colderK` is how many kelvin the surface
 * is colder than the air where the sensor hangs (0): a cold corner is wetter than the room. Of up to two missing hours the next
 * one is taken to have been typical; in a longer gap nothing grows and nothing declines. It declines so slowly that it stays for
 * months after the air is dry: when the mould was cleaned off, `cleanedOn: { attribute: mouldCleanedOn }` names the attribute whose
 * ISO date lets the index begin at 0 again.
 *
 * ```yaml
 * kind: mould
 * where: { type: hygrometer, metric: rh_pct }
 * temp: temp_c
 * material: { attribute: mouldMaterial, default: sensitive }
 * colderK: 2
 * severities: { warning: 1, minor: 3 }
 * ```
 *
 * Reason code: `mould` with the humidity at the surface and, as its limit, the humidity from which mould grows at this temperature;
 * `params` {index, above: the limit of the index, perDay: how it changes now, tempC, material, unknownH: hours without readings}.
 *
 * Source: Hukka and Viitanen 1999 and Ojanen et al. 2010, as told in `core/mould.ts`, which says what was verified and how.
 */
export const mould = defineKind({
  schema: SCHEMA,
  objections: (spec) => [...upperLimitObjections(spec), ...patienceObjections(spec)],
  toJudge(spec) {
    const { material = USUAL } = spec
    const usual = judgeOf(spec, typeof material === 'string' ? material : (material.default ?? USUAL), 0)
    const asks = typeof material === 'object' || spec.cleanedOn !== undefined
    return asks ? { ...usual, forDevice: perDevice(spec) } : usual
  },
})

/** Devices of the same material that were cleaned at the same time share a judge. */
function perDevice(spec: Spec): NonNullable<SampleJudge['forDevice']> {
  const judges = new Map<string, SampleJudge>()
  return (attributes) => {
    const material = materialFor(spec, attributes)
    if (material === undefined) return null
    const cleanedMs = cleanedMsFor(spec, attributes)
    const key = `${material} ${cleanedMs}`
    const judge = judges.get(key) ?? judgeOf(spec, material, cleanedMs)
    if (judges.size < MAX_JUDGES) judges.set(key, judge)
    return judge
  }
}

/** Undefined where the device says nothing and there is no default, or something that is no material. */
function materialFor({ material = USUAL }: Spec, attributes: Attributes): MouldClass | undefined {
  if (typeof material === 'string') return material
  const said = Object.hasOwn(attributes, material.attribute) ? attributes[material.attribute] : material.default
  return CLASSES.find((known) => known === said)
}

function cleanedMsFor({ cleanedOn }: Spec, attributes: Attributes): number {
  if (cleanedOn === undefined || !Object.hasOwn(attributes, cleanedOn.attribute)) return 0
  return Date.parse(String(attributes[cleanedOn.attribute])) || 0
}

function judgeOf(spec: Spec, kind: MouldClass, cleanedMs: number): SampleJudge {
  const material: MouldMaterial = MOULD_MATERIALS[kind]
  const limits = toUpperLimits(spec)
  const bands = limits.map(({ severity, limit }) => ({ severity, low: Number.NEGATIVE_INFINITY, high: limit }))
  const { severities, levelOf, limitOf } = createBands('outside', bands, spec.hysteresis ?? 0)
  const temp = spec.temp ?? 'temp_c'
  const maxAgeMs = parseDuration(spec.maxAge ?? MAX_AGE)
  return {
    input: 'samples',
    ...toMetricMatch(spec.where.metric),
    alsoMetrics: [temp],
    severities,
    ...toPatience(spec),
    remember(memory, atMs, value, context) {
      const tempC = nearTemperature(context, temp, maxAgeMs, atMs)?.tempC
      if (tempC === undefined) return memory
      if (memory.length === 0) begin(memory, atMs, 0)
      if (cleanedMs > memory[SINCE]! && atMs >= cleanedMs) begin(memory, atMs, cleanedMs)
      const air = { rhPct: clamp(value, 0, WETTEST_PCT), tempC: clamp(tempC, COLDEST_C, WARMEST_C) }
      const hour = Math.floor(atMs / HOUR_MS)
      if (hour > memory[NOW_HOUR]!) countHour(memory, hour, material)
      addSample(memory, atSurface(air, spec.colderK ?? 0))
      return memory
    },
    measure: (memory) => (memory.length === 0 || memory[HOUR]! < 0 ? undefined : memory[INDEX]!),
    levelOf: (index, before) => levelOf(index, before),
    reasonOf(index, level, memory) {
      const air = { rhPct: memory[RH] ?? 0, tempC: memory[TEMP] ?? 0 }
      const state = { index, dryH: (memory[DRY_H] ?? 0) + 1 }
      return {
        code: 'mould',
        value: rounded(air.rhPct, 1),
        limit: rounded(criticalHumidityPct(air.tempC, material), 1),
        unit: '%RH',
        params: {
          index: rounded(index, 2),
          above: limitOf(index, level),
          perDay: rounded(changePerDay(state, air, material), 4),
          tempC: rounded(air.tempC, 1),
          material: kind,
          unknownH: memory[UNKNOWN_H] ?? 0,
        },
      }
    },
  }
}

function begin(memory: Memory, atMs: number, sinceMs: number): void {
  memory.length = 0
  memory.push(0, 0, -1, 0, Math.max(sinceMs, 0), Math.floor(atMs / HOUR_MS), 0, 0, 0, 0, 0)
}

/** The hour before is over: the index moves on by its mean air. */
function countHour(memory: Memory, next: number, material: MouldMaterial): void {
  const [index, dryH, hour, unknownH] = memory as [number, number, number, number]
  const count = memory[COUNT]!
  if (count > 0) {
    const air = { hour: memory[NOW_HOUR]!, rhPct: memory[RH_SUM]! / count, tempC: memory[TEMP_SUM]! / count }
    const state = nextMould({ index, dryH, hour, unknownH }, air, material)
    memory[INDEX] = state.index
    memory[DRY_H] = state.dryH
    memory[HOUR] = state.hour
    memory[UNKNOWN_H] = state.unknownH
  }
  memory[NOW_HOUR] = next
  memory[RH_SUM] = 0
  memory[TEMP_SUM] = 0
  memory[COUNT] = 0
}

function addSample(memory: Memory, { rhPct, tempC }: { rhPct: number; tempC: number }): void {
  memory[RH_SUM] = memory[RH_SUM]! + rhPct
  memory[TEMP_SUM] = memory[TEMP_SUM]! + tempC
  memory[COUNT] = memory[COUNT]! + 1
  memory[RH] = rhPct
  memory[TEMP] = tempC
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value))
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals)) + 0
}
