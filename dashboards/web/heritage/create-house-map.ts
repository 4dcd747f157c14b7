import ScaleLine from 'ol/control/ScaleLine.js'
import Zoom from 'ol/control/Zoom.js'
import type Feature from 'ol/Feature.js'
import type { FeatureLike } from 'ol/Feature.js'
import type Point from 'ol/geom/Point.js'
import VectorLayer from 'ol/layer/Vector.js'
import OlMap from 'ol/Map.js'
import { fromLonLat } from 'ol/proj.js'
import VectorSource from 'ol/source/Vector.js'
import { Circle, Fill, Stroke, Style } from 'ol/style.js'
import View from 'ol/View.js'
import 'ol/ol.css'
import { createAlertStyles } from '../map/alert-styles.ts'
import { baseLayers } from '../map/base-layers.ts'
import { keepInView } from '../map/keep-in-view.ts'
import type { MapBase } from '../map/load-base.ts'
import type { MapPalette } from '../map/map-palette.ts'
import { type Marker, syncMarkers } from '../map/marker-sync.ts'
import { createProject } from '../map/project.ts'
import type { Language } from '../words/i18n.ts'

/** Houses where they stand: those with open alerts by their level, the others small, grey where nothing is heard. */
export interface HouseMap {
  /** Property `sign`: a level, `watched`, `well` or what is not known. */
  showHouses(markers: readonly Marker[]): void
  showSelected(marker: Marker | undefined): void
  dispose(): void
}

interface HouseMapOptions {
  target: HTMLElement
  under: MapBase
  palette: MapPalette
  language: Language
  zoomIn: string
  zoomOut: string
  onPick: (houseId: string) => void
}

const MARGIN_PX = [20, 20, 20, 20]

export function createHouseMap({
  target,
  under,
  palette,
  language,
  zoomIn,
  zoomOut,
  onPick,
}: HouseMapOptions): HouseMap {
  const small = new VectorSource<Feature<Point>>()
  const large = new VectorSource<Feature<Point>>()
  const selected = new VectorSource<Feature<Point>>()
  const marks = createAlertStyles(palette)
  const dot = dotStyles(palette)
  const base = baseLayers(under, palette, language)
  const project = createProject(under.tiles?.shift)
  const map = new OlMap({
    target,
    controls: [new Zoom({ className: 'map-zoom', zoomInTipLabel: zoomIn, zoomOutTipLabel: zoomOut }), new ScaleLine()],
    layers: [
      ...base.layers,
      new VectorLayer({ source: small, style: dot }),
      new VectorLayer({ source: large, style: (feature) => marks.mark(feature) }),
      new VectorLayer({
        source: selected,
        style: (feature) => [...marks.ring, hasLevel(feature) ? marks.mark(feature) : dot(feature)],
      }),
    ],
    view: new View({ center: fromLonLat([120.628, 31.317]), zoom: 15, maxZoom: 20 }),
  })
  let hasMoved = false
  const showAll = () => {
    const houses = small.getFeatures().length + large.getFeatures().length > 0 ? extentOf(small, large) : base.extent
    if (houses) map.getView().fit(houses, { padding: MARGIN_PX, maxZoom: 18 })
  }
  map.on('pointerdrag', () => {
    hasMoved = true
  })
  map.on('change:size', () => hasMoved || showAll())
  map.on('singleclick', ({ pixel }) => {
    const id = map.forEachFeatureAtPixel(pixel, (feature) => (feature.get('sign') ? feature.getId() : undefined), {
      hitTolerance: 5,
    })
    if (typeof id === 'string') onPick(id)
  })
  map.once('rendercomplete', () => target.setAttribute('data-ready', 'true'))
  return {
    showHouses(markers) {
      const isFirst = small.getFeatures().length + large.getFeatures().length === 0
      syncMarkers(
        small,
        markers.filter(({ properties }) => properties.level === null),
        project,
      )
      syncMarkers(
        large,
        markers.filter(({ properties }) => properties.level !== null),
        project,
      )
      if (isFirst && !hasMoved) showAll()
    },
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

function hasLevel(feature: FeatureLike): boolean {
  return typeof feature.get('level') === 'number'
}

function extentOf(...sources: VectorSource<Feature<Point>>[]): number[] | undefined {
  const extents = sources.flatMap((source) => (source.getFeatures().length > 0 ? [source.getExtent()!] : []))
  const [first, second] = extents
  if (first === undefined || second === undefined) return first
  return [
    ...[Math.min(first[0]!, second[0]!), Math.min(first[1]!, second[1]!)],
    ...[Math.max(first[2]!, second[2]!), Math.max(first[3]!, second[3]!)],
  ]
}

/** Full where something is known, hollow where nobody hears anything, and never green without data. */
function dotStyles(palette: MapPalette): (feature: FeatureLike) => Style {
  const filled = (color: string, radius: number) =>
    new Style({
      image: new Circle({
        radius,
        fill: new Fill({ color }),
        stroke: new Stroke({ color: palette.background, width: 1 }),
      }),
    })
  const hollow = (radius: number) =>
    new Style({
      image: new Circle({
        ...{ radius, fill: new Fill({ color: palette.background }) },
        stroke: new Stroke({ color: palette.faint, width: 1.6 }),
      }),
    })
  const styles: Record<string, Style> = {
    watched: filled(palette.accent, 5),
    well: filled(palette.ok, 3.5),
    partly: hollow(4.5),
    silent: hollow(4.5),
    none: filled(palette.faint, 2),
  }
  return (feature) => styles[String(feature.get('sign'))] ?? styles.none!
}
