import type { PixelBox } from '../../core/detection.ts'
import type { Finding } from '../../core/finding.ts'
import { isDismissed, reviewStateOf } from '../../core/finding.ts'
import type { ApiPorts } from './ports.ts'

/** Where a finding is in a frame, as far as that is remembered. */
export function boxInFrame({ best, flights }: Finding, frameId: string): PixelBox | undefined {
  return [best, ...flights.map((flight) => flight.best)].find((sighting) => sighting.frameId === frameId)?.box
}

/**
 * The person who is not covered when a finding is shown: only one whose being there is a violation, because a reviewer
 * confirmed it or a rule raised an alert of it.
 */
export function shownPerson(
  finding: Finding,
  frameId: string,
  { alerts }: { alerts: Pick<ApiPorts['alerts'], 'open'> },
): { open?: PixelBox } {
  const review = reviewStateOf(finding)
  if (finding.label !== 'person' || isDismissed(review)) return {}
  const isRaised = () => alerts.open().some(({ state, finding: of }) => state === 'active' && of?.id === finding.id)
  if (review !== 'confirmed' && !isRaised()) return {}
  const open = boxInFrame(finding, frameId)
  return open === undefined ? {} : { open }
}
