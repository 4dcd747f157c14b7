import { memo, useEffect, useMemo, useRef } from 'react'
import type { HouseRiskView } from '../../house-contract.ts'
import type { Api } from '../api.ts'
import { loadBase } from '../map/load-base.ts'
import { readPalette } from '../map/map-palette.ts'
import type { Marker } from '../map/marker-sync.ts'
import type { Theme } from '../shell/preferences.ts'
import { useLoaded } from '../shell/use-loaded.ts'
import { createHouseMap, type HouseMap } from './create-house-map.ts'
import { signOf } from './ranking.ts'
import { useHeritageWords } from './words.ts'

interface HouseMapPanelProps {
  api: Api
  theme: Theme
  houses: HouseRiskView[]
  selected: HouseRiskView | undefined
  onPick: (houseId: string) => void
}

/** Where the houses of the list stand; a chunk of its own, as the map's library is large. */
export const HouseMapPanel = memo(function HouseMapPanel({ api, theme, houses, selected, onPick }: HouseMapPanelProps) {
  const { t, language } = useHeritageWords()
  const target = useRef<HTMLDivElement>(null)
  const map = useRef<HouseMap | null>(null)
  const pick = useRef(onPick)
  pick.current = onPick
  const [loaded] = useLoaded('map', null, () => loadBase(api))
  const under = loaded.state === 'ready' ? loaded.value : null
  const markers = useMemo(() => houses.flatMap((house) => toMarker(house) ?? []), [houses])

  useEffect(() => {
    const element = target.current
    if (element === null || under === null) return
    const made = createHouseMap({
      ...{ target: element, under, language, palette: readPalette(theme) },
      ...{ zoomIn: t('map.zoomIn'), zoomOut: t('map.zoomOut') },
      onPick: (id) => pick.current(id),
    })
    map.current = made
    return () => {
      map.current = null
      made.dispose()
    }
  }, [under, theme, language, t])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new map (base, theme, language) must be filled again
  useEffect(() => map.current?.showHouses(markers), [markers, under, theme, language])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same
  useEffect(() => map.current?.showSelected(selected && toMarker(selected)), [selected, under, theme, language])

  return (
    <section className="house-map" aria-label={t('heritage.map')}>
      <div ref={target} className="map" />
      {under?.isFailed && <p className="map-note">{t('map.failed')}</p>}
      <span className="map-attribution">{under?.attribution || t('map.attribution')}</span>
    </section>
  )
})

function toMarker(house: HouseRiskView): Marker | undefined {
  const { id, position } = house.building
  if (position === undefined) return undefined
  return { id, position, properties: { level: house.level, sign: String(signOf(house)), isWaiting: true } }
}
