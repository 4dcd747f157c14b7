import type { Shift } from './shift.ts'
import { drainedBy, leanIn } from './wind.ts'

/** Wide camera of an M3TD on the first gimbal. */
const PAYLOAD = '81-0-0'
/** `mode_code` of the drone's properties (DJI Cloud API v1.11.3): standby, and flying a wayline. */
const MODES = { standby: 0, wayline: 5 }
const FULL_FLIGHT_S = 28 * 60
const EIGHTH_DEG = 45

/** The drone's properties at a moment, as it pushes them on the DJI topic `osd`. */
export function writeOsd(shift: Shift, sn: string, atMs: number): Buffer {
  const told = shift.toldAt(atMs)
  const { isFlying } = shift.at(atMs)
  const wind = shift.windAt(atMs)
  const lean = isFlying ? leanIn(wind, told.yawDeg) : { pitchDeg: 0, rollDeg: 0 }
  const speedMS = shift.speedAt(atMs)
  const data = {
    latitude: round(told.position.lat, 7),
    longitude: round(told.position.lon, 7),
    elevation: round(told.relativeAltitudeM, 2),
    height: round(told.absoluteAltitudeM, 2),
    attitude_head: round(toHalfTurn(told.yawDeg), 1),
    attitude_pitch: round(lean.pitchDeg, 1),
    attitude_roll: round(lean.rollDeg, 1),
    horizontal_speed: round(speedMS, 2),
    vertical_speed: 0,
    // In tenths of a metre a second; 1 is north, clockwise in eighths.
    wind_speed: Math.round(wind.speedMS * 10),
    wind_direction: 1 + (Math.round(wind.fromDeg / EIGHTH_DEG) % 8),
    mode_code: isFlying ? MODES.wayline : MODES.standby,
    battery: {
      capacity_percent: Math.round(told.batteryPct),
      remain_flight_time: Math.round(((told.batteryPct / 100) * FULL_FLIGHT_S) / drainedBy(wind)),
    },
    [PAYLOAD]: {
      gimbal_pitch: round(told.gimbalPitchDeg, 2),
      gimbal_roll: round(told.gimbalRollDeg, 2),
      gimbal_yaw: round(toHalfTurn(told.gimbalYawDeg), 2),
    },
  }
  return Buffer.from(JSON.stringify({ tid: `osd-${atMs}`, bid: `osd-${sn}`, timestamp: atMs, gateway: sn, data }))
}

function round(value: number, decimals: number): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals + 0
}

/** 0…360 to -180…180. */
function toHalfTurn(angleDeg: number): number {
  return angleDeg > 180 ? angleDeg - 360 : angleDeg
}
