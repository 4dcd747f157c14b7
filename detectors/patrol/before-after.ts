import type { BeforeAfter, SpotLook } from '../../core/finding.ts'
import type { PatrolDemands } from '../../core/patrol.ts'
import type { Position } from '../../core/place.ts'
import { qualityOf } from './coverage.ts'
import type { FindingState } from './finding-state.ts'
import type { FlightState, FrameState } from './flight-state.ts'
import type { PatrolState } from './patrol-state.ts'
import { spotInFrame } from './spot-in-frame.ts'

/** The spot of a finding on the last two flights that show it; null where none does. */
export function beforeAfterOf(finding: FindingState, state: PatrolState, demands: PatrolDemands): BeforeAfter | null {
  const [before, after] = [finding.looks.at(-2), finding.looks.at(-1)]
  if (after === undefined) return null
  const withSpot = (look: SpotLook) => placed(look, finding.position, state)
  const earlier = before ?? earlierLook(finding, after, state, demands)
  return { ...(earlier && { before: withSpot(earlier) }), after: withSpot(after) }
}

function placed(look: SpotLook, position: Position | undefined, { flights }: PatrolState): SpotLook {
  const frame = flights.byId.get(look.flightId)?.frames.get(look.frameId)
  const spot = frame?.footprint && position ? spotInFrame(frame.footprint, frame, position) : null
  return spot === null ? look : { ...look, spot }
}

/** The picture that shows the place best on the last flight before which nobody saw the thing. */
function earlierLook(
  { position }: FindingState,
  after: SpotLook,
  { flights }: PatrolState,
  demands: PatrolDemands,
): SpotLook | undefined {
  const seenOn = flights.byId.get(after.flightId)
  if (position === undefined || seenOn === undefined) return undefined
  const before = [...flights.byId.values()]
    .filter(({ lastMs }) => lastMs < seenOn.beganMs)
    .sort((a, b) => b.lastMs - a.lastMs || (a.id < b.id ? -1 : 1))
  for (const flight of before) {
    const frame = bestOf(flight, position, demands)
    if (frame) return { flightId: flight.id, frameId: frame.frameId, atMs: frame.atMs }
  }
  return undefined
}

function bestOf(flight: FlightState, position: Position, demands: PatrolDemands): FrameState | undefined {
  const shows = (frame: FrameState) =>
    frame.state === 'analysed' &&
    typeof qualityOf(frame, demands) !== 'string' &&
    frame.footprint !== undefined &&
    spotInFrame(frame.footprint, frame, position) !== null
  return [...flight.frames.values()]
    .filter(shows)
    .sort((a, b) => (a.gsdCm ?? 0) - (b.gsdCm ?? 0) || (a.frameId < b.frameId ? -1 : 1))[0]
}
