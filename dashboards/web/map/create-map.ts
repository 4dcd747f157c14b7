import type Feature from 'ol/Feature.js'
import type { FeatureLike } from 'ol/Feature.js'
import type Point from 'ol/geom/Point.js'
import VectorLayer from 'ol/layer/Vector.js'
import type OlMap from 'ol/Map.js'
import Cluster from 'ol/source/Cluster.js'
import VectorSource from 'ol/source/Vector.js'
import { Circle, Fill, Stroke, Style } from 'ol/style.js'
import { createAlertStyles } from './alert-styles.ts'
import { type BaseMap, createBaseMap, type MapOptions } from './create-base-map.ts'
import type { MapPalette } from './map-palette.ts'
import { type Marker, syncMarkers } from './marker-sync.ts'

/** The map as the page uses it. */
export interface SituationMap extends Pick<BaseMap, 'showSelected' | 'showAll' | 'dispose'> {
  showAlerts(markers: readonly Marker[]): void
  showDevices(markers: readonly Marker[]): void
  /** Tells how much of the right side something else covers, and keeps what is selected out from under it. */
  setCover(rightPx: number): void
}

const CLUSTER_PX = 38
const NEAREST_ZOOM = 20

export function createMap(options: MapOptions): SituationMap {
  const alerts = new VectorSource<Feature<Point>>()
  const devices = new VectorSource<Feature<Point>>()
  const styles = createAlertStyles(options.palette)
  const base = createBaseMap(options, {
    layers: [
      new VectorLayer({ source: devices, style: deviceStyles(options.palette) }),
      new VectorLayer({ source: new Cluster({ source: alerts, distance: CLUSTER_PX }), style: styles.cluster }),
    ],
    selectedStyle: styles.selected,
    fitTo: [],
    nearestZoom: NEAREST_ZOOM,
    pick(feature) {
      const members = feature.get('features') as Feature[] | undefined
      if (members?.length === 1) options.onPick(String(members[0]!.getId()))
      else if (members !== undefined) zoomTo(base.map, members)
      return members !== undefined
    },
  })
  const { map, project, showSelected, showAll, dispose } = base
  return {
    ...{ showSelected, showAll, dispose },
    showAlerts: (markers) => syncMarkers(alerts, markers, project),
    showDevices: (markers) => syncMarkers(devices, markers, project),
    setCover(rightPx) {
      map.getView().padding = [0, rightPx, 0, 0]
      base.keepSelectedInView()
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
