import type { ReviewState } from '../../../core/finding.ts'
import type { Lens, Point, Size } from './lens.ts'

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
  picture: ImageBitmap | null
  /** Of the picture as it was sent: the one drawn may be a smaller copy. */
  size: Size
  lens: Lens
  boxes: readonly FrameBox[]
  /** A place where nothing was seen. */
  spot?: Point | undefined
  /** Shows the selected box enlarged in a corner, where it is small. */
  hasLoupe?: boolean
}

/** Draws a picture and its boxes; line and text are as thick at every zoom. */
export function drawFrame(
  ctx: CanvasRenderingContext2D,
  { picture, size, lens, boxes, spot, hasLoupe }: Drawing,
): void {
  const { scale, x, y } = lens
  ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height)
  if (picture !== null) ctx.drawImage(picture, x, y, size.width * scale, size.height * scale)
  for (const box of [...boxes].sort((a, b) => Number(a.isSelected) - Number(b.isSelected))) drawBox(ctx, box, lens)
  if (spot) drawSpot(ctx, spot, lens)
  const selected = boxes.find(({ isSelected }) => isSelected)
  if (hasLoupe && picture !== null && selected) drawLoupe(ctx, picture, size, lens, selected)
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

/** Where it would be. */
function drawSpot(ctx: CanvasRenderingContext2D, spot: Point, { scale, x, y }: Lens): void {
  for (const [colour, width] of [
    [HALO, 5],
    ['#e3e9ee', 2],
  ] as const) {
    ctx.beginPath()
    ctx.arc(spot.x * scale + x, spot.y * scale + y, SPOT_PX, 0, 2 * Math.PI)
    ctx.setLineDash(width === 2 ? [5, 5] : [])
    ctx.strokeStyle = colour
    ctx.lineWidth = width
    ctx.stroke()
  }
  ctx.setLineDash([])
}

const SPOT_PX = 34
const LOUPE_PX = 168
/** Boxes larger than this on the screen need no loupe. */
const LARGE_PX = 80

/** In the upper corner that is further from the box. */
function drawLoupe(
  ctx: CanvasRenderingContext2D,
  picture: ImageBitmap,
  size: Size,
  { scale, x }: Lens,
  { box, review }: FrameBox,
): void {
  const [left, top, width, height] = box
  const longest = Math.max(width, height)
  const room = ctx.canvas.width / ctx.getTransform().a
  if (longest * scale > LARGE_PX || room < 3 * LOUPE_PX) return
  const side = Math.max(longest * 2, 40)
  const within = (at: number, length: number) => Math.min(Math.max(0, length - side), Math.max(0, at - side / 2))
  const from = { x: within(left + width / 2, size.width), y: within(top + height / 2, size.height) }
  const at = (left + width / 2) * scale + x > room / 2 ? 10 : room - LOUPE_PX - 10
  const copied = picture.width / size.width
  ctx.fillStyle = INK
  ctx.fillRect(at - 3, 7, LOUPE_PX + 6, LOUPE_PX + 6)
  ctx.drawImage(picture, from.x * copied, from.y * copied, side * copied, side * copied, at, 10, LOUPE_PX, LOUPE_PX)
  ctx.strokeStyle = COLOURS[review]
  ctx.lineWidth = 2
  ctx.strokeRect(at - 1, 9, LOUPE_PX + 2, LOUPE_PX + 2)
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
