import { createEmpty, type Extent, extend, isEmpty } from 'ol/extent.js'
import type VectorSource from 'ol/source/Vector.js'

/** What the features of these sources take up together; undefined where there are none. */
export function extentOf(sources: readonly VectorSource[]): Extent | undefined {
  const together = createEmpty()
  for (const source of sources) {
    const extent = source.getExtent()
    if (extent?.every(Number.isFinite)) extend(together, extent)
  }
  return isEmpty(together) ? undefined : together
}
