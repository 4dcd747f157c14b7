import { deviceOf } from './alert.ts'
import type { LedgerEntry } from './ledger-entry.ts'

/**
 * What a record of the ledger is about, as `kind:id`: whoever asks for the history of one of these gets the record. Kinds: `alert`,
 * `device`, `place`, `finding`, `rule`, `silence`, `flood`, `plan`, `frame`, `person`, `output`, `subscriber`, `building`, `record`.
 * None for types that are not known here.
 */
export function subjectsOf(entry: LedgerEntry): string[] {
  return [...new Set(listSubjects(entry))]
}

function listSubjects(entry: LedgerEntry): string[] {
  switch (entry.type) {
    case 'rules.changed':
      return entry.changes.map(({ rule }) => `rule:${rule}`)
    case 'finding.changed':
      return [`finding:${entry.finding.id}`]
    case 'finding.reviewed':
      return [entry.findingId, ...(entry.verdict.verdict === 'duplicate' ? [entry.verdict.of] : [])].map(
        (id) => `finding:${id}`,
      )
    case 'silence.set':
    case 'silence.ended':
      return [`silence:${entry.silence.id}`]
    case 'service.out':
    case 'service.back':
      return [`device:${entry.outOfService.device}`]
    case 'device.registered':
    case 'device.changed':
    case 'device.token_replaced':
      return [`device:${entry.device.id}`]
    case 'flood.began':
    case 'flood.ended':
      return [`flood:${entry.flood.id}`]
    case 'patrol.planned':
      return [`plan:${entry.plan.id}`]
    case 'patrol.withdrawn':
      return [`plan:${entry.planId}`]
    case 'building.changed':
      return [`building:${entry.building.id}`]
    case 'building.removed':
      return [`building:${entry.buildingId}`]
    case 'building.pictured':
      return [`building:${entry.picture.building}`]
    case 'building.picture_removed':
      return [`building:${entry.buildingId}`]
    case 'building.visited':
      return [`building:${entry.visit.building}`]
    case 'building.visit_asked':
      return [`building:${entry.request.building}`]
    case 'record.matched':
      return [
        `record:${entry.source}/${entry.recordId}`,
        ...(entry.building === null ? [] : [`building:${entry.building}`]),
      ]
    case 'original.viewed':
      return [`frame:${entry.frameId}`]
    case 'bundle.taken':
      return [`${entry.about.kind}:${entry.about.id}`]
    case 'access.changed':
      return entry.access.map(({ name }) => `person:${name}`)
    case 'subscriber.removed':
      return [`subscriber:${entry.name}`]
    case 'delivery.given_up':
    case 'delivery.replayed':
      return [`output:${entry.output}`, `alert:${entry.alertId}`]
    default:
      return 'alert' in entry ? alertSubjects(entry) : []
  }
}

function alertSubjects({ alert }: Extract<LedgerEntry, { alert: unknown }>): string[] {
  const device = deviceOf(alert)
  const place = alert.place ?? alert.subject.place
  return [
    `alert:${alert.id}`,
    ...(place === undefined ? [] : [`place:${place}`]),
    ...(device === undefined ? [] : [`device:${device}`]),
    ...(alert.finding === undefined ? [] : [`finding:${alert.finding.id}`]),
    ...(alert.subject.building === undefined ? [] : [`building:${alert.subject.building}`]),
  ]
}

/** Who caused it, where a person did. */
export function personOf(entry: LedgerEntry): string | undefined {
  return 'by' in entry ? entry.by : undefined
}
