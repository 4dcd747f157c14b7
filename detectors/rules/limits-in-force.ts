import type { Attributes, Device } from '../../core/device.ts'
import type { LimitCurve } from '../../core/hour-history.ts'
import { METRICS } from '../../core/metrics.ts'
import type { RuleSpec } from '../../core/rule-change.ts'
import { severityLevel } from '../../core/severity.ts'
import { rowOf, type StandardRuleSpec } from './kinds/standard.ts'
import { numberOf } from './parts/from-attribute.ts'
import { toLimits } from './parts/limit-schema.ts'
import { type LocalLimitSpec, limitsFor } from './parts/local-limits.ts'
import { isMeant } from './parts/only-where.ts'
import { toRisingLimits } from './parts/severity-limits.ts'
import { isCorners, type StandardSpec, type TableSpec } from './parts/standard-schema.ts'
import { limitOf, shippedStandards, tableOf } from './parts/standards.ts'
import type { Rule } from './rule.ts'

/** A limit by which one metric of a device is judged. */
export interface LimitInForce {
  metric: string
  unit: string
  /** What still keeps to it lies between; infinite on the side without a limit. */
  low: number
  high: number
  /** Instead of `high`: it runs over this metric of the device, or over nothing that is measured. */
  curve?: { corners: LimitCurve; over: string }
  /** Where the warning begins, where a rule says so. */
  warning?: { low: number; high: number }
  warningShare?: number
  /** Only what lasts some minutes is beyond it, not a single value. */
  isLasting?: boolean
  /** Judged instead of the metric itself where they are measured. */
  components?: { metric: string; over?: string }[]
  standard?: { id: string; title: { zh: string; en: string }; clause: string; verified: boolean; source: string }
  rule?: { id: string; title: { zh: string; en: string } }
}

/** What holds for so long is no single value. */
const LASTING_MS = 10 * 60_000

/** What the metrics of a device are judged by, by all rules of kinds `threshold` and `standard` that are about it. */
export function limitsInForce(
  rules: readonly { rule: Rule; spec: RuleSpec }[],
  device: Device,
  attributes: Attributes,
) {
  return rules.flatMap(({ rule, spec }): LimitInForce[] => {
    if (rule.judge.input !== 'samples' || rule.test || !rule.where(device.id, device)) return []
    const found =
      rule.kind === 'threshold'
        ? ofThreshold(rule.judge.metricNames ?? [], spec, attributes)
        : rule.kind === 'standard'
          ? ofStandard(rule.judge.metricNames ?? [], spec as unknown as StandardRuleSpec, attributes)
          : []
    const { onDelayMs } = rule.judge
    return found.map((limit) => ({
      ...{ ...limit, rule: { id: rule.id, title: rule.title } },
      ...(onDelayMs >= LASTING_MS && { isLasting: true }),
    }))
  })
}

function ofThreshold(metrics: string[], spec: RuleSpec, attributes: Attributes): LimitInForce[] {
  const own = limitsFor(spec as unknown as LocalLimitSpec, attributes)
  if (own === null) return []
  const { comparison, bands } = toLimits(own)
  if (comparison === 'inside') return []
  const serious = bands.find(({ severity }) => severityLevel(severity) <= severityLevel('major')) ?? bands.at(-1)!
  const mildest = bands[0]!
  return metrics.map((metric) => ({
    ...{ metric, unit: own.unit ?? METRICS[metric]?.unit ?? '', low: serious.low, high: serious.high },
    ...(mildest !== serious && { warning: { low: mildest.low, high: mildest.high } }),
  }))
}

function ofStandard(metrics: string[], spec: StandardRuleSpec, attributes: Attributes): LimitInForce[] {
  const pack = shippedStandards().get(spec.standard)
  const table = pack && tableOf(pack, spec.item, spec.table)
  const row = table && rowOf(spec, table, attributes)
  if (pack === undefined || table === undefined || row === undefined || !isMeant(spec.only, attributes)) return []
  const shares = spec.severities === undefined ? [] : toRisingLimits(spec.severities).map(({ limit }) => limit)
  const milder = shares.find((share) => share < 1)
  const at = {
    ...{ item: spec.item, row },
    ...(typeof spec.over === 'string' && { over: spec.over }),
    ...(typeof spec.over === 'object' && { x: numberOf(attributes, spec.over) }),
  }
  return metrics.flatMap((metric) => {
    const limit = standardLimit(pack, table, at)
    if (limit === null) return []
    return [
      {
        ...{ metric, ...limit },
        ...(milder !== undefined && { warningShare: milder }),
        ...(spec.components && { components: spec.components }),
      },
    ]
  })
}

/** The limit of one row of a standard: a curve where it runs over a metric, a number else. */
export function standardLimit(
  pack: StandardSpec,
  table: TableSpec,
  { item, row, over, x }: { item: string; row: string; over?: string; x?: number | undefined },
): Omit<LimitInForce, 'metric'> | null {
  const limit = limitOf(pack, table, item, row, x)
  if (limit === null) return null
  const { low, high, unit, clause, verified, direction } = limit
  const values = table.items[item]?.values[row]
  const standard = { id: pack.id, title: pack.title, clause, verified, source: pack.source }
  const isCurve = over !== undefined && direction === 'max' && isCorners(values)
  return { low, high, unit, standard, ...(isCurve && { curve: { corners: values as LimitCurve, over } }) }
}
