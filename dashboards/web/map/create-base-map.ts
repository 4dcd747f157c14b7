import ScaleLine from 'ol/control/ScaleLine.js'
import Zoom from 'ol/control/Zoom.js'
import type Feature from 'ol/Feature.js'
import type { FeatureLike } from 'ol/Feature.js'
import type Point from 'ol/geom/Point.js'
import type BaseLayer from 'ol/layer/Base.js'
import VectorLayer from 'ol/layer/Vector.js'
import OlMap from 'ol/Map.js'
import { fromLonLat } from 'ol/proj.js'
import VectorSource from 'ol/source/Vector.js'
import type { StyleFunction } from 'ol/style/Style.js'
import View from 'ol/View.js'
import 'ol/ol.css'
import type { Language } from '../words/i18n.ts'
import { baseLayers } from './base-layers.ts'
import { extentOf } from './extent-of.ts'
import { keepInView } from './keep-in-view.ts'
import type { MapBase } from './load-base.ts'
import type { MapPalette } from './map-palette.ts'
import { type Marker, syncMarkers } from './marker-sync.ts'
import { createProject, type Project } from './project.ts'

/** What every map is made with. */
export interface MapOptions {
  target: HTMLElement
  under: MapBase
  palette: MapPalette
  language: Language
  zoomIn: string
  zoomOut: string
  onPick: (id: string) => void
}

/** What a page draws over the base. */
interface Drawing {
  /** The lowest first; what is selected lies over all of them. */
  layers: BaseLayer[]
  selectedStyle: StyleFunction
  /** What the map is fitted to; to the whole base where there is nothing in them. */
  fitTo: readonly VectorSource[]
  /** Not nearer than this when it is fitted. */
  nearestZoom: number
  /** Does what a click on this means; false where that is nothing, and what lies beneath is asked. */
  pick: (feature: FeatureLike) => boolean
}

/** What all maps do. */
export interface BaseMap {
  map: OlMap
  project: Project
  fitUnlessMoved(): void
  /** Whether or not somebody has moved it. */
  showAll(): void
  /** Drawn in a layer of its own, and brought into view. */
  showSelected(marker: Marker | undefined): void
  keepSelectedInView(): void
  dispose(): void
}

const MARGIN_PX = [24, 24, 24, 24]
/** A click so near to a mark is meant for it. */
const HIT_PX = 4

/** The base, what the page draws over it, and what is selected. It is fitted again to each new size until somebody moves it. */
export function createBaseMap(
  { target, under, palette, language, zoomIn, zoomOut }: MapOptions,
  { layers, selectedStyle, fitTo, nearestZoom, pick }: Drawing,
): BaseMap {
  const base = baseLayers(under, palette, language)
  const project = createProject(under.tiles?.shift)
  const selected = new VectorSource<Feature<Point>>()
  const map = new OlMap({
    target,
    controls: [new Zoom({ className: 'map-zoom', zoomInTipLabel: zoomIn, zoomOutTipLabel: zoomOut }), new ScaleLine()],
    layers: [...base.layers, ...layers, new VectorLayer({ source: selected, style: selectedStyle })],
    view: new View({ center: fromLonLat([120.628, 31.317]), zoom: 15, maxZoom: 20 }),
  })
  let hasMoved = false
  const keepView = () => {
    hasMoved = true
  }
  const fitUnlessMoved = () => {
    const extent = extentOf(fitTo) ?? base.extent
    if (!hasMoved && extent !== undefined) map.getView().fit(extent, { padding: MARGIN_PX, maxZoom: nearestZoom })
  }
  const keepSelectedInView = () => {
    const point = selected.getFeatures()[0]?.getGeometry()
    if (point !== undefined) keepInView(map, point.getCoordinates())
  }
  map.on('pointerdrag', keepView)
  map.getViewport()!.addEventListener('wheel', keepView, { passive: true })
  map.on('change:size', fitUnlessMoved)
  map.on('singleclick', ({ pixel }) => {
    map.forEachFeatureAtPixel(pixel, pick, { hitTolerance: HIT_PX })
  })
  map.once('rendercomplete', () => target.setAttribute('data-ready', 'true'))
  fitUnlessMoved()
  return {
    ...{ map, project, fitUnlessMoved, keepSelectedInView },
    showAll() {
      hasMoved = false
      fitUnlessMoved()
    },
    showSelected(marker) {
      syncMarkers(selected, marker === undefined ? [] : [marker], project)
      keepSelectedInView()
    },
    dispose() {
      map.setTarget(undefined)
      map.dispose()
    },
  }
}
