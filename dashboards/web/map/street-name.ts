import type { FeatureLike } from 'ol/Feature.js'
import LineString from 'ol/geom/LineString.js'
import type { Language } from '../words/i18n.ts'

/** What something on the map is called; its Chinese name where it has no other. */
export function nameOf(feature: FeatureLike, language: Language): string {
  const english = language === 'en' ? feature.get('name_en') : undefined
  return String(english ?? feature.get('name') ?? '')
}

/** Chinese names of steep streets stand upright, one character under the other; turned sideways nobody reads them. */
export function streetName(feature: FeatureLike, language: Language): { words: string; isUpright: boolean } {
  const name = nameOf(feature, language)
  const line = feature.getGeometry()
  const isUpright = language === 'zh' && line instanceof LineString && isSteep(line)
  return { words: isUpright ? [...name].join('\n') : name, isUpright }
}

function isSteep(line: LineString): boolean {
  const [fromX = 0, fromY = 0] = line.getFirstCoordinate()
  const [toX = 0, toY = 0] = line.getLastCoordinate()
  return Math.abs(toY - fromY) > Math.abs(toX - fromX)
}
