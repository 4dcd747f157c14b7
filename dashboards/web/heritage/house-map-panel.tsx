import { memo, useEffect, useMemo, useState } from 'react'
import type { HouseRiskView } from '../../house-contract.ts'
import type { Api } from '../api.ts'
import { MapFrame } from '../map/map-frame.tsx'
import type { Marker } from '../map/marker-sync.ts'
import type { Theme } from '../shell/preferences.ts'
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
  const { t } = useHeritageWords()
  const [map, setMap] = useState<HouseMap | null>(null)
  const markers = useMemo(() => houses.flatMap((house) => toMarker(house) ?? []), [houses])
  useEffect(() => map?.showHouses(markers), [map, markers])
  useEffect(() => map?.showSelected(selected && toMarker(selected)), [map, selected])

  return (
    <MapFrame
      {...{ api, theme, onPick }}
      className="house-map"
      label={t('heritage.map')}
      create={createHouseMap}
      onMade={setMap}
    />
  )
})

function toMarker(house: HouseRiskView): Marker | undefined {
  const { id, position } = house.building
  if (position === undefined) return undefined
  return { id, position, properties: { level: house.level, sign: String(signOf(house)), isWaiting: true } }
}
