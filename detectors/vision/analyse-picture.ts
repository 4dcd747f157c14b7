import { readFile } from 'node:fs/promises'
import type { Detection, Pose } from '../../core/detection.ts'
import type { AnalysisResult } from './analysis-result.ts'
import { annotate } from './annotate.ts'
import type { RawDetection } from './box.ts'
import { groundPosition } from './ground.ts'
import { letterbox, type Size, toPicture } from './letterbox.ts'
import type { LoadedModel } from './load-model.ts'
import type { Network } from './network.ts'
import { decodeLetterboxed, readSize } from './picture.ts'

/** Boxes thinner than this after cutting at the picture's edge show nothing. */
const LEAST_SIDE_PX = 1

/** Looks at one stored picture with a network. Throws only what is nobody's fault but ours. One call at a time. */
export type AnalysePicture = (jpegPath: string, pose: Pose) => Promise<AnalysisResult>

export function createAnalysePicture(options: {
  network: Network
  model: LoadedModel
  maxPixels: number
}): AnalysePicture {
  const { network, model, maxPixels } = options
  const { layout } = network

  return async (jpegPath, pose) => {
    const jpeg = await readPicture(jpegPath)
    if (jpeg === null) return { state: 'refused', reason: 'missing' }
    const size = await readSize(jpeg, maxPixels)
    if ('state' in size) return size
    const box = letterbox(size, layout.size, layout.alignment)
    const pixels = await decodeLetterboxed(jpeg, box, { padding: layout.padding, maxPixels })
    if ('state' in pixels) return pixels

    const found = (await network.detect(pixels))
      .map((raw) => ({ ...raw, ...toPicture(raw, box) }))
      .filter((raw) => raw.x2 - raw.x1 >= LEAST_SIDE_PX && raw.y2 - raw.y1 >= LEAST_SIDE_PX)
    const drawing = { classes: model.classes, maxPixels }
    return {
      state: 'analysed',
      model: model.id,
      widthPx: size.width,
      heightPx: size.height,
      detections: found.map((raw) => toDetection(raw, size, pose, model.classes)),
      annotated: found.length > 0 ? await annotate(jpeg, size, found, drawing) : null,
    }
  }
}

async function readPicture(jpegPath: string): Promise<Buffer | null> {
  try {
    return await readFile(jpegPath)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Positions are of the box's centre. Pixels to a tenth, scores to a thousandth: nothing below is real. */
function toDetection(raw: RawDetection, size: Size, pose: Pose, classes: readonly string[]): Detection {
  const centre = { x: (raw.x1 + raw.x2) / 2, y: (raw.y1 + raw.y2) / 2 }
  const position = groundPosition(centre, size, pose)
  return {
    label: classes[raw.classIndex]!,
    score: round(raw.score, 1000),
    box: [round(raw.x1, 10), round(raw.y1, 10), round(raw.x2 - raw.x1, 10), round(raw.y2 - raw.y1, 10)],
    ...(position ? { position } : {}),
  }
}

function round(value: number, parts: number): number {
  return Math.round(value * parts) / parts
}
