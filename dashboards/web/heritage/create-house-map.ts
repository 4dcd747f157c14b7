import type Feature from 'ol/Feature.js'
import type { FeatureLike } from 'ol/Feature.js'
import type Point from 'ol/geom/Point.js'
import VectorLayer from 'ol/layer/Vector.js'
import VectorSource from 'ol/source/Vector.js'
import { Circle, Fill, Stroke, Style } from 'ol/style.js'
import { createAlertStyles } from '../map/alert-styles.ts'
import { type BaseMap, createBaseMap, type MapOptions } from '../map/create-base-map.ts'
import type { MapPalette } from '../map/map-palette.ts'
import { type Marker, syncMarkers } from '../map/marker-sync.ts'

/** Houses where they stand: those with open alerts by their level, the others small, grey where nothing is heard. */
export interface HouseMap extends Pick<BaseMap, 'showSelected' | 'dispose'> {
  /** Property `sign`: a level, `watched`, `well` or what is not known. */
  showHouses(markers: readonly Marker[]): void
}

const NEAREST_ZOOM = 18

export function createHouseMap(options: MapOptions): HouseMap {
  const small = new VectorSource<Feature<Point>>()
  const large = new VectorSource<Feature<Point>>()
  const marks = createAlertStyles(options.palette)
  const dot = dotStyles(options.palette)
  const { project, fitUnlessMoved, showSelected, dispose } = createBaseMap(options, {
    layers: [
      new VectorLayer({ source: small, style: dot }),
      new VectorLayer({ source: large, style: (feature) => marks.mark(feature) }),
    ],
    selectedStyle: (feature) => [...marks.ring, hasLevel(feature) ? marks.mark(feature) : dot(feature)],
    fitTo: [small, large],
    nearestZoom: NEAREST_ZOOM,
    pick(feature) {
      const isHouse = feature.get('sign') !== undefined
      if (isHouse) options.onPick(String(feature.getId()))
      return isHouse
    },
  })
  return {
    ...{ showSelected, dispose },
    showHouses(markers) {
      const isFirst = small.getFeatures().length + large.getFeatures().length === 0
      const isLarge = ({ properties }: Marker) => properties.level !== null
      const isSmall = (marker: Marker) => !isLarge(marker)
      syncMarkers(small, markers.filter(isSmall), project)
      syncMarkers(large, markers.filter(isLarge), project)
      if (isFirst) fitUnlessMoved()
    },
  }
}

function hasLevel(feature: FeatureLike): boolean {
  return typeof feature.get('level') === 'number'
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
