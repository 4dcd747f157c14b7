import type { SimulatedDevice } from '../fleet.ts'
import { randomAt } from '../random.ts'
import { isOffAir } from '../readings-of.ts'
import type { Rounds } from '../rounds.ts'
import { flightAt } from './flight.ts'
import { loadPicture, QUIET_PICTURES } from './pictures.ts'
import { takePicture } from './take-picture.ts'

export interface FrameEvent {
  kind: 'frame'
  atMs: number
  deviceId: string
  /** File in `simulators/frames`. */
  picture: string
  /** Makes the JPEG. */
  take(): Buffer
}

/** The first picture comes this long after take-off. */
const FIRST_FRAME_MS = 2000

/** The pictures that the drone takes with `fromMs` ≤ time < `toMs`: quiet water, unless there is something to see. */
export function framesOf(
  drone: SimulatedDevice,
  rounds: Rounds,
  everyMs: number,
  span: { fromMs: number; toMs: number },
): FrameEvent[] {
  const firstMs = rounds.flight.startMs + FIRST_FRAME_MS
  const events: FrameEvent[] = []
  for (let i = Math.max(0, Math.ceil((span.fromMs - firstMs) / everyMs)); firstMs + i * everyMs < span.toMs; i++) {
    const atMs = firstMs + i * everyMs
    const around = rounds.around(atMs)
    if (around.some((round) => isOffAir(round, drone.id, atMs))) continue
    const seen = around
      .flatMap((round) => round.incidents)
      .find(({ picture, truth }) => picture !== undefined && truth.startMs <= atMs && atMs < truth.endMs)
    const picture = seen?.picture ?? quietPicture(rounds.seed, i)
    const take = () => takePicture(loadPicture(picture), flightAt(rounds.flight, atMs), atMs)
    events.push({ kind: 'frame', atMs, deviceId: drone.id, picture, take })
  }
  return events
}

function quietPicture(seed: number, index: number): string {
  return QUIET_PICTURES[Math.floor(randomAt(seed, 'picture', index) * QUIET_PICTURES.length)]!
}
