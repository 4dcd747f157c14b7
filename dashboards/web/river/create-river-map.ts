import Feature, { type FeatureLike } from 'ol/Feature.js'
import LineString from 'ol/geom/LineString.js'
import type Point from 'ol/geom/Point.js'
import VectorLayer from 'ol/layer/Vector.js'
import VectorSource from 'ol/source/Vector.js'
import { Circle, Fill, Stroke, Style, Text } from 'ol/style.js'
import type { ReviewState } from '../../../core/finding.ts'
import type { Position } from '../../../core/place.ts'
import { type BaseMap, createBaseMap, type MapOptions } from '../map/create-base-map.ts'
import type { MapPalette } from '../map/map-palette.ts'
import { type Marker, syncMarkers } from '../map/marker-sync.ts'
import type { Project } from '../map/project.ts'

/** The map of a patrol: where it flew, what it did not cover, what it found. */
export interface RiverMap extends Pick<BaseMap, 'showSelected' | 'dispose'> {
  showFlight(track: readonly Position[], gaps: readonly Position[][]): void
  /** Properties `review`, `glyph`. */
  showFindings(markers: readonly Marker[]): void
}

/** As near as a picture shows its finding: streets around it, not single houses. */
const NEAREST_ZOOM = 17

export function createRiverMap(options: MapOptions): RiverMap {
  const { palette } = options
  const track = new VectorSource<Feature<LineString>>()
  const gaps = new VectorSource<Feature<LineString>>()
  const findings = new VectorSource<Feature<Point>>()
  const mark = findingStyles(palette)
  const { project, showAll, showSelected, dispose } = createBaseMap(options, {
    layers: [
      new VectorLayer({ source: track, style: trackStyle(palette) }),
      new VectorLayer({ source: gaps, style: gapStyles(palette) }),
      new VectorLayer({ source: findings, style: mark }),
    ],
    selectedStyle: (feature) => [ringStyle(palette), mark(feature)],
    fitTo: [track],
    nearestZoom: NEAREST_ZOOM,
    pick(feature) {
      const isFinding = feature.get('review') !== undefined
      if (isFinding) options.onPick(String(feature.getId()))
      return isFinding
    },
  })
  return {
    ...{ showSelected, dispose },
    showFlight(flown, missed) {
      track.clear(true)
      gaps.clear(true)
      if (flown.length > 1) track.addFeature(toLine(flown, project))
      gaps.addFeatures(missed.filter((line) => line.length > 1).map((line) => toLine(line, project)))
      showAll()
    },
    showFindings: (markers) => syncMarkers(findings, markers, project),
  }
}

function toLine(positions: readonly Position[], project: Project): Feature<LineString> {
  return new Feature(new LineString(positions.map(project)))
}

function trackStyle(palette: MapPalette): Style[] {
  return [
    new Style({ stroke: new Stroke({ color: palette.background, width: 4 }) }),
    new Style({ stroke: new Stroke({ color: palette.accent, width: 1.6, lineDash: [6, 5] }) }),
  ]
}

/** As the strip map: dark ground with bars across. */
function gapStyles(palette: MapPalette): Style[] {
  return [
    new Style({ stroke: new Stroke({ color: palette.background, width: 9, lineCap: 'butt' }) }),
    new Style({ stroke: new Stroke({ color: palette.text, width: 7, lineDash: [2, 4], lineCap: 'butt' }) }),
  ]
}

function ringStyle(palette: MapPalette): Style {
  return new Style({
    image: new Circle({
      radius: 15,
      fill: new Fill({ color: `${palette.background}99` }),
      stroke: new Stroke({ color: palette.accent, width: 3 }),
    }),
  })
}

/** A disc with the sign of the class: filled while it stands, hollow once it was dismissed. */
function findingStyles(palette: MapPalette): (feature: FeatureLike) => Style {
  const known = new Map<string, Style>()
  return (feature) => {
    const [review, glyph] = [feature.get('review') as ReviewState, String(feature.get('glyph'))]
    const key = `${review} ${glyph}`
    const style = known.get(key) ?? discOf(review, glyph, palette)
    known.set(key, style)
    return style
  }
}

function discOf(review: ReviewState, glyph: string, palette: MapPalette): Style {
  const isOpen = review === 'undecided'
  const isTrue = review === 'confirmed'
  const fill = isOpen ? palette.level[3]! : isTrue ? palette.ok : palette.card
  const ink = isOpen ? palette.onLevel[3]! : isTrue ? palette.card : palette.text
  const edge = isOpen || isTrue ? palette.background : palette.faint
  return new Style({
    image: new Circle({
      radius: 9,
      fill: new Fill({ color: fill }),
      stroke: new Stroke({ color: edge, width: 1.5, ...(!isOpen && !isTrue && { lineDash: [3, 2] }) }),
    }),
    text: new Text({ text: glyph, font: `600 11px ${palette.font}`, fill: new Fill({ color: ink }), offsetY: 0.5 }),
  })
}
