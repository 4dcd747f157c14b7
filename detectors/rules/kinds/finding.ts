import Type, { type Static } from 'typebox'
import type { Objection } from '../objection.ts'
import { CONDITION, conditionObjections, toCondition } from '../parts/condition.ts'
import { WHERE_DEVICE } from '../parts/where.ts'
import type { FindingJudge } from '../rule.ts'
import { defineKind } from '../rule-kind.ts'
import { ruleSchema, SEVERITY } from '../rule-schema.ts'

/** Changes that can begin something; `gone` and a person's word only end it. */
const CHANGES = ['opened', 'seen', 'seen_again', 'grown', 'returned'] as const
const FACT = Type.Union([Type.String(), Type.Number(), Type.Boolean()], {
  description: 'a text, a number, true or false',
})

const SCHEMA = ruleSchema('finding', {
  where: Type.Optional(WHERE_DEVICE),
  labels: Type.Record(Type.String(), SEVERITY, {
    minProperties: 1,
    description: 'labels with a severity each, at least one, for example { debris: minor }',
  }),
  minAreaM2: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'a number of square metres above 0' })),
  grownBy: Type.Optional(Type.Number({ exclusiveMinimum: 1, description: 'a number above 1' })),
  changes: Type.Optional(
    Type.Array(Type.Enum([...CHANGES]), { minItems: 1, description: `a list of ${CHANGES.join(', ')}` }),
  ),
  reach: Type.Optional(
    Type.Record(Type.String(), FACT, {
      minProperties: 1,
      description: 'what the map says of the reach, for example { drinking_water: true }',
    }),
  ),
  condition: CONDITION,
})
type Spec = Static<typeof SCHEMA>

/**
 * One object that patrols found, over all pictures and flights that show it.
 *
 * `labels` gives each class its severity; `where` is about the drone that saw it last. It holds for a finding that is
 * believed, present and not turned down by a person while all of this is so: its area is known to be at least
 * `minAreaM2`; its area is at least `grownBy` times that of the flight before; the reach of the map that it lies in says
 * of itself what `reach` asks for. With `changes` only one of these changes begins it (`opened`, `seen` once more on the
 * same flight, `seen_again` on a later one, `grown` by the factor of its class, `returned` after it was gone); what has
 * begun goes on. It ends when the finding is gone, rejected, a duplicate or not ours, or when what the rule asks for
 * does not hold any more.
 *
 * `condition` is an expression that must hold of it: over `observation.label`, `.area` (m²), `.growth`, `.score` (median),
 * `.sightings`, `.flights` (how many), `.change`, `.review`, `.position`, `.place` {river, reach, reachName, along,
 * offset, bank} and `.reach` (the map's properties of the reach), over `device` (the drone) and `hour`; what is not
 * known does not hold.
 *
 * ```yaml
 * kind: finding
 * labels: { debris: minor }
 * condition: observation.area >= 2 || has(observation.reach.drinking_water) && observation.reach.drinking_water == true
 * ```
 *
 * The subject is the finding with its label. Reason codes: `found` with the area and `params` {label, score, change,
 * flights, growth, river, chainage}; `gone`, `rejected`, `duplicate`, `not_ours`, `reclassed`, `no_longer` when it clears.
 *
 * Source: `docs/ARCHITECTURE.md` follows one finding.
 */
export const finding = defineKind({
  schema: SCHEMA,
  objections,
  toJudge(spec): FindingJudge {
    return {
      input: 'findings',
      labels: new Map(Object.entries(spec.labels)),
      minAreaM2: spec.minAreaM2 ?? 0,
      grownBy: spec.grownBy ?? 0,
      changes: spec.changes === undefined ? null : new Set(spec.changes),
      reach: Object.entries(spec.reach ?? {}),
      condition: toCondition(spec.condition, 'finding'),
    }
  },
})

function objections(spec: Spec): Objection[] {
  return conditionObjections(spec.condition, 'finding')
}
