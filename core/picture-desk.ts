import type { PixelBox } from './detection.ts'
import type { FrameRow } from './history.ts'

/** How a picture is to be shown. */
export interface PictureView {
  /** Longer side at most, pixels; absent: as it was sent. */
  longestPx?: number
  /** The person here is not covered: what they do is why the picture is shown. */
  open?: PixelBox
}

/**
 * Frames as people get to see them. Everybody whom the model noticed is covered; there is no detector of faces, so a person's
 * whole box is, and whom the model overlooks is not.
 */
export interface PictureDesk {
  /** JPEG. Throws `not_analysed`, `not_found` (refused, or its bytes are gone), `overloaded`. */
  frame(frame: FrameRow, view: PictureView): Promise<Buffer>
  /** JPEG of the part around a box; with `mark`, the box drawn in and this written at it. Throws the same. */
  crop(frame: FrameRow, box: PixelBox, view: PictureView & { mark?: { label: string; score: number } }): Promise<Buffer>
  /** The picture as it was sent. Who looks and why is in the ledger before it is given. Throws `not_found`, `bad_request`. */
  original(frame: FrameRow, by: string, reason: string): Promise<Buffer>
}
