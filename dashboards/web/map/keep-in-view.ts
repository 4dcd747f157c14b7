import type OlMap from 'ol/Map.js'

/** A mark nearer to the edge than this counts as out of sight. */
const EDGE_PX = 26

/** Moves a map only if the point, in its own metres, lies outside of it or under what covers its right side. */
export function keepInView(map: OlMap, point: number[]): void {
  const view = map.getView()
  const [width = 0, height = 0] = map.getSize() ?? []
  const [, rightPx = 0] = view.padding ?? []
  const pixel = map.getPixelFromCoordinate(point) as number[] | null
  if (pixel === null || width === 0) return
  const [x = 0, y = 0] = pixel
  const isSeen = x > EDGE_PX && x < width - rightPx - EDGE_PX && y > EDGE_PX && y < height - EDGE_PX
  if (!isSeen) view.animate({ center: point, duration: 200 })
}
