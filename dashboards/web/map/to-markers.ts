import type { AlertView } from '../../../core/alert-view.ts'
import type { DeviceView } from '../../contract.ts'
import { type AlertFilter, matchesFilter } from '../live/alert-filter.ts'
import { isOpenView } from '../live/is-open-view.ts'
import type { Marker } from './marker-sync.ts'

/** An alert at its own place, else at that of its device; undefined when nobody knows. */
export function alertMarker(alert: AlertView, devices: ReadonlyMap<string, DeviceView>): Marker | undefined {
  const position = alert.position ?? devices.get(alert.subject.device ?? '')?.position
  if (position === undefined) return undefined
  return { id: alert.id, position, properties: { level: alert.level, isWaiting: !alert.acknowledged } }
}

/** The open alerts of the filter that have a place. */
export function alertMarkers(
  alerts: Iterable<AlertView>,
  filter: AlertFilter,
  devices: ReadonlyMap<string, DeviceView>,
): Marker[] {
  const markers: Marker[] = []
  for (const alert of alerts) {
    if (!isOpenView(alert) || !matchesFilter(alert, filter)) continue
    const marker = alertMarker(alert, devices)
    if (marker !== undefined) markers.push(marker)
  }
  return markers
}

/** The devices that have a place; `isOnline` undefined while it is not known, and for all while the feed is lost. */
export function deviceMarkers(devices: readonly DeviceView[], isStale: boolean): Marker[] {
  return devices.flatMap(({ id, position, online }) =>
    position === undefined ? [] : [{ id, position, properties: { isOnline: isStale ? undefined : online } }],
  )
}
