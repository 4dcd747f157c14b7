import type { SimulatedDevice } from './fleet.ts'

/** Units of RFC 8428 §12.1 for the metrics that devices send as SenML. */
const SENML_UNITS: Record<string, string> = { temp_c: 'Cel', rh_pct: '%RH', battery_pct: '%EL' }

export interface Report {
  atMs: number
  seq: number
  values: Record<string, number>
}

/** One message of readings as the device writes it: plain JSON, or a SenML pack (RFC 8428), which has no `seq`. */
export function writeReadings(device: Pick<SimulatedDevice, 'id' | 'format'>, report: Report): Buffer {
  return Buffer.from(JSON.stringify(device.format === 'senml' ? toSenml(device.id, report) : toPlain(report)))
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
