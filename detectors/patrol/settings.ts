import type { PatrolDemands } from '../../core/patrol.ts'

/** How findings of one class are made. Lengths in metres, times in seconds. */
export interface ClassSettings {
  /** Least score that is looked at; the weak round of tracking. */
  minScore: number
  /** Least score that begins a finding. */
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
  /** Two sightings may be this far apart beyond their radii. */
  allowanceM: number
  /** And so much further per second between them, up to `maxDriftM`. */
  speedMS: number
  maxDriftM: number
  /** Further allowance between flights. */
  betweenFlightsM: number
  /** It moves about by itself: its place is where it was seen last, and it is over when nobody sees it for `goneAfterS`. */
  goneAfterS?: number
  /** It has grown when its area is so many times that of the flight before. */
  grownBy: number
  /** Coarsest ground resolution of a picture that could show it, centimetres per pixel. */
  maxGsdCm: number
  /** Least sharpness of such a picture. */
  minSharpness: number
  /** Pictures of one flight that must show its spot without it. */
  goneLooks: number
}

export interface PatrolSettings {
  /** By label; `*` for all others. */
  classes: Record<string, ClassSettings>
  demands: PatrolDemands
  /** A drone that says nothing for so long has landed, seconds. */
  silenceS: number
  /** A position is never known better than this, metres: the bias of a receiver stays for a whole flight. */
  gpsBiasM: number
  /** A track that comes this near to the centre line has flown it, metres. */
  nearM: number
  /** Length of the pieces that coverage is counted in, metres. */
  binM: number
}
