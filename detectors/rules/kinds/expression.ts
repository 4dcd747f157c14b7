import Type, { type Static } from 'typebox'
import type { Severity } from '../../../core/severity.ts'
import type { Objection } from '../objection.ts'
import { parseDuration } from '../parts/duration.ts'
import { type Expression, MAX_EXPRESSION_CHARS, parseExpression, type Scope } from '../parts/expression.ts'
import { toDeviceScope, toTimeScope } from '../parts/expression-scope.ts'
import { toMetricMatch } from '../parts/metric-match.ts'
import { DEFAULT_ZONE } from '../parts/schedule.ts'
import { toRisingLimits } from '../parts/severity-limits.ts'
import { createWallClock, isZone } from '../parts/wall-clock.ts'
import { WHERE_METRIC } from '../parts/where.ts'
import type { Memory, SampleContext } from '../rule.ts'
import { defineKind } from '../rule-kind.ts'
import {
  bySeverity,
  DURATION_TEXT,
  PATIENCE,
  patienceObjections,
  ruleSchema,
  SEVERITY,
  toPatience,
  UNIT,
} from '../rule-schema.ts'

const EXPRESSION = Type.String({
  minLength: 1,
  maxLength: MAX_EXPRESSION_CHARS,
  description: `an expression of at most ${MAX_EXPRESSION_CHARS} characters`,
})

const SCHEMA = ruleSchema('expression', {
  where: WHERE_METRIC,
  when: Type.Optional(EXPRESSION),
  severity: Type.Optional(SEVERITY),
  severities: Type.Optional(bySeverity(EXPRESSION)),
  within: Type.Optional(DURATION_TEXT),
  zone: Type.Optional(Type.String({ description: 'an IANA time zone such as Asia/Shanghai' })),
  unit: UNIT,
  ...PATIENCE,
})
type Spec = Static<typeof SCHEMA>

/** Values of other metrics count for so long. Local choice: most devices speak more often. */
const WITHIN = '1h'
const MAX_TEXT_IN_REASON = 200

/**
 * A condition over several values, the device and the time, in the Common Expression Language.
 *
 * `when` with a `severity`, or `severities` with an expression each, of which the worst that holds counts. It is asked at
 * each sample of `where`, and may name: `value` and `metric` of the sample; any metric of the device by its name, or
 * `metrics["pm2.5"]` where the name is no word; `device.id`, `.type`, `.name`, `.place`, `.gateway`; `device.attributes`, those
 * of the device over those of its place; `hour` (0 to 23) and `weekday` (1 Monday to 7 Sunday) in `zone` (Asia/Shanghai unless
 * said). Booleans of devices are 1 and 0. `abs`, `min` and `max` take numbers; `has(device.attributes.owner)` asks whether
 * something is there. Other metrics count with their newest value, measured at most `within` (1 h unless said) apart.
 *
 * While something that decides is not known, nothing changes: `a || b` holds when one of them does, known or not. What is
 * wrong with an expression is told when the file is read. `onDelay`, `offDelay`, `repeat` and `unit` (of the value) are those of
 * `threshold`. For hours of the day as such use `schedule`: only samples make an expression be asked again.
 *
 * ```yaml
 * kind: expression
 * where: { type: hygrometer, metric: temp_c }
 * severities:
 *   minor: temp_c > 35 && rh_pct > 80
 *   critical: temp_c > 35 && rh_pct > 80 && device.attributes.storeys > 3
 * onDelay: 10m
 * ```
 *
 * Reason code: `expression` with the value and, in `params`, the text as `when` and the values that it names.
 *
 * Source: https://cel.dev (the language), docs/decisions/0017 (the library).
 */
export const expression = defineKind({
  schema: SCHEMA,
  objections,
  toJudge(spec) {
    const levels = toLevels(spec).map(({ severity, text }) => ({ severity, expression: compiled(text) }))
    const metrics = [...new Set(levels.flatMap((level) => level.expression.metrics))]
    const asksTime = levels.some((level) => level.expression.asksTime)
    const wallClock = createWallClock(spec.zone ?? DEFAULT_ZONE)
    const withinMs = parseDuration(spec.within ?? WITHIN)

    function remember(memory: Memory, atMs: number, value: number, context: SampleContext): Memory {
      memory.length = 0
      memory.push(value)
      for (const [index, metric] of metrics.entries()) {
        const known = metric === context.metric ? value : nearValue(context, metric, atMs, withinMs)
        if (known !== undefined) memory.push(index, known)
      }
      return memory
    }

    function measure(memory: Memory, atMs: number, value: number, context: SampleContext): number | undefined {
      const named = namedValues(memory, metrics)
      const scope: Scope = {
        ...named,
        value,
        metric: context.metric,
        metrics: named,
        device: toDeviceScope(context.deviceId, context.device, context.attributes),
        ...(asksTime && toTimeScope(wallClock(atMs))),
      }
      return worstOf(
        levels.map((level) => level.expression),
        scope,
      )
    }

    return {
      input: 'samples',
      ...toMetricMatch(spec.where.metric),
      alsoMetrics: metrics,
      severities: levels.map(({ severity }) => severity),
      ...toPatience(spec),
      remember,
      measure,
      levelOf: (level) => level,
      reasonOf: (_measured, level, memory) => ({
        code: 'expression',
        value: memory[0] ?? 0,
        ...(spec.unit !== undefined && { unit: spec.unit }),
        params: { ...namedValues(memory, metrics), when: shortened(levels[level - 1]!.expression.text) },
      }),
    }
  },
})

function nearValue(context: SampleContext, metric: string, atMs: number, withinMs: number): number | undefined {
  const latest = context.latest(metric)
  return latest !== undefined && Math.abs(latest.atMs - atMs) <= withinMs ? latest.value : undefined
}

/** The memory holds the sample's value, then pairs of a metric's index and its value. */
function namedValues(memory: Memory, metrics: string[]): Record<string, number> {
  const named: Record<string, number> = {}
  for (let i = 1; i < memory.length; i += 2) named[metrics[memory[i]!]!] = memory[i + 1]!
  return named
}

/** The worst level that holds; undefined when none does and one that cannot be said might. */
function worstOf(levels: Expression[], scope: Scope): number | undefined {
  let isUnsure = false
  for (let level = levels.length; level > 0; level--) {
    const holds = levels[level - 1]!.holds(scope)
    if (holds === true) return level
    if (holds === undefined) isUnsure = true
  }
  return isUnsure ? undefined : 0
}

function toLevels({ when, severity, severities }: Spec): { severity: Severity; text: string }[] {
  if (severities === undefined) return [{ severity: severity ?? 'warning', text: when ?? 'false' }]
  return toRisingLimits(severities).map(({ severity: one, limit }) => ({ severity: one, text: limit }))
}

/** Only for texts that `objections` found good. */
function compiled(text: string): Expression {
  return (parseExpression(text, 'reading') as { expression: Expression }).expression
}

function shortened(text: string): string {
  return text.length > MAX_TEXT_IN_REASON ? `${text.slice(0, MAX_TEXT_IN_REASON)}…` : text
}

function objections(spec: Spec): Objection[] {
  const { when, severity, severities, zone } = spec
  if (when === undefined && severities === undefined) return [{ path: [], message: 'when or severities is missing' }]
  if (when !== undefined && severities !== undefined)
    return [{ path: ['severities'], message: 'severities cannot stand beside when' }]
  if (when !== undefined && severity === undefined) return [{ path: [], message: 'severity is missing' }]
  if (severities !== undefined && severity !== undefined)
    return [{ path: ['severity'], message: 'severity cannot stand beside severities' }]
  const levels = toLevels(spec)
  if (levels.length === 0) return [{ path: ['severities'], message: 'severities needs at least one expression' }]
  const found = levels.flatMap(({ severity: one, text }) => {
    const parsed = parseExpression(text, 'reading')
    if (!('fault' in parsed)) return []
    const { at, message } = parsed.fault
    return [{ path: when === undefined ? ['severities', one] : ['when'], message: `${message} (character ${at})` }]
  })
  if (zone !== undefined && !isZone(zone))
    found.push({ path: ['zone'], message: `${zone} is not a time zone, for example Asia/Shanghai` })
  return [...found, ...patienceObjections(spec)]
}
