import type { AlertView } from '../../../core/alert-view.ts'
import type { Position } from '../../../core/place.ts'
import type { DeviceView } from '../../contract.ts'
import { type AlertFilter, matchesFilter } from '../live/alert-filter.ts'
import { isOpenView } from '../live/is-open-view.ts'
import type { Marker } from './marker-sync.ts'

/** Where an alert is: its own place, else that of its device; undefined when nobody knows. */
export function positionOf(alert: AlertView, devices: ReadonlyMap<string, DeviceView>): Position | undefined {
  return alert.position ?? devices.get(alert.subject.device ?? '')?.position
}

/** The open alerts of the filter that have a place. */
export function alertMarkers(
  alerts: Iterable<AlertView>,
  filter: AlertFilter,
  devices: ReadonlyMap<string, DeviceView>,
): Marker[] {
  const markers: Marker[] = []
  for (const alert of alerts) {
    const position = positionOf(alert, devices)
    if (position === undefined || !isOpenView(alert) || !matchesFilter(alert, filter)) continue
    markers.push({ id: alert.id, position, properties: { level: alert.level, isWaiting: !alert.acknowledged } })
  }
  return markers
}

/** The devices that have a place; `isOnline` undefined while it is not known, and for all while the feed is lost. */
export function deviceMarkers(devices: readonly DeviceView[], isStale: boolean): Marker[] {
  return devices.flatMap(({ id, position, online }) =>
    position === undefined ? [] : [{ id, position, properties: { isOnline: isStale ? undefined : online } }],
  )
}
