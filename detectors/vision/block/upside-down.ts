import type { Pose } from '../../../core/detection.ts'
import type { Size } from '../letterbox.ts'
import { LEAST_OVERLAP } from './choose-neighbours.ts'
import { createPair, fitsOf, overlapOf } from './pair.ts'
import { createPhoto, type Grey, type Photo } from './photo.ts'
import { turnedPhotos } from './turned.ts'

/** Enough for a shift of half a metre from 40 m. */
export const COMPARED_SIDE_PX = 320

/** A picture and what is said of it; `grey` only where it is wanted. */
export interface Compared {
  size: Size
  pose: Pose
  grey(): Promise<Grey | null>
}

/**
 * The pose of a picture, turned by half a turn where the picture that the same drone took before shows that it is stored
 * upside down, and not turned where it shows that it isn't. As it was told when the two do not tell: too little in common,
 * taken at one place, or a pose that is not known.
 */
export async function checkedPose(picture: Compared, before: Compared): Promise<Pose> {
  const outlines = [picture, before].map(({ size, pose }) => createPhoto(NO_PIXELS, size, pose))
  if (!outlines.every(isPhoto) || overlapOf(createPair(outlines[0]!, outlines[1]!)) < LEAST_OVERLAP) return picture.pose
  const photos: (Photo | null)[] = []
  for (const { grey, size, pose } of [picture, before]) {
    const seen = await grey()
    photos.push(seen && createPhoto(seen, size, pose))
  }
  if (!photos.every(isPhoto)) return picture.pose
  const fits = fitsOf(createPair(photos[0]!, photos[1]!))
  const [turned] = turnedPhotos(
    photos.map(({ view }) => view.turned),
    [{ a: 0, b: 1, fits }],
  )
  if (turned === (picture.pose.turned === true)) return picture.pose
  const { turned: _, ...pose } = picture.pose
  return turned ? { ...pose, turned: true } : pose
}

const NO_PIXELS: Grey = { data: new Uint8Array(), width: 0, height: 0 }

function isPhoto(photo: Photo | null): photo is Photo {
  return photo !== null
}
