import type { AlertEventView } from '../../../core/alert-view.ts'

/** A structured CloudEvents 1.0 envelope in JSON (CloudEvents spec 3.1, JSON format 3). */
export interface CloudEvent {
  specversion: '1.0'
  id: string
  source: string
  type: string
  subject: string
  time: string
  datacontenttype: 'application/json'
  data: AlertEventView
}

export const CLOUD_EVENT_TYPE = 'application/cloudevents+json; charset=utf-8'

/** `source` and `id` together are unique, whoever else sends events. */
export function toCloudEvent(view: AlertEventView, ledgerId: string): CloudEvent {
  return {
    specversion: '1.0',
    id: view.id,
    source: `urn:huying:${encodeURIComponent(ledgerId)}`,
    type: `huying.${view.type}`,
    subject: view.alert.id,
    time: view.at,
    datacontenttype: 'application/json',
    data: view,
  }
}
