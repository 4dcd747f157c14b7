import Type, { type Static } from 'typebox'
import type { Attributes } from '../../../core/device.ts'
import type { Objection } from '../objection.ts'
import { bySeverity, NUMBER } from '../rule-schema.ts'
import { type FromAttribute, fromAttribute, numberOf } from './from-attribute.ts'
import { LIMITS, type LimitSpec, limitObjections, RANGE, toLimits } from './limit-schema.ts'

const LIMIT = Type.Union([NUMBER, fromAttribute(NUMBER)], {
  description: 'a number, or { attribute: limit_mm_s, default: 5 }',
})
const LIMIT_OR_RANGE = Type.Union([NUMBER, RANGE, fromAttribute(NUMBER)], {
  description: 'a number, a list of two numbers, the lower one first, or { attribute: limit_mm_s, default: 5 }',
})

/** `LIMITS`, of which single numbers may also come from an attribute of the device or its place. */
export const LOCAL_LIMITS = {
  ...LIMITS,
  above: Type.Optional(LIMIT),
  below: Type.Optional(LIMIT),
  severities: Type.Optional(bySeverity(LIMIT_OR_RANGE)),
}
export type LocalLimitSpec = Static<ReturnType<typeof Type.Object<typeof LOCAL_LIMITS>>>

type Asked = FromAttribute<typeof NUMBER>

/** True when some device may have limits of its own. */
export function isLocal({ above, below, severities = {} }: LocalLimitSpec): boolean {
  return [above, below, ...Object.values(severities)].some(isAsked)
}

/**
 * The limits of a device, or null when they would make no sense: one is not said and has no default, or together they
 * contradict each other or turn the comparison round. Null also where the device's are wrong: no limit is better than
 * one that nobody meant.
 */
export function limitsFor(spec: LocalLimitSpec, attributes: Attributes): LimitSpec | null {
  const own = withNumbers(spec, (asked) => numberOf(attributes, asked))
  if (own === null || limitObjections(own).length > 0) return null
  const usual = withNumbers(spec, (asked) => asked.default)
  return usual === null || toLimits(usual).comparison === toLimits(own).comparison ? own : null
}

/** The limits with their defaults; what has none is taken as 0, which only serves to know the severities. */
export function limitsByDefault(spec: LocalLimitSpec): LimitSpec {
  return withNumbers(spec, (asked) => asked.default ?? 0)!
}

/** What makes no sense, whatever devices say. */
export function localLimitObjections(spec: LocalLimitSpec): Objection[] {
  const bare = Object.entries(spec.severities ?? {}).filter(
    ([, limit]) => isAsked(limit) && limit.default === undefined,
  )
  if (bare.length > 0)
    return bare.map(([severity]) => ({
      path: ['severities', severity],
      message: 'a default is missing, without which nobody can say whether more or less is worse',
    }))
  return limitObjections(limitsByDefault(spec))
}

function withNumbers(spec: LocalLimitSpec, numberFor: (asked: Asked) => number | undefined): LimitSpec | null {
  const { above, below, severities, ...rest } = spec
  const plain: Record<string, unknown> = { ...rest }
  let isWhole = true
  const put = (target: Record<string, unknown>, key: string, limit: unknown) => {
    if (limit === undefined) return
    const found = isAsked(limit) ? numberFor(limit) : limit
    if (found === undefined) isWhole = false
    else target[key] = found
  }
  put(plain, 'above', above)
  put(plain, 'below', below)
  if (severities !== undefined) {
    const found: Record<string, unknown> = {}
    for (const [severity, limit] of Object.entries(severities)) put(found, severity, limit)
    plain.severities = found
  }
  return isWhole ? (plain as LimitSpec) : null
}

function isAsked(limit: unknown): limit is Asked {
  return typeof limit === 'object' && limit !== null && 'attribute' in limit
}
