import Feature from 'ol/Feature.js'
import Point from 'ol/geom/Point.js'
import { fromLonLat } from 'ol/proj.js'
import type VectorSource from 'ol/source/Vector.js'
import type { Position } from '../../../core/place.ts'

/** What stands at one place of the map. */
export interface Marker {
  id: string
  position: Position
  properties: Record<string, unknown>
}

/** Makes a source hold just these markers, touching only those that changed. */
export function syncMarkers(source: VectorSource<Feature<Point>>, markers: readonly Marker[]): void {
  const wanted = new Map(markers.map((marker) => [marker.id, marker]))
  const gone = source.getFeatures().filter((feature) => !wanted.has(String(feature.getId())))
  if (gone.length > 0) source.removeFeatures(gone)
  const fresh: Feature<Point>[] = []
  let hasChanged = false
  for (const marker of markers) {
    const known = source.getFeatureById(marker.id) as Feature<Point> | null
    if (known === null) fresh.push(toFeature(marker))
    else hasChanged = update(known, marker) || hasChanged
  }
  source.addFeatures(fresh)
  if (hasChanged && fresh.length === 0) source.changed()
}

function toFeature({ id, position, properties }: Marker): Feature<Point> {
  const feature = new Feature(new Point(fromLonLat([position.lon, position.lat])))
  feature.setId(id)
  feature.setProperties(properties, true)
  return feature
}

function update(feature: Feature<Point>, { position, properties }: Marker): boolean {
  const isSame = Object.entries(properties).every(([key, value]) => feature.get(key) === value)
  const [x, y] = fromLonLat([position.lon, position.lat])
  const [oldX, oldY] = feature.getGeometry()?.getCoordinates() ?? []
  if (x !== oldX || y !== oldY) feature.getGeometry()?.setCoordinates([x!, y!])
  if (!isSame) feature.setProperties(properties, true)
  return !isSame
}
