import ScaleLine from 'ol/control/ScaleLine.js'
import Zoom from 'ol/control/Zoom.js'
import type Feature from 'ol/Feature.js'
import type { FeatureLike } from 'ol/Feature.js'
import type Point from 'ol/geom/Point.js'
import VectorLayer from 'ol/layer/Vector.js'
import OlMap from 'ol/Map.js'
import { fromLonLat } from 'ol/proj.js'
import Cluster from 'ol/source/Cluster.js'
import VectorSource from 'ol/source/Vector.js'
import { Circle, Fill, Stroke, Style } from 'ol/style.js'
import View from 'ol/View.js'
import 'ol/ol.css'
import type { Language } from '../words/i18n.ts'
import { createAlertStyles } from './alert-styles.ts'
import { baseLayers } from './base-layers.ts'
import { keepInView } from './keep-in-view.ts'
import type { MapBase } from './load-base.ts'
import type { MapPalette } from './map-palette.ts'
import { type Marker, syncMarkers } from './marker-sync.ts'
import { createProject } from './project.ts'

/** The map as the page uses it. */
export interface SituationMap {
  showAlerts(markers: readonly Marker[]): void
  showDevices(markers: readonly Marker[]): void
  /** Drawn in a layer of its own, outside any cluster. */
  showSelected(marker: Marker | undefined): void
  /** Tells how much of the right side something else covers, and keeps what is selected out from under it. */
  setCover(rightPx: number): void
  /** Back to the whole sub-district. */
  showAll(): void
  dispose(): void
}

interface MapOptions {
  target: HTMLElement
  under: MapBase
  palette: MapPalette
  language: Language
  zoomIn: string
  zoomOut: string
  onPick: (alertId: string) => void
}

const CLUSTER_PX = 38
const MARGIN_PX = [28, 28, 28, 28]

export function createMap({ target, under, palette, language, zoomIn, zoomOut, onPick }: MapOptions): SituationMap {
  const alerts = new VectorSource<Feature<Point>>()
  const devices = new VectorSource<Feature<Point>>()
  const selected = new VectorSource<Feature<Point>>()
  const styles = createAlertStyles(palette)
  const base = baseLayers(under, palette, language)
  const project = createProject(under.tiles?.shift)
  const map = new OlMap({
    target,
    controls: [new Zoom({ className: 'map-zoom', zoomInTipLabel: zoomIn, zoomOutTipLabel: zoomOut }), new ScaleLine()],
    layers: [
      ...base.layers,
      new VectorLayer({ source: devices, style: deviceStyles(palette) }),
      new VectorLayer({ source: new Cluster({ source: alerts, distance: CLUSTER_PX }), style: styles.cluster }),
      new VectorLayer({ source: selected, style: styles.selected }),
    ],
    view: new View({ center: fromLonLat([120.628, 31.317]), zoom: 15, maxZoom: 20 }),
  })
  const { extent } = base
  const showWorld = () => extent !== undefined && map.getView().fit(extent, { padding: MARGIN_PX })
  let hasMoved = false
  const keepView = () => {
    hasMoved = true
  }
  map.on('pointerdrag', keepView)
  target.addEventListener('wheel', keepView, { passive: true })
  map.on('change:size', () => hasMoved || showWorld())
  map.on('singleclick', ({ pixel }) => {
    const members = map.forEachFeatureAtPixel(pixel, (feature) => feature.get('features') as Feature[] | undefined)
    if (members?.length === 1) onPick(String(members[0]!.getId()))
    else if (members !== undefined) zoomTo(map, members)
  })
  map.once('rendercomplete', () => target.setAttribute('data-ready', 'true'))
  showWorld()
  return {
    showAlerts: (markers) => syncMarkers(alerts, markers, project),
    showDevices: (markers) => syncMarkers(devices, markers, project),
    showSelected(marker) {
      syncMarkers(selected, marker === undefined ? [] : [marker], project)
      if (marker !== undefined) keepInView(map, project(marker.position))
    },
    setCover(rightPx) {
      map.getView().padding = [0, rightPx, 0, 0]
      const first = selected.getFeatures()[0]?.getGeometry()
      if (first !== undefined) keepInView(map, first.getCoordinates())
    },
    showAll() {
      hasMoved = false
      showWorld()
    },
    dispose() {
      map.setTarget(undefined)
      map.dispose()
    },
  }
}

/** Opens a cluster: its members fill the map. */
function zoomTo(map: OlMap, members: Feature[]): void {
  const source = new VectorSource({ features: members })
  const extent = source.getExtent()
  if (extent !== null) map.getView().fit(extent, { padding: [80, 80, 80, 80], maxZoom: 19, duration: 200 })
}

/** A small dot; hollow when offline, faint when nobody knows. */
function deviceStyles(palette: MapPalette): (feature: FeatureLike) => Style {
  const dot = (fill: string, line: string) =>
    new Style({
      image: new Circle({
        radius: 3.2,
        fill: new Fill({ color: fill }),
        stroke: new Stroke({ color: line, width: 1.4 }),
      }),
    })
  const online = dot(palette.ok, palette.background)
  const offline = dot(palette.background, palette.faint)
  const unknown = dot(palette.faint, palette.background)
  return (feature) => {
    const isOnline = feature.get('isOnline') as boolean | undefined
    return isOnline === undefined ? unknown : isOnline ? online : offline
  }
}
