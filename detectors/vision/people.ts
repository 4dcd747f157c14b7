import { PERSON } from './annotate.ts'
import { iou } from './box.ts'
import type { LoadedModel } from './load-model.ts'
import { mergeSights, type Sight } from './merge.ts'

/**
 * What might be a person is covered from this score on, below what is reported: a stone that is covered costs little, a
 * person who is not cannot be taken back.
 */
export const DOUBTFUL_PERSON = { [PERSON]: 0.25 } as const
const MAX_PEOPLE = 100
/** So much of a box is shared with a thing that is reported, and surer by this factor, that it is that thing. */
const SAME_IOU = 0.4
const SURER_BY = 1.3

/**
 * Everything that might be a person, surest first. `sights` as found with `DOUBTFUL_PERSON`; what is reported as something
 * else, and surer, is that: else litter and boats that were found could not be shown.
 */
export function peopleIn(
  sights: readonly Sight[],
  reported: readonly Sight[],
  { classes, nmsIou }: Pick<LoadedModel, 'classes' | 'nmsIou'>,
): Sight[] {
  const others = reported.filter(({ classIndex }) => classes[classIndex] !== PERSON)
  const isOther = (sight: Sight) =>
    others.some((other) => other.score >= SURER_BY * sight.score && iou(other, sight) >= SAME_IOU)
  const people = mergeSights(
    sights.filter(({ classIndex }) => classes[classIndex] === PERSON),
    nmsIou,
  )
  return people.filter((sight) => !isOther(sight)).slice(0, MAX_PEOPLE)
}
