import type { ReviewState } from '../../../core/finding.ts'
import type { Lens, Size } from './lens.ts'

/** A box over a picture, in pixels of the picture as it was sent. */
export interface FrameBox {
  id: string
  box: readonly [number, number, number, number]
  words: string
  review: ReviewState
  isSelected: boolean
}

/** On a photograph the colours are the same in both themes: pale on a dark halo shows on water, grass and concrete. */
const COLOURS: Record<ReviewState, string> = {
  undecided: '#ffe066',
  confirmed: '#7bd6a5',
  rejected: '#c3ccd4',
  duplicate: '#c3ccd4',
  not_ours: '#c3ccd4',
}
const HALO = 'rgba(11, 15, 20, .75)'
const INK = '#0b0f14'
const FONT = '600 13px "Noto Sans SC Variable", "Noto Sans CJK SC", "Microsoft YaHei", system-ui, sans-serif'

interface Drawing {
  picture: CanvasImageSource | null
  /** Of the picture as it was sent: the one drawn may be a smaller copy. */
  size: Size
  lens: Lens
  boxes: readonly FrameBox[]
}

/** Draws a picture and its boxes; line and text are as thick at every zoom. */
export function drawFrame(ctx: CanvasRenderingContext2D, { picture, size, lens, boxes }: Drawing): void {
  const { scale, x, y } = lens
  ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height)
  if (picture !== null) ctx.drawImage(picture, x, y, size.width * scale, size.height * scale)
  for (const box of [...boxes].sort((a, b) => Number(a.isSelected) - Number(b.isSelected))) drawBox(ctx, box, lens)
}

function drawBox(
  ctx: CanvasRenderingContext2D,
  { box, words, review, isSelected }: FrameBox,
  { scale, x, y }: Lens,
): void {
  const [left, top, width, height] = [box[0] * scale + x, box[1] * scale + y, box[2] * scale, box[3] * scale]
  const line = isSelected ? 2.5 : 1.5
  const isDismissed = review !== 'undecided' && review !== 'confirmed'
  // A thing of a few pixels is not covered by its own box.
  const around = Math.max(3, (18 - Math.min(width, height)) / 2)
  const edges = [left - around, top - around, width + 2 * around, height + 2 * around] as const
  ctx.lineJoin = 'round'
  ctx.setLineDash([])
  ctx.strokeStyle = HALO
  ctx.lineWidth = line + 3
  ctx.strokeRect(...edges)
  ctx.setLineDash(isDismissed ? [6, 4] : [])
  ctx.strokeStyle = COLOURS[review]
  ctx.lineWidth = line
  ctx.strokeRect(...edges)
  ctx.setLineDash([])
  if (isSelected) drawWords(ctx, words, COLOURS[review], edges)
}

/** Above the box; below it where there is no room, and never beyond the sides. */
function drawWords(
  ctx: CanvasRenderingContext2D,
  words: string,
  colour: string,
  [left, top, , height]: readonly [number, number, number, number],
): void {
  ctx.font = FONT
  const ratio = ctx.getTransform().a
  const [room, width] = [ctx.canvas.width / ratio, ctx.measureText(words).width + 12]
  const at = Math.max(2, Math.min(room - width - 2, left - 1))
  const edge = top >= 26 ? top - 25 : top + height + 3
  ctx.fillStyle = HALO
  ctx.fillRect(at - 1, edge - 1, width + 2, 24)
  ctx.fillStyle = colour
  ctx.fillRect(at, edge, width, 22)
  ctx.fillStyle = INK
  ctx.textBaseline = 'middle'
  ctx.fillText(words, at + 6, edge + 11.5)
}
