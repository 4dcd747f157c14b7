import { useEffect, useMemo, useState } from 'react'
import type { AlertView } from '../../../core/alert-view.ts'
import type { DeviceView } from '../../contract.ts'
import type { Api } from '../api.ts'
import type { AlertFilter } from '../live/alert-filter.ts'
import type { Theme } from '../shell/preferences.ts'
import { LEVELS, SeverityMark } from '../shell/severity-mark.tsx'
import { useWords } from '../words/i18n.ts'
import { createMap, type SituationMap } from './create-map.ts'
import { MapFrame } from './map-frame.tsx'
import { alertMarker, alertMarkers, deviceMarkers } from './to-markers.ts'
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
  const { t } = useWords()
  const [map, setMap] = useState<SituationMap | null>(null)
  const byId = useMemo(() => new Map(devices.map((device) => [device.id, device])), [devices])
  const drawn = useRarely(alerts, alerts.size > MANY_ALERTS ? RARELY_MS : 0)
  useEffect(() => {
    if (fitCount > 0) map?.showAll()
  }, [map, fitCount])
  useEffect(() => map?.showDevices(deviceMarkers(devices, isStale)), [map, devices, isStale])
  useEffect(() => map?.showAlerts(alertMarkers(drawn.values(), filter, byId)), [map, drawn, filter, byId])
  useEffect(() => map?.showSelected(selected && alertMarker(selected, byId)), [map, selected, byId])
  useEffect(() => map?.setCover(coverPx), [map, coverPx])

  return (
    <MapFrame
      {...{ api, theme, onPick }}
      className="card map-card"
      label={t('map.title')}
      create={createMap}
      onMade={setMap}
    >
      <Legend />
    </MapFrame>
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
