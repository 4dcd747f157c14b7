import { readFileSync } from 'node:fs'
import Type, { type Static } from 'typebox'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { AppError } from '../../core/errors.ts'
import { assetPath } from '../../core/source-path.ts'

const CLASS = Type.Enum(['drilling', 'hammering', 'traffic', 'footfall', 'piano'])
const FEATURE = Type.Enum([
  ...(['levelMmS', 'impulsiveness', 'burstsPerS', 'burstS', 'duty', 'fastBeat', 'slowBeat'] as const),
  ...(['low', 'middle', 'high', 'top', 'tonality'] as const),
])
const SIGN = Type.Object(
  {
    feature: FEATURE,
    from: Type.Optional(Type.Number()),
    to: Type.Optional(Type.Number()),
    /** By how much it may miss before it counts nothing. */
    soft: Type.Number({ exclusiveMinimum: 0 }),
    weight: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    because: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
)
const PATTERNS = Type.Object(
  {
    id: Type.String({ minLength: 1 }),
    quietBelowMmS: Type.Number({ minimum: 0 }),
    leastScore: Type.Number({ minimum: 0, maximum: 1 }),
    classes: Type.Array(
      Type.Object({ class: CLASS, signs: Type.Array(SIGN, { minItems: 1 }) }, { additionalProperties: false }),
      { minItems: 1 },
    ),
  },
  { additionalProperties: false },
)

/** By which signs kinds of work are told apart, as `work-patterns.yaml` has them. */
export type WorkPatterns = Static<typeof PATTERNS>

/** Reads the shipped file. Throws `config_invalid`. */
export function loadWorkPatterns(path = assetPath('detectors/vibration/work-patterns.yaml')): WorkPatterns {
  const patterns: unknown = parse(readFileSync(path, 'utf8'))
  if (Value.Check(PATTERNS, patterns)) return patterns
  const [fault] = Value.Errors(PATTERNS, patterns)
  throw new AppError('config_invalid', `work patterns: ${fault?.instancePath} ${fault?.message}`, { path })
}
