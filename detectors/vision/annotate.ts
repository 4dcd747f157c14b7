import type { Box, RawDetection } from './box.ts'
import { textPath, textSize } from './dot-text.ts'
import { type Crop, evidenceCrop } from './evidence-crop.ts'
import type { Size } from './letterbox.ts'
import { renderShown } from './redact.ts'

/** Distinct on water, grass and concrete, and to colour-blind eyes (Okabe and Ito's palette). */
const COLOURS = ['#f0e442', '#56b4e9', '#e69f00', '#d55e00', '#009e73', '#cc79a7'] as const
const HALO = '#000000'

/** The class whose objects are covered wherever a picture is shown. */
export const PERSON = 'person'

/**
 * The evidence: the part of the picture around all its detections, at most 1600 px on its longest side, boxes drawn in
 * with class and score (full colour resolution, so that thin lines keep theirs), people covered: whether one of them does
 * what must not be done is not decided yet. `detections` in pixels of the picture, at least one; `people`: further boxes
 * that might be people. Throws what sharp throws.
 */
export async function annotate(
  jpeg: Buffer,
  picture: Size,
  detections: readonly RawDetection[],
  options: { classes: readonly string[]; maxPixels: number; people?: readonly Box[] },
): Promise<Buffer> {
  const { classes, maxPixels, people = [] } = options
  const crop = evidenceCrop(detections, picture)
  const overlay = Buffer.from(overlaySvg(crop, detections, classes))
  const cover = [...detections.filter(({ classIndex }) => classes[classIndex] === PERSON), ...people]
  return renderShown(jpeg, { crop, cover, overlay, chromaSubsampling: '4:4:4' }, maxPixels)
}

/** Boxes and labels over a crop. Worst first, so that the best lie on top. */
export function overlaySvg(crop: Crop, detections: readonly RawDetection[], classes: readonly string[]): string {
  const { width, height } = crop.shown
  const drawn = [...detections].reverse().map((detection) => drawDetection(crop, detection, classes))
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawn.join('')}</svg>`
}

function drawDetection(crop: Crop, detection: RawDetection, classes: readonly string[]): string {
  const { shown } = crop
  const scaleX = shown.width / crop.width
  const scaleY = shown.height / crop.height
  const line = Math.max(2, Math.round(Math.max(shown.width, shown.height) / 400))
  const x = round((detection.x1 - crop.left) * scaleX)
  const y = round((detection.y1 - crop.top) * scaleY)
  const width = round((detection.x2 - detection.x1) * scaleX)
  const height = round((detection.y2 - detection.y1) * scaleY)
  const colour = COLOURS[detection.classIndex % COLOURS.length]!
  const rect = `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none"`
  const text = `${classes[detection.classIndex]} ${detection.score.toFixed(2)}`
  return [
    `${rect} stroke="${HALO}" stroke-opacity="0.6" stroke-width="${line * 2.5}"/>`,
    `${rect} stroke="${colour}" stroke-width="${line}"/>`,
    drawLabel(text, { x, y, height }, shown, line, colour),
  ].join('')
}

/** On a dark plate above the box, or below it where there is no room; never outside the picture. */
function drawLabel(
  text: string,
  box: { x: number; y: number; height: number },
  shown: Size,
  dot: number,
  colour: string,
): string {
  const { columns, rows } = textSize(text)
  const plate = { width: (columns + 4) * dot, height: (rows + 4) * dot }
  const above = box.y - plate.height - 2 * dot
  const below = box.y + box.height + 2 * dot
  const y = above >= 0 ? above : Math.min(below, shown.height - plate.height)
  const x = Math.max(0, Math.min(box.x, shown.width - plate.width))
  return (
    `<rect x="${x}" y="${y}" width="${plate.width}" height="${plate.height}" fill="${HALO}" fill-opacity="0.7"/>` +
    `<path d="${textPath(text, x + 2 * dot, y + 2 * dot, dot)}" fill="${colour}"/>`
  )
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
