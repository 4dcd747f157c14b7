import type { Alignment, Size } from './letterbox.ts'
import { SIDE_MULTIPLE_PX } from './run-sizes.ts'

/** A part of the picture, pixels of the picture at working scale. */
export interface Region extends Size {
  left: number
  top: number
}

/** One look of the network at a picture. */
export interface View {
  region: Region
  /** Size of the network's input. */
  input: Size
  /** Part of the picture rather than all of it. */
  isTile: boolean
}

/** How a model wants to look at pictures. */
export interface Looking {
  /** Of a tile: the network's own input, or the manifest's where the graph leaves it open. */
  input: Size
  /** Sides of the squares that the whole picture is fitted into, pixels; empty: the network's own input. */
  passes: readonly number[]
  /** The graph takes any size whose sides are multiples of 32. */
  free: boolean
  alignment: Alignment
  /** At most this many tiles a picture; 0: whole passes only. */
  mostTiles: number
  overlapPx: number
  /** Ground sampling distance at which the classes are best seen, centimetres. */
  gsdCm?: number | undefined
}

export interface ViewPlan {
  /** Size of the picture that tiles are cut from. Never larger than the picture. */
  working: Size
  views: View[]
}

/** A picture that is hardly larger than a tile is not cut. */
const WORTH_CUTTING = 1.1
/** Sharpness is measured at this size: it is decoded as large anyway. */
const LEAST_DECODED_PX = 1280
/** Where the ground resolution is known, more tiles may be spent. */
const MOST_TILES_KNOWN = 2

/**
 * Which parts of a picture the network sees, at which scale. A picture that is finer than the model's ground
 * resolution is shrunk to it and none is enlarged; where the resolution is unknown the number of tiles decides.
 * Tiles of the last column and row are shifted inside, so that all have full size.
 */
export function planViews(picture: Size, looking: Looking, gsdCm?: number): ViewPlan {
  const tile = looking.input
  const known = gsdCm !== undefined && looking.gsdCm !== undefined
  const most = looking.mostTiles * (known ? MOST_TILES_KNOWN : 1)
  const wanted = known ? Math.min(1, gsdCm / looking.gsdCm!) : 1
  const scale = Math.min(wanted, scaleForTiles(picture, tile, most, looking.overlapPx))
  const cut = scaled(picture, scale)
  const isCut = looking.mostTiles > 0 && !fits(cut, tile)
  const working = isCut ? cut : largestWhole(cut, looking)
  return {
    working,
    views: [...(isCut ? tiles(working, tile, looking) : []), ...wholeViews(working, looking)],
  }
}

function fits(picture: Size, tile: Size): boolean {
  return picture.width <= tile.width * WORTH_CUTTING && picture.height <= tile.height * WORTH_CUTTING
}

function scaled({ width, height }: Size, scale: number): Size {
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** The largest scale up to 1 at which no more than `most` tiles cover the picture. */
function scaleForTiles(picture: Size, tile: Size, most: number, overlapPx: number): number {
  if (most <= 0) return 1
  let best = 0
  for (let columns = 1; columns <= most; columns++) {
    const rows = Math.floor(most / columns)
    const width = tile.width + (columns - 1) * (tile.width - overlapPx)
    const height = tile.height + (rows - 1) * (tile.height - overlapPx)
    best = Math.max(best, Math.min(width / picture.width, height / picture.height))
  }
  return Math.min(1, best)
}

function tiles(working: Size, tile: Size, { overlapPx, free }: Looking): View[] {
  const columns = starts(working.width, tile.width, overlapPx)
  const rows = starts(working.height, tile.height, overlapPx)
  const region = { width: Math.min(tile.width, working.width), height: Math.min(tile.height, working.height) }
  const input = free ? trimmed(region, tile) : tile
  return rows.flatMap((top) => columns.map((left) => ({ region: { left, top, ...region }, input, isTile: true })))
}

/** Where tiles begin: overlapping by at least `overlapPx`, the last ends with the picture. */
export function starts(length: number, side: number, overlapPx: number): number[] {
  if (length <= side) return [0]
  const count = 1 + Math.ceil((length - side) / (side - overlapPx))
  return Array.from({ length: count }, (_, at) => Math.round((at * (length - side)) / (count - 1)))
}

function wholeViews(working: Size, { passes, input, free }: Looking): View[] {
  const region = { left: 0, top: 0, ...working }
  if (!free || passes.length === 0) return [{ region, input, isTile: false }]
  return passes.map((side) => {
    const square = { width: side, height: side }
    return { region, input: trimmed(fitted(working, side), square), isTile: false }
  })
}

/** What is looked at whole only need not be decoded much larger; each pass is shrunk from what was decoded. */
function largestWhole(picture: Size, { passes, input, free }: Looking): Size {
  const scaleInto = (square: Size) => Math.min(square.width / picture.width, square.height / picture.height)
  const scales =
    free && passes.length > 0 ? passes.map((side) => scaleInto({ width: side, height: side })) : [scaleInto(input)]
  const decoded = LEAST_DECODED_PX / Math.max(picture.width, picture.height)
  return scaled(picture, Math.min(1, Math.max(decoded, ...scales)))
}

function fitted({ width, height }: Size, side: number): Size {
  return scaled({ width, height }, side / Math.max(width, height))
}

/** No more padding than the network's grid asks for. */
function trimmed({ width, height }: Size, longest: Size): Size {
  const up = (px: number, most: number) => Math.min(most, Math.ceil(px / SIDE_MULTIPLE_PX) * SIDE_MULTIPLE_PX)
  return { width: up(width, longest.width), height: up(height, longest.height) }
}
