import ScaleLine from 'ol/control/ScaleLine.js'
import Zoom from 'ol/control/Zoom.js'
import Feature, { type FeatureLike } from 'ol/Feature.js'
import LineString from 'ol/geom/LineString.js'
import type Point from 'ol/geom/Point.js'
import VectorLayer from 'ol/layer/Vector.js'
import OlMap from 'ol/Map.js'
import { fromLonLat } from 'ol/proj.js'
import VectorSource from 'ol/source/Vector.js'
import { Circle, Fill, Stroke, Style, Text } from 'ol/style.js'
import View from 'ol/View.js'
import 'ol/ol.css'
import type { ReviewState } from '../../../core/finding.ts'
import type { Position } from '../../../core/place.ts'
import { baseLayers } from '../map/base-layers.ts'
import { keepInView } from '../map/keep-in-view.ts'
import type { MapBase } from '../map/load-base.ts'
import type { MapPalette } from '../map/map-palette.ts'
import { type Marker, syncMarkers } from '../map/marker-sync.ts'
import { createProject, type Project } from '../map/project.ts'
import type { Language } from '../words/i18n.ts'

/** The map of a patrol: where it flew, what it did not cover, what it found. */
export interface RiverMap {
  showFlight(track: readonly Position[], gaps: readonly Position[][]): void
  /** Properties `review`, `glyph`. */
  showFindings(markers: readonly Marker[]): void
  showSelected(marker: Marker | undefined): void
  dispose(): void
}

interface RiverMapOptions {
  target: HTMLElement
  under: MapBase
  palette: MapPalette
  language: Language
  zoomIn: string
  zoomOut: string
  onPick: (findingId: string) => void
}

const MARGIN_PX = [24, 24, 24, 24]
/** As near as a picture shows its finding: streets around it, not single houses. */
const NEAREST_ZOOM = 17

export function createRiverMap({
  target,
  under,
  palette,
  language,
  zoomIn,
  zoomOut,
  onPick,
}: RiverMapOptions): RiverMap {
  const track = new VectorSource<Feature<LineString>>()
  const gaps = new VectorSource<Feature<LineString>>()
  const findings = new VectorSource<Feature<Point>>()
  const selected = new VectorSource<Feature<Point>>()
  const base = baseLayers(under, palette, language)
  const project = createProject(under.tiles?.shift)
  const mark = findingStyles(palette)
  const map = new OlMap({
    target,
    controls: [new Zoom({ className: 'map-zoom', zoomInTipLabel: zoomIn, zoomOutTipLabel: zoomOut }), new ScaleLine()],
    layers: [
      ...base.layers,
      new VectorLayer({ source: track, style: trackStyle(palette) }),
      new VectorLayer({ source: gaps, style: gapStyles(palette) }),
      new VectorLayer({ source: findings, style: mark }),
      new VectorLayer({ source: selected, style: (feature) => [ringStyle(palette), mark(feature)] }),
    ],
    view: new View({ center: fromLonLat([120.628, 31.317]), zoom: 15, maxZoom: 20 }),
  })
  let hasMoved = false
  const showAll = () => {
    const flown = track.getFeatures().length > 0 ? track.getExtent() : base.extent
    if (flown) map.getView().fit(flown, { padding: MARGIN_PX, maxZoom: NEAREST_ZOOM })
  }
  map.on('pointerdrag', () => {
    hasMoved = true
  })
  map.on('change:size', () => hasMoved || showAll())
  map.on('singleclick', ({ pixel }) => {
    const id = map.forEachFeatureAtPixel(pixel, (feature) => feature.getId(), { hitTolerance: 4 })
    if (typeof id === 'string' && findings.getFeatureById(id) !== null) onPick(id)
  })
  map.once('rendercomplete', () => target.setAttribute('data-ready', 'true'))
  showAll()
  return {
    showFlight(flown, missed) {
      track.clear(true)
      gaps.clear(true)
      if (flown.length > 1) track.addFeature(toLine(flown, project))
      gaps.addFeatures(missed.filter((line) => line.length > 1).map((line) => toLine(line, project)))
      hasMoved = false
      showAll()
    },
    showFindings: (markers) => syncMarkers(findings, markers, project),
    showSelected(marker) {
      syncMarkers(selected, marker === undefined ? [] : [marker], project)
      if (marker !== undefined) keepInView(map, project(marker.position))
    },
    dispose() {
      map.setTarget(undefined)
      map.dispose()
    },
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
