import type { Alert } from '../../core/alert.ts'
import { toAlertView } from '../../core/alert-view.ts'
import type { Building, Visit } from '../../core/building.ts'
import type { Clock } from '../../core/clock.ts'
import type { ConservationDesk, ReportOrigin, ReportPart } from '../../core/conservation-report.ts'
import type { Device } from '../../core/device.ts'
import { AppError } from '../../core/errors.ts'
import type { FiledRecord } from '../../core/filed-record.ts'
import type { History } from '../../core/history.ts'
import type { HourHistory } from '../../core/hour-history.ts'
import type { SignedCheckpoint } from '../../core/ledger-desk.ts'
import type { Measurement } from '../../core/measurement.ts'
import type { Sample } from '../../core/observation.ts'
import type { JoinedRules } from '../../detectors/rules/files/join-rules.ts'
import { sensorsOf } from '../house-desk.ts'
import { gatherAlerts } from './gather-alerts.ts'
import { type DeviceMonth, gatherDevice, orMissing } from './gather-device.ts'
import { limitsOfDevice } from './limits-of-device.ts'
import { conservationPage } from './page/conservation-page.ts'
import { iso, type Period, toPeriod, toReportPeriod } from './period.ts'
import { summarise } from './summary.ts'
import { seasonsOf } from './trend-month.ts'

/** Devices of one house that are told of. */
const MOST_SENSORS = 60
/** Reports that wait for the one that is being made. */
const MOST_WAITING = 8
const MOST_RECORDS = 200
/** Types of device that tell the temperature of the air. */
const THERMOMETERS = new Set(['hygrometer', 'thermometer'])

export interface ConservationPorts {
  houses: {
    building(id: string): Building | null
    recordsOf(building: string): FiledRecord[]
    visitsOf(building: string): Visit[]
  }
  devices(): Device[]
  latest(deviceId: string): Sample[]
  openAlerts(): Alert[]
  rules(): Pick<JoinedRules, 'rules' | 'written'>
  history: Pick<History, 'alerts'> & HourHistory
  /** Resolves once the database has what was decided before; rejects when it does not come to it soon. */
  whenStored(): Promise<void>
  /** A checkpoint over everything that was decided before; null where there is none. */
  checkpoint(): Promise<SignedCheckpoint | null>
  /** Name of the ledger in its checkpoints. */
  origin: string
  title: { zh: string; en: string }
  timeZone: string
  version: string
  clock: Clock
}

/** Makes reports of houses from what the database, the register and the rules know; one at a time. */
export function createConservationDesk(ports: ConservationPorts): ConservationDesk & { measurements(): Measurement[] } {
  const counts = { made: 0, refused: 0, seconds: 0 }
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()

  return {
    async report(id, month) {
      const building = ports.houses.building(id)
      if (building === null) throw new AppError('not_found', 'no such building', { building: id })
      const period = toPeriod(month, ports.timeZone, ports.clock.nowMs())
      if (waiting >= MOST_WAITING) {
        counts.refused++
        throw new AppError('overloaded', 'other reports are being made; ask again')
      }
      waiting++
      const mine = last.then(() => makeReport(building, period, ports))
      last = mine.catch(() => {})
      const begunMs = performance.now()
      try {
        const report = await mine
        counts.made++
        return report
      } finally {
        waiting--
        counts.seconds += (performance.now() - begunMs) / 1000
      }
    },
    page: conservationPage,
    measurements: () => [
      { name: 'huying_reports_made_total', help: 'Conservation reports made', kind: 'counter', value: counts.made },
      {
        name: 'huying_reports_refused_total',
        help: 'Conservation reports turned away while others were made',
        kind: 'counter',
        value: counts.refused,
      },
      {
        name: 'huying_reports_seconds_total',
        help: 'Time that conservation reports took, waiting included',
        kind: 'counter',
        value: counts.seconds,
      },
    ],
  }
}

async function makeReport(building: Building, period: Period, ports: ConservationPorts) {
  const missing = new Set<ReportPart>()
  const made = await originOf(ports)
  await ports.whenStored().catch(() => missing.add('ledger'))
  const sensors = sensorsOf(building, ports.devices())
  const told = sensors.slice(0, MOST_SENSORS)
  const months = await monthsOf(building, told, { ports, period, missing })
  const open = ports.openAlerts()
  const devices = told.map(({ id }) => id)
  const asked = { building: building.id, devices, open }
  const found = await orMissing(
    () => gatherAlerts(asked, ports.history, period),
    () => missing.add('alerts'),
  )
  const { alerts, leftOut, warnings } = found ?? { alerts: [], leftOut: 0, warnings: [] }
  const isWithin = ({ atMs }: { atMs: number }) => atMs >= period.fromMs && atMs < period.untilMs
  const report = {
    ...{ building, period: toReportPeriod(period), made, missing: [...missing] },
    sensors: months.map(({ sensor }) => sensor),
    sensorsLeftOut: sensors.length - told.length,
    limits: months.flatMap(({ limits }) => limits),
    trends: months.flatMap(({ trends }) => trends),
    mould: months.flatMap(({ mould }) => mould ?? []),
    alerts: alerts.map(toAlertView),
    alertsLeftOut: leftOut,
    warnings: warnings.map(toAlertView),
    records: ports.houses.recordsOf(building.id).filter(isWithin).reverse().slice(0, MOST_RECORDS).map(toReportRecord),
    visits: ports.houses.visitsOf(building.id).filter(isWithin).reverse().map(toReportVisit),
  }
  return { ...report, summary: summarise(report) }
}

async function monthsOf(
  building: Building,
  sensors: Device[],
  { ports, period, missing }: { ports: ConservationPorts; period: Period; missing: Set<ReportPart> },
): Promise<DeviceMonth[]> {
  const { rules, written } = ports.rules()
  const inForce = new Map(rules.rules.map((rule) => [rule.id, rule]))
  const judging = written.filter(({ rule }) => inForce.get(rule.id) === rule)
  const months: DeviceMonth[] = []
  const thermometer = sensors.find(({ type }) => THERMOMETERS.has(type))?.id
  for (const device of sensors) {
    const attributes = rules.attributesOf?.(device) ?? device.attributes ?? {}
    const limits = limitsOfDevice(device, building, { rules: judging, attributes })
    const { history } = ports
    const parts = {
      building,
      latest: ports.latest(device.id),
      limits,
      seasons: seasonsOf(judging, device),
      history,
      period,
      ...(thermometer !== undefined && { thermometer }),
    }
    months.push(await gatherDevice(device, { ...parts, onMissing: (part) => missing.add(part) }))
  }
  return months
}

/** A ledger that is bent is not signed any more: the report then rests on no checkpoint, and says so. */
async function originOf({ clock, title, version, origin, checkpoint }: ConservationPorts): Promise<ReportOrigin> {
  const signed = await checkpoint().catch(() => null)
  const ledger = signed && {
    ...{ origin, position: signed.size, rootHash: signed.rootHash.toString('hex'), at: iso(signed.atMs) },
  }
  return { at: iso(clock.nowMs()), title, version, ledger }
}

function toReportRecord(record: FiledRecord) {
  const { source, recordId, recordType, facts, correctedBy, withdrawnBy, atMs } = record
  return {
    ...{ source, recordId, recordType, facts, at: iso(atMs) },
    ...(correctedBy !== undefined && { correctedBy }),
    ...(withdrawnBy !== undefined && { withdrawnBy }),
  }
}

function toReportVisit({ atMs, building: _, ...visit }: Visit) {
  return { ...visit, at: iso(atMs) }
}
