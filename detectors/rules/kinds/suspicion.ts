import Type, { type Static } from 'typebox'
import { SEVERITIES, type Severity } from '../../../core/severity.ts'
import { SUSPICION_STATES } from '../../../core/suspicion.ts'
import type { Objection } from '../objection.ts'
import type { SuspicionJudge } from '../rule.ts'
import { defineKind } from '../rule-kind.ts'
import { bySeverity, ruleSchema, SEVERITY } from '../rule-schema.ts'

const STATES = SUSPICION_STATES.filter((state) => state !== 'quiet')
const PROBABILITY = Type.Number({ minimum: 0, maximum: 1, description: 'a probability from 0 to 1' })

const SCHEMA = ruleSchema('suspicion', {
  states: Type.Array(Type.Enum(STATES), { minItems: 1, description: `a list of ${STATES.join(', ')}` }),
  severities: bySeverity(PROBABILITY),
  overdue: Type.Optional(SEVERITY),
  sensed: Type.Optional(
    Type.Boolean({ description: 'true where something must have been measured, seen or reported' }),
  ),
})
type Spec = Static<typeof SCHEMA>

/**
 * What is thought of works in a house (`docs/FORMATS.md`, _Renovation likely_), while it is in one of `states`: `watched` (something speaks of
 * works, not enough), `likely` (unfiled works are likely, somebody must look), `approved` (works are filed for this house and time),
 * `confirmed` (a visit found works that are not filed).
 *
 * `severities` gives each severity the probability from which it holds; in other states than `likely` the mildest holds whatever the
 * probability. It gets worse while it holds, never milder. `overdue` is how severe it is at least once the deadline of the visit has
 * passed. With `sensed` only houses count where something was measured, seen or reported, whatever explains it.
 *
 * ```yaml
 * kind: suspicion
 * states: [likely]
 * severities: { minor: 0, major: 0.95 }
 * overdue: major
 * ```
 *
 * The subject is the house (`building`); its signals carry all evidence (`suspicion`). Reason codes: `works_likely` and `works_overdue` with
 * the probability in percent, `works_watched`, `works_approved`, `works_confirmed`; `works_filed`, `works_none_found`, `works_settled` when it
 * clears. Back-tests do not judge it: they know neither the houses nor the records of that time.
 *
 * Source: `docs/decisions/0034-renovation-likely.md`.
 */
export const suspicion = defineKind({
  schema: SCHEMA,
  objections,
  toJudge({ states, severities, overdue, sensed }): SuspicionJudge {
    return {
      input: 'suspicions',
      states: new Set(states),
      severities: rising(severities),
      overdue: overdue ?? null,
      isSensed: sensed === true,
    }
  },
})

/** Mildest first. */
function rising(severities: Spec['severities']): { severity: Severity; from: number }[] {
  return SEVERITIES.toReversed().flatMap((severity) => {
    const from = severities[severity]
    return from === undefined ? [] : [{ severity, from }]
  })
}

function objections({ severities }: Spec): Objection[] {
  const list = rising(severities)
  if (list.length === 0) return [{ path: ['severities'], message: 'severities needs at least one' }]
  return list.some(({ from }, i) => i > 0 && from <= list[i - 1]!.from)
    ? [{ path: ['severities'], message: 'a worse severity needs a higher probability' }]
    : []
}
