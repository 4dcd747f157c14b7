import Type from 'typebox'
import type { Detection } from '../../../core/detection.ts'
import type { Attributes, Device } from '../../../core/device.ts'
import { type FindingNews, reviewStateOf } from '../../../core/finding.ts'
import type { RecordEntry } from '../../../core/observation.ts'
import type { Objection } from '../objection.ts'
import { MAX_EXPRESSION_CHARS, parseExpression, type Scope, type Subjects } from './expression.ts'
import { toDeviceScope, toTimeScope } from './expression-scope.ts'
import { DEFAULT_ZONE } from './schedule.ts'
import { createWallClock } from './wall-clock.ts'

/** A key of kinds that judge detections, findings or records: an expression over the `observation`, the device and the local hour. */
export const CONDITION = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: MAX_EXPRESSION_CHARS,
    description: `an expression of at most ${MAX_EXPRESSION_CHARS} characters`,
  }),
)

type ConditionSubjects = Exclude<Subjects, 'reading'>

/** Who vouches for an observation: the camera, the source of a record. */
export interface Witness {
  id: string
  device: Device | undefined
  attributes: Attributes
}

/** True when the condition holds; what is not known does not hold. */
export type Condition = (observation: Scope, atMs: number, witness: Witness) => boolean

/** Makes the test of a text that `conditionObjections` found good; without a text everything passes. */
export function toCondition(text: string | undefined, subjects: ConditionSubjects): Condition {
  if (text === undefined) return () => true
  const { expression } = parseExpression(text, subjects) as Extract<
    ReturnType<typeof parseExpression>,
    { expression: unknown }
  >
  const wallClock = createWallClock(DEFAULT_ZONE)
  return (observation, atMs, { id, device, attributes }) =>
    expression.holds({
      observation,
      device: toDeviceScope(id, device, attributes),
      ...(expression.asksTime && toTimeScope(wallClock(atMs))),
    }) === true
}

/** A detection as conditions see it. */
export function toDetectionScope({ label, score, position }: Detection, model: string): Scope {
  return { label, score, model, ...(position !== undefined && { position }) }
}

/** A finding as conditions see it: areas in square metres, lengths in metres; `reach` is what the map says of the reach. */
export function toFindingScope({ finding, change, reach }: FindingNews): Scope {
  const { label, areaM2, growth, score, sightings, flights, position, place } = finding
  return {
    ...{ label, change, score, sightings, flights: flights.length, review: reviewStateOf(finding), reach: reach ?? {} },
    ...(areaM2 !== undefined && { area: areaM2 }),
    ...(growth !== undefined && { growth }),
    ...(position && { position }),
    ...(place && {
      place: {
        ...{ river: place.river, along: place.alongM, offset: place.offsetM, bank: place.bank },
        ...(place.reach !== undefined && { reach: place.reach }),
        ...(place.reachName !== undefined && { reachName: place.reachName }),
      },
    }),
  }
}

/** A record as conditions see it. */
export function toRecordScope({ recordType, address, position, body }: RecordEntry): Scope {
  return {
    type: recordType,
    body,
    ...(address !== undefined && { address }),
    ...(position !== undefined && { position }),
  }
}

export function conditionObjections(text: string | undefined, subjects: ConditionSubjects): Objection[] {
  const parsed = text === undefined ? null : parseExpression(text, subjects)
  if (parsed === null || 'expression' in parsed) return []
  return [{ path: ['condition'], message: `${parsed.fault.message} (character ${parsed.fault.at})` }]
}
