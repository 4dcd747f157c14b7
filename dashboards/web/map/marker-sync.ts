import Feature from 'ol/Feature.js'
import Point from 'ol/geom/Point.js'
import type VectorSource from 'ol/source/Vector.js'
import type { Position } from '../../../core/place.ts'
import type { Project } from './project.ts'

/** What stands at one place of the map. */
export interface Marker {
  id: string
  position: Position
  properties: Record<string, unknown>
}

/** Makes a source hold just these markers, touching only those that changed. */
export function syncMarkers(source: VectorSource<Feature<Point>>, markers: readonly Marker[], project: Project): void {
  const wanted = new Map(markers.map((marker) => [marker.id, marker]))
  const gone = source.getFeatures().filter((feature) => !wanted.has(String(feature.getId())))
  if (gone.length > 0) source.removeFeatures(gone)
  const fresh: Feature<Point>[] = []
  let hasChanged = false
  for (const marker of markers) {
    const known = source.getFeatureById(marker.id) as Feature<Point> | null
    if (known === null) fresh.push(toFeature(marker, project))
    else hasChanged = update(known, marker, project) || hasChanged
  }
  source.addFeatures(fresh)
  if (hasChanged && fresh.length === 0) source.changed()
}

function toFeature({ id, position, properties }: Marker, project: Project): Feature<Point> {
  const feature = new Feature(new Point(project(position)))
  feature.setId(id)
  feature.setProperties(properties, true)
  return feature
}

function update(feature: Feature<Point>, { position, properties }: Marker, project: Project): boolean {
  const isSame = Object.entries(properties).every(([key, value]) => feature.get(key) === value)
  const [x, y] = project(position)
  const [oldX, oldY] = feature.getGeometry()?.getCoordinates() ?? []
  if (x !== oldX || y !== oldY) feature.getGeometry()?.setCoordinates([x!, y!])
  if (!isSame) feature.setProperties(properties, true)
  return !isSame
}
