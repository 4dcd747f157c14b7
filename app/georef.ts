import { open, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Pose } from '../core/detection.ts'
import { AppError } from '../core/errors.ts'
import { isRefusal } from '../core/refusal.ts'
import { chooseNeighbours } from '../detectors/vision/block/choose-neighbours.ts'
import { loadGrey } from '../detectors/vision/block/load-grey.ts'
import { createPhoto, type Photo } from '../detectors/vision/block/photo.ts'
import { createPhotoBlock, MOST_PHOTOS, poseOfPhoto } from '../detectors/vision/block/photo-block.ts'
import type { Pixel } from '../detectors/vision/camera.ts'
import { createGround, type GroundPoint } from '../detectors/vision/ground.ts'
import { type FrameHeader, readFrameHeader } from '../ingest/frame-pose.ts'

export interface GeorefRequest {
  image: string
  pixels: readonly Pixel[]
  /** Doesn't look at the other pictures of the folder. */
  alone?: boolean
  takeOffOverWaterM?: number
}

export interface GeorefAnswer {
  /** In the order of the pixels; null above the horizon. */
  points: (GroundPoint | null)[]
  /** Pictures of the folder that were laid over this one. */
  neighbours: string[]
  tiePoints: number
  /** Stored upside down against its tags. */
  turned: boolean
}

/** Pictures of one flight, taken minutes apart. */
const SAME_FLIGHT_MS = 15 * 60_000
/** Headers of JPEGs, embedded previews left out, lie within. */
const HEADER_BYTES = 262_144
/** Of a large folder, the pictures whose names stand nearest. */
const MOST_HEADERS = 200
const MAX_PIXELS = 200_000_000

interface Candidate extends Photo {
  file: string
}

/** Places pixels of a stored picture on the ground. Throws `bad_request` for a picture that can't be placed. */
export async function georeference(request: GeorefRequest): Promise<GeorefAnswer> {
  const { image, takeOffOverWaterM = 0 } = request
  const header = await readHeader(image, await readWhole(image))
  checkPixels(request.pixels, header)
  const target = toCandidate(image, header, takeOffOverWaterM)
  if (!target) {
    throw new AppError('bad_request', 'the picture does not say where it was taken from: position, height, gimbal', {
      image,
      known: Object.keys(header.pose),
    })
  }
  const block = request.alone ? null : await blockAround(target, header, takeOffOverWaterM)
  const pose = block?.pose ?? header.pose
  const ground = createGround(target.size, pose, { takeOffOverWaterM })
  return {
    points: request.pixels.map((pixel) => ground?.locate(pixel) ?? null),
    neighbours: block?.files ?? [],
    tiePoints: block?.tiePoints ?? 0,
    turned: pose.turned === true,
  }
}

async function readWhole(image: string): Promise<Buffer> {
  try {
    return await readFile(image)
  } catch (cause) {
    throw new AppError('not_found', 'the picture cannot be read', { image }, { cause })
  }
}

async function readHeader(image: string, bytes: Buffer): Promise<FrameHeader> {
  const header = await readFrameHeader(bytes, { maxPixels: MAX_PIXELS })
  if (isRefusal(header)) throw new AppError('bad_request', header.detail, { image, reason: header.refused })
  return header
}

function checkPixels(pixels: readonly Pixel[], { widthPx, heightPx }: FrameHeader): void {
  for (const { x, y } of pixels) {
    if (x >= 0 && y >= 0 && x <= widthPx && y <= heightPx) continue
    throw new AppError('bad_request', `${x},${y} lies outside the picture`, { widthPx, heightPx })
  }
}

function toCandidate(
  file: string,
  { widthPx, heightPx, pose, atMs }: FrameHeader,
  overWaterM: number,
): Candidate | null {
  const photo = createPhoto(NO_PIXELS, { width: widthPx, height: heightPx }, pose, overWaterM)
  return photo && { ...photo, file, atMs: atMs ?? undefined }
}

const NO_PIXELS = { data: new Uint8Array(), width: 0, height: 0 }

/** The picture among those of its folder that show the same ground; null when there are none. */
async function blockAround(
  target: Candidate,
  { atMs }: FrameHeader,
  overWaterM: number,
): Promise<{ pose: Pose; files: string[]; tiePoints: number } | null> {
  const others = await candidatesBeside(target.file, atMs, overWaterM)
  const chosen = chooseNeighbours(target, others, MOST_PHOTOS - 1)
  const photos = (await Promise.all([target, ...chosen].map((one) => withPixels(one, overWaterM)))).filter(
    (photo) => photo !== null,
  )
  if (photos.length < 2 || photos[0]?.file !== target.file) return null
  const block = createPhotoBlock(photos)
  return {
    pose: poseOfPhoto(block.photos[0]!, overWaterM),
    files: photos.slice(1).map(({ file }) => path.basename(file)),
    tiePoints: block.tiePoints,
  }
}

async function withPixels(candidate: Candidate, overWaterM: number): Promise<Candidate | null> {
  const grey = await loadGrey(candidate.file, MAX_PIXELS)
  const photo = grey && createPhoto(grey, candidate.size, candidate.pose, overWaterM)
  return photo && { ...photo, file: candidate.file, atMs: candidate.atMs }
}

async function candidatesBeside(image: string, atMs: number | null, overWaterM: number): Promise<Candidate[]> {
  const folder = path.dirname(image)
  const candidates: Candidate[] = []
  for (const name of await namesBeside(folder, path.basename(image))) {
    const file = path.join(folder, name)
    const header = await readFrameHeader(await readStart(file), { maxPixels: MAX_PIXELS })
    if (isRefusal(header)) continue
    if (atMs !== null && header.atMs !== null && Math.abs(header.atMs - atMs) > SAME_FLIGHT_MS) continue
    const candidate = toCandidate(file, header, overWaterM)
    if (candidate) candidates.push(candidate)
  }
  return candidates
}

/** Drones number their pictures: the nearest names are the nearest in time. */
async function namesBeside(folder: string, name: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((one) => /\.jpe?g$/i.test(one) || one === name).sort()
  const at = names.indexOf(name)
  const nearest = names
    .map((one, index) => ({ one, distance: Math.abs(index - at) }))
    .filter(({ distance }) => distance > 0)
  nearest.sort((a, b) => a.distance - b.distance)
  return nearest.slice(0, MOST_HEADERS).map(({ one }) => one)
}

async function readStart(file: string): Promise<Buffer> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } catch {
    return Buffer.alloc(0)
  } finally {
    await handle.close()
  }
}
