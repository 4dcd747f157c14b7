import { memo, useEffect, useState } from 'react'
import type { FindingView, FlightDetailView } from '../../contract.ts'
import type { Api } from '../api.ts'
import { MapFrame } from '../map/map-frame.tsx'
import type { Marker } from '../map/marker-sync.ts'
import type { Theme } from '../shell/preferences.ts'
import { createRiverMap, type RiverMap } from './create-river-map.ts'
import { classGlyph, type RiverTranslate, useRiverWords } from './words.ts'

interface RiverMapPanelProps {
  api: Api
  theme: Theme
  flight: FlightDetailView | undefined
  findings: FindingView[]
  selected: FindingView | undefined
  onPick: (findingId: string) => void
}

/** Where the flight was, and its findings; a chunk of its own, as the map's library is large. */
export const RiverMapPanel = memo(function RiverMapPanel(props: RiverMapPanelProps) {
  const { api, theme, flight, findings, selected, onPick } = props
  const { t } = useRiverWords()
  const [map, setMap] = useState<RiverMap | null>(null)
  useEffect(() => {
    const track = flight?.track.map(({ position }) => position) ?? []
    map?.showFlight(track, flight?.coverage.gaps.map(({ line }) => line) ?? [])
  }, [map, flight])
  useEffect(() => map?.showFindings(findings.flatMap((finding) => toMarker(finding, t) ?? [])), [map, findings, t])
  useEffect(() => map?.showSelected(selected && toMarker(selected, t)), [map, selected, t])

  return (
    <MapFrame
      {...{ api, theme, onPick }}
      className="river-map"
      label={t('river.map')}
      create={createRiverMap}
      onMade={setMap}
    />
  )
})

function toMarker({ id, position, review, label }: FindingView, t: RiverTranslate): Marker | undefined {
  if (position === undefined) return undefined
  return { id, position, properties: { review, glyph: classGlyph(label, t) } }
}
