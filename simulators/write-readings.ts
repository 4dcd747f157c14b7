import type { SimulatedDevice } from './fleet.ts'

/** Units of RFC 8428 §12.1 for the metrics that devices send as SenML. */
const SENML_UNITS: Record<string, string> = { temp_c: 'Cel', rh_pct: '%RH', battery_pct: '%EL' }

/** A message of readings, and when the device sends it. */
export interface ReadingsEvent {
  kind: 'readings'
  atMs: number
  deviceId: string
  payload: Buffer
}

export interface Report {
  atMs: number
  /** Left out by a device that does not count. */
  seq?: number
  values: Record<string, number>
}
export type NumberedReport = Report & { seq: number }

/** One message of readings as the device writes it: plain JSON, or a SenML pack (RFC 8428), which has no `seq`. */
export function writeReadings(device: Pick<SimulatedDevice, 'id' | 'format'>, report: Report): Buffer {
  return Buffer.from(JSON.stringify(device.format === 'senml' ? toSenml(device.id, report) : toPlain(report)))
}

/** What fits into one message (docs/FORMATS.md). */
const BATCH_SAMPLES = 200

/** Many moments in as few messages as it takes, in their order. */
export function batchesOf(
  device: Pick<SimulatedDevice, 'id' | 'format'>,
  reports: readonly Report[],
): { deviceId: string; firstMs: number; payload: Buffer }[] {
  const most = Math.max(1, ...reports.map(({ values }) => Object.keys(values).length))
  const inOne = Math.max(1, Math.floor(BATCH_SAMPLES / most))
  return Array.from({ length: Math.ceil(reports.length / inOne) }, (_, i) => {
    const some = reports.slice(i * inOne, (i + 1) * inOne)
    return { deviceId: device.id, firstMs: some[0]!.atMs, payload: writeBatch(device, some) }
  })
}

/** Several moments in one message. Each SenML record carries its own time (RFC 8428 §4.5.3). */
function writeBatch(device: Pick<SimulatedDevice, 'id' | 'format'>, reports: readonly Report[]): Buffer {
  const parts = device.format === 'senml' ? toSenmlBatch(device.id, reports) : reports.map(toPlain)
  return Buffer.from(JSON.stringify(parts))
}

function toSenmlBatch(deviceId: string, reports: readonly Report[]) {
  return reports.flatMap(({ atMs, values }, i) =>
    toSenml(deviceId, { atMs, values }).map(({ n, v, ...rest }, k) => ({
      ...(i === 0 && k === 0 && { bn: `${deviceId}/` }),
      ...('u' in rest && { u: rest.u }),
      ...{ n, t: atMs / 1000, v },
    })),
  )
}

function toPlain({ atMs, seq, values }: Report) {
  return { at: new Date(atMs).toISOString(), seq, values }
}

function toSenml(deviceId: string, { atMs, values }: Report) {
  const records = Object.entries(values).map(([name, value]) => {
    const unit = SENML_UNITS[name]
    return { n: name, ...(unit === undefined ? {} : { u: unit }), v: value }
  })
  const [first, ...rest] = records
  return [{ bn: `${deviceId}/`, bt: atMs / 1000, ...first }, ...rest]
}
