import { memo, useEffect, useRef } from 'react'
import type { FindingView, FlightDetailView } from '../../contract.ts'
import type { Api } from '../api.ts'
import { loadBase } from '../map/load-base.ts'
import { readPalette } from '../map/map-palette.ts'
import type { Marker } from '../map/marker-sync.ts'
import type { Theme } from '../shell/preferences.ts'
import { useLoaded } from '../shell/use-loaded.ts'
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
  const { t, language } = useRiverWords()
  const target = useRef<HTMLDivElement>(null)
  const map = useRef<RiverMap | null>(null)
  const pick = useRef(onPick)
  pick.current = onPick
  const [loaded] = useLoaded('map', null, () => loadBase(api))
  const under = loaded.state === 'ready' ? loaded.value : null

  useEffect(() => {
    const element = target.current
    if (element === null || under === null) return
    const made = createRiverMap({
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
  useEffect(() => {
    const track = flight?.track.map(({ position }) => position) ?? []
    map.current?.showFlight(track, flight?.coverage.gaps.map(({ line }) => line) ?? [])
  }, [flight, under, theme, language])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same
  useEffect(() => {
    map.current?.showFindings(findings.flatMap((finding) => toMarker(finding, t) ?? []))
  }, [findings, under, theme, language])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same
  useEffect(() => {
    map.current?.showSelected(selected && toMarker(selected, t))
  }, [selected, under, theme, language])

  return (
    <section className="river-map" aria-label={t('river.map')}>
      <div ref={target} className="map" />
      {under?.isFailed && <p className="map-note">{t('map.failed')}</p>}
      <span className="map-attribution">{under?.attribution || t('map.attribution')}</span>
    </section>
  )
})

function toMarker({ id, position, review, label }: FindingView, t: RiverTranslate): Marker | undefined {
  if (position === undefined) return undefined
  return { id, position, properties: { review, glyph: classGlyph(label, t) } }
}
