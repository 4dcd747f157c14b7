import { useEffect, useMemo, useRef } from 'react'
import type { AlertView } from '../../../core/alert-view.ts'
import type { DeviceView } from '../../contract.ts'
import type { Api } from '../api.ts'
import type { AlertFilter } from '../live/alert-filter.ts'
import type { Theme } from '../shell/preferences.ts'
import { LEVELS, SeverityMark } from '../shell/severity-mark.tsx'
import { useLoaded } from '../shell/use-loaded.ts'
import { useWords } from '../words/i18n.ts'
import { createMap, type SituationMap } from './create-map.ts'
import { loadBase } from './load-base.ts'
import { readPalette } from './map-palette.ts'
import { alertMarkers, deviceMarkers, positionOf } from './to-markers.ts'
import { useRarely } from './use-rarely.ts'

interface MapPanelProps {
  api: Api
  theme: Theme
  isStale: boolean
  alerts: ReadonlyMap<string, AlertView>
  filter: AlertFilter
  selected: AlertView | undefined
  devices: DeviceView[]
  fitCount: number
  /** Width that the detail covers. */
  coverPx: number
  onPick: (alertId: string) => void
}

/** With more than this the map follows once a second: a cluster of a thousand looks the same with one more. */
const MANY_ALERTS = 300
const RARELY_MS = 1_000

/** The map of the sub-district: the queue's alerts under the queue's filter, and the devices. */
export function MapPanel({
  api,
  theme,
  isStale,
  alerts,
  filter,
  selected,
  devices,
  fitCount,
  coverPx,
  onPick,
}: MapPanelProps) {
  const { t, language } = useWords()
  const target = useRef<HTMLDivElement>(null)
  const map = useRef<SituationMap | null>(null)
  const pick = useRef(onPick)
  pick.current = onPick
  const [loaded] = useLoaded('map', null, () => loadBase(api))
  const byId = useMemo(() => new Map(devices.map((device) => [device.id, device])), [devices])
  const under = loaded.state === 'ready' ? loaded.value : null

  useEffect(() => {
    const element = target.current
    if (element === null || under === null) return
    const made = createMap({
      target: element,
      under,
      palette: readPalette(theme),
      language,
      zoomIn: t('map.zoomIn'),
      zoomOut: t('map.zoomOut'),
      onPick: (id) => pick.current(id),
    })
    map.current = made
    return () => {
      map.current = null
      made.dispose()
    }
  }, [under, theme, language, t])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new map (base, theme, language) must be filled again
  useEffect(() => map.current?.showDevices(deviceMarkers(devices, isStale)), [devices, isStale, under, theme, language])
  const drawn = useRarely(alerts, alerts.size > MANY_ALERTS ? RARELY_MS : 0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same
  useEffect(() => {
    map.current?.showAlerts(alertMarkers(drawn.values(), filter, byId))
  }, [drawn, filter, byId, under, theme, language])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same
  useEffect(() => {
    const position = selected === undefined ? undefined : positionOf(selected, byId)
    map.current?.showSelected(
      selected === undefined || position === undefined
        ? undefined
        : { id: selected.id, position, properties: { level: selected.level, isWaiting: !selected.acknowledged } },
    )
  }, [selected, byId, under, theme, language])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same
  useEffect(() => map.current?.setCover(coverPx), [coverPx, under, theme, language])
  useEffect(() => {
    if (fitCount > 0) map.current?.showAll()
  }, [fitCount])

  return (
    <section className="card map-card" aria-label={t('map.title')}>
      <div ref={target} className="map" />
      {under?.isFailed && <p className="map-note">{t('map.failed')}</p>}
      <Legend />
      <span className="map-attribution">{under?.attribution || t('map.attribution')}</span>
    </section>
  )
}

function Legend() {
  const { t } = useWords()
  return (
    <div className="legend">
      {LEVELS.map((level) => (
        <span key={level}>
          <SeverityMark level={level} hasWordBeside />
          {t(`levelRoman.${level}`)}
        </span>
      ))}
      <span>
        <i className="device-dot is-online" aria-hidden="true" />
        {t('map.deviceOnline')}
      </span>
      <span>
        <i className="device-dot is-offline" aria-hidden="true" />
        {t('map.deviceOffline')}
      </span>
    </div>
  )
}
