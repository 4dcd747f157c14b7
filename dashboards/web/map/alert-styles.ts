import type { FeatureLike } from 'ol/Feature.js'
import { Circle, Fill, Icon, Stroke, Style, Text } from 'ol/style.js'
import { LEVEL_SHAPES, type Level } from '../shell/severity-mark.tsx'
import type { MapPalette } from './map-palette.ts'

/** A mark of 28 px, drawn at twice its size for sharp screens. */
const MARK_PX = 56

/** How alerts look on the map: shape, digit and colour alone; a ring with their number, coloured by the worst, together. */
export function createAlertStyles(palette: MapPalette) {
  const marks = new Map<string, Style>()
  const rings = new Map<string, Style[]>()
  const selection = new Style({
    image: new Circle({
      radius: 20,
      fill: new Fill({ color: `${palette.background}99` }),
      stroke: new Stroke({ color: palette.accent, width: 3 }),
    }),
  })

  function markOf(feature: FeatureLike): Style {
    const level = feature.get('level') as Level
    const isWaiting = feature.get('isWaiting') === true
    const key = `${level}${isWaiting}`
    const known = marks.get(key)
    if (known !== undefined) return known
    const image = new Icon({ img: drawMark(level, isWaiting, palette), size: [MARK_PX, MARK_PX], scale: 0.5 })
    const style = new Style({ image })
    marks.set(key, style)
    return style
  }

  function ringOf(members: FeatureLike[]): Style[] {
    const worst = Math.min(...members.map((member) => member.get('level') as number))
    const key = `${worst}:${members.length}`
    const known = rings.get(key) ?? ringStyle(worst, members.length, palette)
    rings.set(key, known)
    return known
  }

  return {
    cluster(feature: FeatureLike): Style | Style[] {
      const members = feature.get('features') as FeatureLike[]
      return members.length === 1 ? markOf(members[0]!) : ringOf(members)
    },
    selected: (feature: FeatureLike): Style[] => [selection, markOf(feature)],
    /** One feature with a `level`. */
    mark: markOf,
    ring: [selection],
  }
}

/** On a light map a yellow ring needs a dark edge to be seen. */
function ringStyle(worst: number, count: number, palette: MapPalette): Style[] {
  const radius = 12 + Math.min(18, Math.sqrt(count) * 1.4)
  const width = 6 - Math.min(3, worst)
  const edge = new Style({
    image: new Circle({ radius, stroke: new Stroke({ color: palette.ring, width: width + 2 }) }),
  })
  const ring = new Style({
    image: new Circle({
      radius,
      fill: new Fill({ color: palette.card }),
      stroke: new Stroke({ color: palette.level[worst]!, width }),
    }),
    text: new Text({
      text: String(count),
      font: `600 12px ${palette.font}`,
      fill: new Fill({ color: palette.ink }),
    }),
  })
  return [edge, ring]
}

/** Filled while it waits for somebody, hollow once acknowledged. */
function drawMark(level: Level, isWaiting: boolean, palette: MapPalette): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = MARK_PX
  canvas.height = MARK_PX
  const ctx = canvas.getContext('2d')!
  const colour = palette.level[level]!
  const shape = new Path2D(LEVEL_SHAPES[level])
  ctx.scale(2, 2)
  ctx.translate(2, 2)
  ctx.lineWidth = 4
  ctx.strokeStyle = palette.background
  ctx.stroke(shape)
  ctx.fillStyle = isWaiting ? colour : palette.card
  ctx.fill(shape)
  drawEdge(ctx, shape, palette.ring, isWaiting ? 1 : 4)
  if (!isWaiting) drawEdge(ctx, shape, colour, 2.4)
  ctx.fillStyle = isWaiting ? palette.onLevel[level]! : palette.ink
  ctx.font = `700 ${level === 2 ? 11 : 13}px ${palette.font}`
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  ctx.fillText(String(level), 12, level === 2 ? 16 : 12.5)
  return canvas
}

function drawEdge(ctx: CanvasRenderingContext2D, shape: Path2D, colour: string, width: number): void {
  ctx.lineWidth = width
  ctx.strokeStyle = colour
  ctx.stroke(shape)
}
