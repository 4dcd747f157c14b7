import type { Extent } from 'ol/extent.js'
import type Feature from 'ol/Feature.js'
import type { FeatureLike } from 'ol/Feature.js'
import GeoJSON from 'ol/format/GeoJSON.js'
import LineString from 'ol/geom/LineString.js'
import Point from 'ol/geom/Point.js'
import Polygon from 'ol/geom/Polygon.js'
import type BaseLayer from 'ol/layer/Base.js'
import VectorLayer from 'ol/layer/Vector.js'
import type { TransformFunction } from 'ol/proj.js'
import VectorSource from 'ol/source/Vector.js'
import { Circle, Fill, Stroke, Style, Text } from 'ol/style.js'
import type { Language } from '../words/i18n.ts'
import { extentOf } from './extent-of.ts'
import type { MapBase } from './load-base.ts'
import type { MapPalette } from './map-palette.ts'
import type { Shift } from './project.ts'
import { nameOf, streetName } from './street-name.ts'

/** Over tiles only what no public map has is drawn. */
const OVER_TILES: ReadonlySet<string> = new Set(['heritage-quarter', 'chainage'])

/** The lowest layers: tiles, if there are any, and roads, water, buildings and names from one GeoJSON. Kinds that it does not know are left out. */
export function baseLayers({ world, tiles }: MapBase, palette: MapPalette, language: Language): Base {
  const isMeant = (feature: Feature) => tiles === null || OVER_TILES.has(String(feature.get('kind')))
  const features = readWorld(world, tiles?.shift).filter(isMeant)
  const byKind = Map.prototype.get.bind(groupByKind(features)) as (kind: string) => Feature[] | undefined
  const layer = (kinds: string[], style: (feature: FeatureLike) => Style | Style[] | undefined, declutter = false) =>
    new VectorLayer({
      source: new VectorSource({ features: kinds.flatMap((kind) => byKind(kind) ?? []) }),
      style,
      declutter,
      updateWhileAnimating: true,
    })
  const styles = baseStyles(palette, language)
  const vectors = [
    layer(['block'], () => styles.block),
    layer(['river', 'bank'], () => styles.river),
    layer(['road'], styles.road),
    layer(['building'], (feature) => (feature.get('heritage') ? styles.heritage : styles.building)),
    layer(['heritage-quarter'], styles.quarter),
    layer(['road'], styles.roadName, true),
    layer(['riverline'], styles.riverName, true),
    layer(['chainage'], styles.chainage, true),
  ]
  return {
    layers: [...(tiles?.layers ?? []), ...vectors],
    extent: extentOf(vectors.map((layer) => layer.getSource()!)),
  }
}

/** What lies under everything else, and what the map is fitted to: everything that has a kind. */
export interface Base {
  layers: BaseLayer[]
  extent: Extent | undefined
}

/** A map that is not GeoJSON is an empty one: alerts are shown all the same. */
function readWorld(world: object, shift: Shift | undefined): Feature[] {
  try {
    const features = new GeoJSON().readFeatures(world)
    for (const feature of features) {
      if (shift) feature.getGeometry()?.applyTransform(flatly(shift))
      feature.getGeometry()?.transform('EPSG:4326', 'EPSG:3857')
    }
    return features
  } catch {
    return []
  }
}

/** A shift for the flat lists of coordinates that geometries are made of. */
function flatly(shift: Shift): TransformFunction {
  return (input, output = input, stride = 2) => {
    for (let i = 0; i < input.length; i += stride) [output[i], output[i + 1]] = shift([input[i]!, input[i + 1]!])
    return output
  }
}

function groupByKind(features: Feature[]): Map<string, Feature[]> {
  const groups = new Map<string, Feature[]>()
  for (const feature of features) {
    const kind = String(feature.get('kind'))
    groups.set(kind, [...(groups.get(kind) ?? []), feature])
  }
  return groups
}

function baseStyles(palette: MapPalette, language: Language) {
  const halo = new Stroke({ color: palette.background, width: 3 })
  const text = (words: string, colour: string, sizePx: number, options: object = {}) =>
    new Text({
      text: words,
      font: `${sizePx}px ${palette.font}`,
      fill: new Fill({ color: colour }),
      stroke: halo,
      ...options,
    })
  const filled = (fill: string, line: string, width: number) =>
    new Style({ fill: new Fill({ color: fill }), stroke: new Stroke({ color: line, width }) })
  const lane = new Style({ stroke: new Stroke({ color: palette.road, width: 3 }) })
  const street = new Style({ stroke: new Stroke({ color: palette.road, width: 6 }) })
  const quarterLine = new Stroke({ color: palette.quarter, width: 1.5, lineDash: [7, 5] })
  const milestone = new Circle({
    radius: 3,
    fill: new Fill({ color: palette.background }),
    stroke: new Stroke({ color: palette.waterText, width: 1.4 }),
  })
  return {
    block: filled('transparent', palette.buildingLine, 0.6),
    river: new Style({ fill: new Fill({ color: palette.water }) }),
    building: filled(palette.building, palette.buildingLine, 0.6),
    heritage: filled(palette.heritage, palette.heritageLine, 0.8),
    road: (feature: FeatureLike) => (feature.get('class') === 'lane' ? lane : street),
    quarter: (feature: FeatureLike) => [
      new Style({ stroke: quarterLine }),
      new Style({
        geometry: lowestPoint(feature),
        text: text(nameOf(feature, language), palette.quarter, 13, { offsetY: 16 }),
      }),
    ],
    roadName: (feature: FeatureLike) =>
      roadName(feature, language, (words, options) => text(words, palette.text, 12, options)),
    riverName: (feature: FeatureLike) =>
      new Style({ text: text(nameOf(feature, language), palette.waterText, 14, { placement: 'line' }) }),
    chainage: (feature: FeatureLike) =>
      feature.get('major')
        ? new Style({ image: milestone, text: text(String(feature.get('k') ?? ''), palette.text, 11, { offsetY: 13 }) })
        : undefined,
  }
}

/** Names of areas stand below them: inside, everything else is written. */
function lowestPoint(feature: FeatureLike): Point {
  const area = feature.getGeometry()
  const corners = area instanceof Polygon ? (area.getCoordinates()[0] ?? []) : []
  const lowest = corners.reduce((low, corner) => (corner[1]! < low[1]! ? corner : low), corners[0] ?? [0, 0])
  return new Point(lowest)
}

/** Along the street, or upright in its middle. */
function roadName(feature: FeatureLike, language: Language, text: (words: string, options: object) => Text): Style {
  const { words, isUpright } = streetName(feature, language)
  const line = feature.getGeometry()
  if (!isUpright || !(line instanceof LineString)) return new Style({ text: text(words, { placement: 'line' }) })
  return new Style({ geometry: new Point(line.getCoordinateAt(0.5)), text: text(words, {}) })
}
