import type { Pose } from '../../../core/detection.ts'
import { adjustBlock, type Ties } from './adjust.ts'
import { LEAST_OVERLAP } from './choose-neighbours.ts'
import { createPair, fitsOf, overlapOf, type Pair } from './pair.ts'
import type { Photo } from './photo.ts'
import { findTiePoints } from './tie-points.ts'
import { isClear, type PairFits, turnedPhotos } from './turned.ts'

/** Photos whose common ground has been looked at. */
export interface PhotoBlock {
  /** In the order given, with corrected places, angles and heights, and turned where they lie upside down. */
  photos: Photo[]
  /** Pairs that were clear. */
  pairs: number
  tiePoints: number
}

/** Pairs, and so the time it takes, grow faster than photos. */
export const MOST_PHOTOS = 12
/** A pair with fewer points may be a pair of alike things. */
const LEAST_TIES = 4

/** Lays photos of one flight over each other. At most `MOST_PHOTOS`. */
export function createPhotoBlock(photos: readonly Photo[]): PhotoBlock {
  const pairs = overlappingPairs(photos)
  const fits: PairFits[] = pairs.map(({ a, b, pair }) => ({ a, b, fits: fitsOf(pair) }))
  const turned = turnedPhotos(
    photos.map(({ view }) => view.turned),
    fits,
  )
  const upright = photos.map((photo, at) => ({ ...photo, view: { ...photo.view, turned: turned[at]! } }))
  const ties = pairs.flatMap(({ a, b, pair }, at): Ties[] => {
    const fit = fits[at]!.fits.find((one) => one.aTurned === turned[a] && one.bTurned === turned[b])
    const points = fit ? findTiePoints(pair, fit) : []
    return points.length >= LEAST_TIES ? [{ a, b, points }] : []
  })
  return {
    photos: ties.length > 0 ? adjustBlock(upright, ties) : upright,
    pairs: fits.filter((one) => isClear(one.fits)).length,
    tiePoints: ties.reduce((sum, { points }) => sum + points.length, 0),
  }
}

function overlappingPairs(photos: readonly Photo[]): { a: number; b: number; pair: Pair }[] {
  return photos
    .flatMap((first, a) =>
      photos.slice(a + 1).map((second, at) => ({ a, b: a + 1 + at, pair: createPair(first, second) })),
    )
    .filter(({ pair }) => overlapOf(pair) >= LEAST_OVERLAP)
}

/** A photo's pose with the corrections that its block gave it. */
export function poseOfPhoto({ pose, position, view }: Photo, takeOffOverWaterM = 0): Pose {
  const { turned: _, ...before } = pose
  return {
    ...before,
    position,
    relativeAltitudeM: view.heightM - takeOffOverWaterM,
    gimbalYawDeg: view.yawDeg,
    gimbalPitchDeg: view.pitchDeg,
    gimbalRollDeg: view.rollDeg,
    ...(view.turned && { turned: true }),
  }
}
