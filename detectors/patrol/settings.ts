import type { PatrolDemands } from '../../core/patrol.ts'

/** How findings of one class are made. Lengths in metres, times in seconds. `shipped/classes.yaml` says more. */
export interface ClassSettings {
  /** Least score that is looked at: the weak round of tracking. */
  minScore: number
  /** Least score that may begin a finding. */
  strongScore: number
  /** One sighting of this score is believed at once. */
  sureScore: number
  /** Else so many sightings are. */
  hits: number
  /** And the median of all scores must reach this. */
  medianScore: number
  /** Longer side on the ground. */
  minSizeM: number
  maxSizeM: number
  /** Two sightings of one thing may be this far apart beyond their radii. */
  allowanceM: number
  /** And so much further per second between them, up to `maxDriftM`. */
  speedMS: number
  maxDriftM: number
  /** Further allowance between flights. */
  betweenFlightsM: number
  /** It moves about by itself: its place is where it was seen last, and it is over when nobody sees it for so long. */
  goneAfterS?: number
  /** It has grown when its area is so many times that of the flight before. */
  grownBy: number
  /** Coarsest ground resolution of a picture that could show it, centimetres per pixel. */
  maxGsdCm: number
  /** Least sharpness of such a picture. */
  minSharpness: number
  /** Pictures of one flight that must show its spot without it before it is gone. */
  goneLooks: number
}

/** By label; `*` for all others. */
export type ClassBook = Record<string, ClassSettings> & { '*': ClassSettings }

export interface PatrolSettings {
  classes: ClassBook
  demands: PatrolDemands
  /** A drone of which nothing is heard for so long has landed, and a longer gap between its pictures is another flight, seconds. */
  silenceS: number
  /** A position is never known better than this, metres: the bias of a receiver stays for a whole flight. */
  gpsBiasM: number
  /** A track that comes this near to the centre line has flown it, metres. */
  nearM: number
  /** Length of the pieces that coverage is counted in, metres. */
  binM: number
}

/**
 * Local choices. The river pictures of `simulators/frames` have a sharpness of 2 (still water) to 85, smeared by two pixels 0.8
 * to 2.7; a dock's receiver is right to a metre or two for a whole flight.
 */
export const DEFAULT_SETTINGS: Omit<PatrolSettings, 'classes'> = {
  demands: { minSharpness: 3, maxGsdCm: 8, maxClipped: 0.35 },
  silenceS: 900,
  gpsBiasM: 1.5,
  nearM: 60,
  binM: 10,
}

export function classOf(classes: ClassBook, label: string): ClassSettings {
  return Object.hasOwn(classes, label) ? classes[label]! : classes['*']
}

/** Types of devices whose pictures are of no flight. */
export const FIXED_CAMERAS = ['camera', '*-camera']
