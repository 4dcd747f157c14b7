import { type Command, InvalidArgumentError } from 'commander'
import type { Pixel } from '../../detectors/vision/camera.ts'
import type { GeorefAnswer } from '../georef.ts'

interface Options {
  at: Pixel[]
  alone?: boolean
  overWater: number
  json?: boolean
}

export function addGeorefCommand(program: Command): void {
  program
    .command('georef')
    .argument('<image>', 'a JPEG with the tags of its drone')
    .requiredOption('--at <u,v>', 'a pixel of the stored picture, (0,0) = upper left corner; may be repeated', addPixel)
    .option('--alone', 'do not look at the other pictures of the folder')
    .option('--over-water <metres>', 'height of the point of take-off over the water', toMetres, 0)
    .option('--json', 'the answer as JSON: [{lat, lon, radiusM} | null]')
    .description('tell where on the ground pixels of a drone’s picture lie')
    .action(async (image: string, options: Options) => {
      const { georeference } = await import('../georef.ts')
      const { at: pixels, alone = false, overWater: takeOffOverWaterM } = options
      const answer = await georeference({ image, pixels, alone, takeOffOverWaterM })
      console.log(options.json ? JSON.stringify(answer.points.map(toPoint)) : toText(pixels, answer))
    })
}

function addPixel(text: string, before: Pixel[] = []): Pixel[] {
  const match = /^\s*(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text)
  if (!match) throw new InvalidArgumentError('must be two numbers, as 2000,1125')
  return [...before, { x: Number(match[1]), y: Number(match[2]) }]
}

function toMetres(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('must be a number of metres')
  return value
}

/** Eight digits of a degree are a millimetre. */
function toPoint(point: GeorefAnswer['points'][number]) {
  if (!point) return null
  const { position, radiusM } = point
  return {
    lat: Number(position.lat.toFixed(8)),
    lon: Number(position.lon.toFixed(8)),
    radiusM: Number(radiusM.toFixed(2)),
  }
}

export function toText(pixels: readonly Pixel[], { points, neighbours, tiePoints, turned }: GeorefAnswer): string {
  const lines = points.map((point, at) => {
    const { x, y } = pixels[at]!
    if (!point) return `${x},${y}  no position: at or above the horizon, or more than 75° off straight down`
    const { lat, lon } = point.position
    return `${x},${y}  ${lat.toFixed(7)}, ${lon.toFixed(7)}  ± ${point.radiusM.toFixed(1)} m`
  })
  return [
    ...lines,
    ...(turned ? ['the picture is stored upside down against its tags'] : []),
    neighbours.length > 0
      ? `laid over ${neighbours.join(', ')}: ${tiePoints} points in common`
      : 'by its own tags alone: whether it is stored upside down was not checked',
  ].join('\n')
}
