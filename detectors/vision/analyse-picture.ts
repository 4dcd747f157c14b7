import { readFile } from 'node:fs/promises'
import type { Detection, Pose } from '../../core/detection.ts'
import type { AnalysisResult } from './analysis-result.ts'
import { annotate, PERSON } from './annotate.ts'
import { loadGrey } from './block/load-grey.ts'
import type { Grey } from './block/photo.ts'
import { COMPARED_SIDE_PX, checkedPose } from './block/upside-down.ts'
import type { Box } from './box.ts'
import { createGround, type Ground } from './ground.ts'
import { type Letterbox, letterbox, type Size, toPicture } from './letterbox.ts'
import type { LoadedModel } from './load-model.ts'
import { lookOf } from './look.ts'
import { isClipped, mergeSights, type Sight } from './merge.ts'
import type { Network } from './network.ts'
import { DOUBTFUL_PERSON, peopleIn } from './people.ts'
import { decodeAt, readSize } from './picture.ts'
import { measureQuality, QUALITY_SIDE_PX, toGrey } from './quality.ts'
import { type Raster, resizeRaster, toInputPixels } from './raster.ts'
import { type Looking, planViews, type View } from './views.ts'

/** What is known of a picture beside its bytes. */
export interface PictureContext {
  pose?: Pose
  /** How far the water lies below the point of take-off, metres. */
  takeOffOverWaterM?: number
  /** What the same drone took before, and its pose: whether this one is stored upside down shows in both together. */
  neighbour?: { jpegPath: string; size: Size; pose: Pose }
  /** Makes no annotated picture. */
  undrawn?: boolean
}

/** Looks at one stored picture with a network. Throws only what is nobody's fault but ours. One call at a time. */
export type AnalysePicture = (jpegPath: string, context: PictureContext) => Promise<AnalysisResult>

/** Boxes thinner than this after cutting at the picture's edge show nothing. */
const LEAST_SIDE_PX = 1
const MOST_TILES = 12
const OVERLAP_PX = 64

export function createAnalysePicture(options: {
  network: Network
  model: LoadedModel
  maxPixels: number
}): AnalysePicture {
  const { network, model, maxPixels } = options
  const looking = lookingOf(network, model)

  return async (jpegPath, { pose: told = {}, takeOffOverWaterM = 0, neighbour, undrawn = false }) => {
    const jpeg = await readPicture(jpegPath)
    if (jpeg === null) return { state: 'refused', reason: 'missing' }
    const size = await readSize(jpeg, maxPixels)
    if ('state' in size) return size
    const plan = planViews(size, looking, createGround(size, told, { takeOffOverWaterM })?.frame()?.gsdCm)
    const base = await decodeAt(jpeg, baseSize(size, plan.working), maxPixels)
    if ('state' in base) return base
    const pose = neighbour ? await poseBeside(neighbour, { size, pose: told, base, maxPixels }) : told
    const ground = createGround(size, pose, { takeOffOverWaterM })
    const frame = ground?.frame() ?? null

    const sights = await look(network, await resizeRaster(base, plan.working), plan.views, model.largestBoxPx)
    const isSure = ({ classIndex, score }: Sight) => score >= model.thresholds[model.classes[classIndex]!]!
    const inPicture = (sight: Sight) => ({ ...sight, ...scaleBox(sight, plan.working, size) })
    const reported = mergeSights(sights.filter(isSure), model.nmsIou)
    const people = peopleIn(sights, reported, model).map(inPicture)
    const found = reported
      .map(inPicture)
      .filter((raw) => raw.x2 - raw.x1 >= LEAST_SIDE_PX && raw.y2 - raw.y1 >= LEAST_SIDE_PX)
    const drawing = { classes: model.classes, maxPixels, people }
    return {
      state: 'analysed',
      model: model.id,
      widthPx: size.width,
      heightPx: size.height,
      quality: await qualityOf(base),
      ...(pose !== told && { pose }),
      ...(frame && { ground: { ...frame, gsdCm: round(frame.gsdCm, 1000) } }),
      detections: found.map((sight) => ({
        ...toDetection(sight, model.classes),
        ...placed(sight, ground),
        look: lookOf(base, scaleBox(sight, size, base)),
      })),
      ...(model.classes.includes(PERSON) && { people: people.map((box) => toPixelBox(box, size)) }),
      annotated: found.length > 0 && !undrawn ? await annotate(jpeg, size, found, drawing) : null,
    }
  }
}

/** How a network looks at pictures, by its graph and its manifest. */
export function lookingOf({ layout }: Network, { passes, tiles, gsdCm }: LoadedModel): Looking {
  return {
    input: layout.size,
    free: layout.free,
    alignment: layout.alignment,
    passes: layout.free ? (passes ?? [Math.max(layout.size.width, layout.size.height)]) : [],
    mostTiles: tiles?.most ?? MOST_TILES,
    overlapPx: tiles?.overlapPx ?? OVERLAP_PX,
    gsdCm,
  }
}

function poseBeside(
  { jpegPath, ...before }: NonNullable<PictureContext['neighbour']>,
  { base, maxPixels, ...picture }: { size: Size; pose: Pose; base: Raster; maxPixels: number },
): Promise<Pose> {
  return checkedPose(
    { ...picture, grey: async () => greyOf(await resizeRaster(base, fitted(base, COMPARED_SIDE_PX))) },
    { ...before, grey: () => loadGrey(jpegPath, maxPixels, COMPARED_SIDE_PX) },
  )
}

function greyOf(raster: Raster): Grey {
  return { width: raster.width, height: raster.height, data: toGrey(raster) }
}

async function readPicture(jpegPath: string): Promise<Buffer | null> {
  try {
    return await readFile(jpegPath)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** As large as both the tiles and the measure of sharpness need it: the picture is decoded once. */
function baseSize(picture: Size, working: Size): Size {
  const longest = Math.max(picture.width, picture.height)
  if (Math.max(working.width, working.height) >= Math.min(longest, QUALITY_SIDE_PX)) return working
  return fitted(picture, QUALITY_SIDE_PX)
}

/** Shrunk to a longer side of `sidePx`, never enlarged. */
function fitted({ width, height }: Size, sidePx: number): Size {
  const scale = Math.min(1, sidePx / Math.max(width, height))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

async function qualityOf(base: Raster) {
  const { sharpness, brightness, clipped } = measureQuality(await resizeRaster(base, fitted(base, QUALITY_SIDE_PX)))
  return { sharpness: round(sharpness, 10), brightness: round(brightness, 1000), clipped: round(clipped, 10_000) }
}

/**
 * All views one after the other: on one core a batch is no faster, and it needs as much memory as it has tiles. Boxes
 * longer than `largestBoxPx` of the input are taken from the last view alone.
 */
async function look(
  network: Network,
  working: Raster,
  views: readonly View[],
  largestBoxPx = Number.POSITIVE_INFINITY,
): Promise<Sight[]> {
  const { padding, alignment } = network.layout
  const sights: Sight[] = []
  for (const [index, { region, input, isTile }] of views.entries()) {
    const box = letterbox(region, input, alignment)
    const pixels = await toInputPixels(working, region, box, padding)
    const isLast = index === views.length - 1
    for (const raw of await network.detect(pixels, input, DOUBTFUL_PERSON)) {
      if (!isLast && Math.max(raw.x2 - raw.x1, raw.y2 - raw.y1) >= largestBoxPx) continue
      const placed = toWorking(raw, box, region)
      const cut = isTile && isClipped(placed, region, working)
      sights.push({ ...raw, ...placed, view: index, isTile, isClipped: cut })
    }
  }
  return sights
}

function toWorking(raw: Parameters<typeof toPicture>[0], box: Letterbox, { left, top }: { left: number; top: number }) {
  const { x1, y1, x2, y2 } = toPicture(raw, box)
  return { x1: x1 + left, y1: y1 + top, x2: x2 + left, y2: y2 + top }
}

function scaleBox({ x1, y1, x2, y2 }: Parameters<typeof toPicture>[0], from: Size, to: Size) {
  const [x, y] = [to.width / from.width, to.height / from.height]
  return { x1: x1 * x, y1: y1 * y, x2: x2 * x, y2: y2 * y }
}

/** Whole pixels inside the picture that hold the box. */
function toPixelBox({ x1, y1, x2, y2 }: Box, { width, height }: Size): [number, number, number, number] {
  const [left, top] = [Math.max(0, Math.floor(x1)), Math.max(0, Math.floor(y1))]
  return [left, top, Math.min(width, Math.ceil(x2)) - left, Math.min(height, Math.ceil(y2)) - top]
}

/** Pixels to a tenth, scores to a thousandth: nothing below is real. */
function toDetection(sight: Sight, classes: readonly string[]): Detection {
  const { x1, y1, x2, y2 } = sight
  return {
    label: classes[sight.classIndex]!,
    score: round(sight.score, 1000),
    box: [round(x1, 10), round(y1, 10), round(x2 - x1, 10), round(y2 - y1, 10)],
  }
}

/** Position of the box's centre, and its size; nothing where the pose doesn't tell. */
function placed(sight: Sight, ground: Ground | null): Partial<Detection> {
  const centre = ground?.locate({ x: (sight.x1 + sight.x2) / 2, y: (sight.y1 + sight.y2) / 2 })
  if (!ground || !centre) return {}
  const measured = ground.measure(sight)
  const size = measured && {
    areaM2: round(measured.areaM2, 1000),
    sizeM: [round(measured.sizeM[0], 100), round(measured.sizeM[1], 100)] as [number, number],
  }
  return { position: centre.position, radiusM: round(centre.radiusM, 10), ...size }
}

function round(value: number, parts: number): number {
  return Math.round(value * parts) / parts
}
