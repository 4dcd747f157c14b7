import Type, { type Static } from 'typebox'
import { type Attributes, FIELD_NAME } from '../../../core/device.ts'
import { METRICS } from '../../../core/metrics.ts'
import type { Severity } from '../../../core/severity.ts'
import type { Reason } from '../../../core/signal.ts'
import type { Objection } from '../objection.ts'
import { createBands, hysteresisOf } from '../parts/bands.ts'
import { fromAttribute, numberOf } from '../parts/from-attribute.ts'
import { toMetricMatch } from '../parts/metric-match.ts'
import { isMeant, ONLY_WHERE, onlyObjections } from '../parts/only-where.ts'
import { isOrdered, toRisingLimits } from '../parts/severity-limits.ts'
import { isCorners, type StandardSpec, type TableSpec } from '../parts/standard-schema.ts'
import { gradeOf, type Limit, limitOf, shippedStandards, tableOf, toRow } from '../parts/standards.ts'
import { WHERE_METRIC } from '../parts/where.ts'
import { type ComponentPart, type LimitPart, worstComponent } from '../parts/worst-component.ts'
import type { SampleJudge } from '../rule.ts'
import { defineKind } from '../rule-kind.ts'
import {
  bySeverity,
  HYSTERESIS,
  NUMBER,
  PATIENCE,
  patienceObjections,
  ruleSchema,
  SEVERITY,
  toPatience,
} from '../rule-schema.ts'

const NAME = Type.String({ pattern: FIELD_NAME.source, description: '1 to 64 letters, digits, ".", "_" or "-"' })
const ROW = Type.Union([Type.String({ minLength: 1 }), Type.Number()], { description: 'the name of a row' })
const STEPS = Type.Integer({ minimum: 1, maximum: 20, description: 'a whole number from 1' })
const SHARE = Type.Number({ exclusiveMinimum: 0, maximum: 100, description: 'a share of the limit above 0, 1 is all' })

const SCHEMA = ruleSchema('standard', {
  where: WHERE_METRIC,
  standard: NAME,
  table: Type.Optional(NAME),
  item: NAME,
  row: Type.Union([ROW, fromAttribute(ROW)], {
    description: 'the name of a row, or { attribute: waterClass, default: III }',
  }),
  over: Type.Optional(
    Type.Union([NAME, fromAttribute(NUMBER)], {
      description: 'the metric that a curve runs over, or { attribute: vp_m_s, default: 1600 }',
    }),
  ),
  components: Type.Optional(
    Type.Array(Type.Object({ metric: NAME, over: Type.Optional(NAME) }, { additionalProperties: false }), {
      minItems: 1,
      maxItems: 10,
      description: 'a list of { metric, over }',
    }),
  ),
  only: Type.Optional(ONLY_WHERE),
  severity: Type.Optional(SEVERITY),
  severities: Type.Optional(bySeverity(SHARE)),
  worseBy: Type.Optional(bySeverity(STEPS)),
  hysteresis: HYSTERESIS,
  ...PATIENCE,
})
type Spec = Static<typeof SCHEMA>
export type StandardRuleSpec = Spec

/** How far from the sample's own time the value that a curve runs over may have been measured. */
const OVER_WITHIN_MS = 60_000
const MAX_JUDGES = 1000

/** One severity: beyond a share of the limit of the row that is so many rows worse. */
interface Level {
  severity: Severity
  share: number
  rowsWorse: number
}

/** Where a spec looks its limits up. */
interface Lookup {
  spec: Spec
  standard: StandardSpec
  table: TableSpec
  levels: Level[]
}

/**
 * A value beyond what a standard allows (`detectors/standards/`).
 *
 * `standard`, `item` and, where several tables have the item, `table` name the limit; `row` is the row of the table, or the
 * attribute that says it: `row: { attribute: waterClass, default: III }` asks the device and its place. Where the limit is
 * a curve, `over` names the metric of the same device that it runs over (`over: freq_hz`; its newest value, measured at
 * most a minute apart, else the strictest limit of the curve holds) or an attribute.
 *
 * `components` names metrics that the value is made of, each with the metric its curve runs over: where they were measured
 * with the value, the one nearest to its limit is judged in its stead. `only` names attributes of the devices that are meant.
 *
 * `severity: major` fires beyond the limit. `severities: { warning: 0.75, major: 1 }` are shares of the limit: 0.75 of an
 * upper limit, and a lower limit divided by it. `worseBy: { warning: 1, minor: 2 }` counts the grades by which a value is
 * worse than its row. `hysteresis` is in the item's unit; `onDelay`, `offDelay` and `repeat` are those of `threshold`.
 *
 * ```yaml
 * kind: standard
 * where: { type: vibration-sensor, metric: ppv_mm_s }
 * standard: din-4150-3-2016
 * item: foundation
 * row: { attribute: buildingLine, default: 3 }
 * over: freq_hz
 * severities: { warning: 0.75, major: 1 }
 * offDelay: 5m
 * ```
 *
 * Reason codes: `above`, `below`, `outside` with value, limit, unit, `clause` and whether that is `verified`; `params`
 * {standard, item, row} and {grade} with grades, {share, of} with shares, {over} with the metric of a curve, and {component}.
 *
 * Source: each pack names its own, and which of its values are verified.
 */
export const standard = defineKind({
  schema: SCHEMA,
  objections,
  beside: ({ standard: id }) => shippedStandards().get(id),
  toJudge(spec) {
    const lookup = toLookup(spec)
    const byPlace = typeof spec.row === 'object' || typeof spec.over === 'object' || spec.only !== undefined
    const { table } = lookup
    const first = judgeOf(lookup, rowOf(spec, table, {}) ?? table.rows[0]!, undefined)
    return byPlace ? { ...first, forDevice: perDevice(lookup) } : first
  },
})

/** Devices with equal row and place on the curve share a judge. */
function perDevice(lookup: Lookup): NonNullable<SampleJudge['forDevice']> {
  const { spec, table } = lookup
  const judges = new Map<string, SampleJudge>()
  return (attributes) => {
    const row = rowOf(spec, table, attributes)
    if (row === undefined || !isMeant(spec.only, attributes)) return null
    const x = typeof spec.over === 'object' ? numberOf(attributes, spec.over) : undefined
    const key = `${row} ${x}`
    const known = judges.get(key)
    if (known !== undefined) return known
    const made = judgeOf(lookup, row, x)
    if (judges.size < MAX_JUDGES) judges.set(key, made)
    return made
  }
}

function judgeOf(lookup: Lookup, row: string, x: number | undefined): SampleJudge {
  const { spec, levels } = lookup
  const partOver = (metric: string | undefined): LimitPart =>
    metric === undefined ? fixedLimits(lookup, row, x) : movingLimits(lookup, row, metric)
  const own = partOver(overOf(spec.over))
  const components = (spec.components ?? []).map(({ metric, over }): ComponentPart => {
    const whole = wholeOf(limitAt(lookup, row, 0, x)!)
    return { metric, ...partOver(over), wholeOf: (memory) => memory[0] ?? whole }
  })
  return {
    input: 'samples',
    ...toMetricMatch(spec.where.metric),
    ...alsoMetricsOf(spec),
    severities: levels.map(({ severity }) => severity),
    ...toPatience(spec),
    measure: (_memory, _atMs, value) => value,
    ...(components.length === 0 ? own : worstComponent(own, components)),
  }
}

/** The metric that the curve runs over, if one is named. */
function overOf(over: Spec['over']): string | undefined {
  return typeof over === 'string' ? over : undefined
}

function alsoMetricsOf({ over, components = [] }: Spec): { alsoMetrics?: string[] } {
  const names = [overOf(over), ...components.flatMap((one) => [one.metric, one.over])]
  const alsoMetrics = names.filter((name) => name !== undefined)
  return alsoMetrics.length === 0 ? {} : { alsoMetrics }
}

function wholeOf(limit: Limit): number {
  return limit.direction === 'max' ? limit.high : limit.low
}

/** Limits that stay as they are for a device. */
function fixedLimits(lookup: Lookup, row: string, x: number | undefined): LimitPart {
  const { spec, standard: pack, table, levels } = lookup
  const limits = levels.map(({ rowsWorse }) => limitAt(lookup, row, rowsWorse, x))
  const ends = levels.map(({ severity, share }, i) => ({ severity, ...sharedEnds(limits[i], share) }))
  const { levelOf, limitOf: brokenOf } = createBands('outside', ends, spec.hysteresis ?? 0)
  return {
    remember: (memory) => memory,
    levelOf: (measured, before) => levelOf(measured, before),
    reasonOf(value, level) {
      const limit = limits[level - 1] ?? limitAt(lookup, row, 0, x)!
      const grade = spec.worseBy && gradeOf(pack, table, spec.item, value)
      const params = { ...paramsOf(lookup, row, level, limit), ...(grade && { grade: grade.name }) }
      return toReason(limit, value, brokenOf(value, level), params)
    },
  }
}

/** Limits that move with another metric; the memory holds the whole limit as of the last sample and, when known, x. */
function movingLimits(lookup: Lookup, row: string, metric: string): LimitPart {
  const { spec, levels } = lookup
  const rising = levels.map(({ severity, share }) => ({ share, back: hysteresisOf(spec.hysteresis ?? 0, severity) }))
  const { direction } = limitAt(lookup, row, 0)!
  const sign = direction === 'max' ? 1 : -1
  const edgeOf = (whole: number, share: number) => (direction === 'max' ? whole * share : whole / share)
  return {
    remember(memory, atMs, _value, context) {
      const latest = context.latest(metric)
      const isNear = latest !== undefined && Math.abs(latest.atMs - atMs) <= OVER_WITHIN_MS
      memory[0] = wholeOf(limitAt(lookup, row, 0, isNear ? latest.value : undefined)!)
      memory.length = 1
      if (isNear) memory[1] = latest.value
      return memory
    },
    levelOf(value, before, [whole = 0]) {
      for (let level = rising.length; level > 0; level--) {
        const { share, back } = rising[level - 1]!
        const edge = edgeOf(whole, share) - (level <= before ? sign * back : 0)
        if (sign * value > sign * edge) return level
      }
      return 0
    },
    reasonOf(value, level, [whole = 0, x]) {
      const limit = limitAt(lookup, row, 0, x)!
      const params = { ...paramsOf(lookup, row, level, limit), ...(x === undefined ? {} : { over: x }) }
      return toReason(limit, value, edgeOf(whole, levels[level - 1]!.share), params)
    },
  }
}

/** The limit of the row that is so many rows worse; undefined beyond the last: nothing is worse than that. */
function limitAt(
  { spec, standard: pack, table }: Lookup,
  row: string,
  rowsWorse: number,
  x?: number,
): Limit | undefined {
  const name = table.rows[table.rows.indexOf(row) + rowsWorse]
  return name === undefined ? undefined : (limitOf(pack, table, spec.item, name, x) ?? undefined)
}

function sharedEnds(limit: Limit | undefined, share: number): { low: number; high: number } {
  if (limit === undefined) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
  return share === 1 ? limit : { low: limit.low / share, high: limit.high * share }
}

function paramsOf({ spec, levels }: Lookup, row: string, level: number, limit: Limit): Record<string, number | string> {
  const { share } = levels[level - 1]!
  const whole = wholeOf(limit)
  return { standard: spec.standard, item: spec.item, row, ...(share !== 1 && { share, of: plain(whole) }) }
}

function toReason(limit: Limit, value: number, broken: number, params: Record<string, number | string>): Reason {
  const { direction, unit, clause, verified, low, high } = limit
  return {
    code: direction === 'max' ? 'above' : direction === 'min' ? 'below' : 'outside',
    value,
    limit: plain(broken),
    unit,
    clause,
    verified,
    params: direction === 'range' ? { ...params, low, high } : params,
  }
}

/** 3 · 0.7 is 2.0999999999999996 in binary; people read 2.1. */
function plain(value: number): number {
  return Number(value.toPrecision(12))
}

/** The row that holds for a device; undefined where nothing says it. */
export function rowOf({ row }: Pick<Spec, 'row'>, table: TableSpec, attributes: Attributes): string | undefined {
  if (typeof row !== 'object') return toRow(table, row)
  const said = Object.hasOwn(attributes, row.attribute) ? toRow(table, attributes[row.attribute]!) : undefined
  return said ?? (row.default === undefined ? undefined : toRow(table, row.default))
}

function toLookup(spec: Spec): Lookup {
  const pack = shippedStandards().get(spec.standard)!
  return { spec, standard: pack, table: tableOf(pack, spec.item, spec.table)!, levels: toLevels(spec) }
}

/** Mildest first. */
function toLevels({ severity, severities, worseBy }: Spec): Level[] {
  if (severities !== undefined)
    return toRisingLimits(severities).map(({ severity: one, limit: share }) => ({ severity: one, share, rowsWorse: 0 }))
  if (worseBy !== undefined)
    return toRisingLimits(worseBy).map(({ severity: one, limit }) => ({
      severity: one,
      share: 1,
      rowsWorse: limit - 1,
    }))
  return [{ severity: severity ?? 'warning', share: 1, rowsWorse: 0 }]
}

function objections(spec: Spec): Objection[] {
  const found = lookupObjections(spec)
  if (found.length > 0) return found
  const lookup = toLookup(spec)
  const others = [...onlyObjections(spec.only), ...patienceObjections(spec)]
  return [...componentObjections(lookup), ...levelObjections(lookup), ...others]
}

function lookupObjections({ standard: id, table: named, item, row, over, where }: Spec): Objection[] {
  const pack = shippedStandards().get(id)
  if (pack === undefined) {
    const known = [...shippedStandards().keys()].join(', ')
    return [{ path: ['standard'], message: `there is no standard ${id}; known are ${known}` }]
  }
  if (named !== undefined && !pack.tables.some((table) => table.id === named))
    return [{ path: ['table'], message: `known tables are ${pack.tables.map((table) => table.id).join(', ')}` }]
  const table = tableOf(pack, item, named)
  if (table === undefined) {
    const tables = pack.tables.filter((one) => named === undefined || one.id === named)
    return [
      { path: ['item'], message: `known items are ${tables.flatMap((one) => Object.keys(one.items)).join(', ')}` },
    ]
  }
  const rowFault = { path: ['row'], message: `rows of this table are ${table.rows.join(', ')}` }
  const literal = typeof row === 'object' ? row.default : row
  if (literal !== undefined && toRow(table, literal) === undefined) return [rowFault]
  const { unit, values } = table.items[item]!
  const isCurve = Object.values(values).some(isCorners)
  if (isCurve && over === undefined)
    return [
      { path: [], message: `over is missing: this limit depends on the ${table.over?.name} in ${table.over?.unit}` },
    ]
  if (!isCurve && over !== undefined) return [{ path: ['over'], message: 'this limit is no curve: leave over out' }]
  return unitObjections(where.metric, unit)
}

/** A component is held against the same limit, at a frequency of its own. */
function componentObjections({ spec: { components = [], over, item }, table }: Lookup): Objection[] {
  const { unit, limit } = table.items[item]!
  if (components.length > 0 && limit !== 'max')
    return [{ path: ['components'], message: 'components need an upper limit' }]
  const moves = overOf(over) !== undefined
  return components.flatMap(({ metric, over: own }, i) => {
    const path = ['components', String(i)]
    if (moves && own === undefined) return [{ path, message: 'over is missing: the curve runs over a metric' }]
    if (!moves && own !== undefined) return [{ path: [...path, 'over'], message: 'the limit runs over no metric here' }]
    return unitObjections(metric, unit).map(({ message }) => ({ path: [...path, 'metric'], message }))
  })
}

/** A metric whose unit is known must be measured in the unit of the table. */
function unitObjections(metrics: string | string[], unit: string): Objection[] {
  return [metrics].flat().flatMap((metric) => {
    const known = Object.hasOwn(METRICS, metric) ? METRICS[metric] : undefined
    if (known === undefined || known.unit === unit) return []
    return [{ path: ['where', 'metric'], message: `${metric} is in ${known.unit || 'no unit'}, the table in ${unit}` }]
  })
}

function levelObjections({ spec, table, levels }: Lookup): Objection[] {
  const keys = (['severity', 'severities', 'worseBy'] as const).filter((key) => spec[key] !== undefined)
  if (keys.length === 0) return [{ path: [], message: 'one of severity, severities and worseBy is missing' }]
  if (keys.length > 1)
    return keys.slice(1).map((key) => ({ path: [key], message: `${key} cannot stand beside ${keys[0]}` }))
  const key = keys[0]!
  if (levels.length === 0) return [{ path: [key], message: `${key} needs at least one severity` }]
  if (!isOrdered(levels, (milder, worse) => milder.share < worse.share || milder.rowsWorse < worse.rowsWorse))
    return [{ path: [key], message: `${key} must rise from warning to critical` }]
  if (key === 'severity') return []
  const { limit, values } = table.items[spec.item]!
  if (key === 'severities') {
    const numbers = Object.values(values).flat(2)
    const isShareable = limit !== 'range' && numbers.every((number) => number > 0)
    return isShareable ? [] : [{ path: [key], message: 'shares need a limit above 0 that is no range; use severity' }]
  }
  if (table.beyond === undefined) return [{ path: [key], message: 'this table has no grades; use severities' }]
  if (limit === 'range' || spec.over !== undefined)
    return [{ path: [key], message: 'grades differ only where each row has one number; use severity' }]
  return []
}
