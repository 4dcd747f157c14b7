/** One property of a drone, and the metric that it becomes. */
export interface OsdMetric {
  /** Path in `data`, or in the structure that is named by the index of the camera payload. */
  path: readonly string[]
  metric: string
  min?: number
  max?: number
}

/**
 * What of a drone's properties becomes readings (DJI Cloud API v1.11.3, M3D and M3TD). `wind_speed` is left out: its unit
 * is not certain.
 */
export const OSD_METRICS: readonly OsdMetric[] = [
  { path: ['latitude'], metric: 'lat', min: -90, max: 90 },
  { path: ['longitude'], metric: 'lon', min: -180, max: 180 },
  { path: ['elevation'], metric: 'rel_alt_m' },
  { path: ['height'], metric: 'abs_alt_m' },
  { path: ['attitude_head'], metric: 'heading_deg', min: -180, max: 360 },
  { path: ['attitude_pitch'], metric: 'pitch_deg', min: -180, max: 180 },
  { path: ['attitude_roll'], metric: 'roll_deg', min: -180, max: 180 },
  { path: ['horizontal_speed'], metric: 'speed_m_s' },
  { path: ['vertical_speed'], metric: 'climb_m_s' },
  { path: ['home_distance'], metric: 'home_distance_m', min: 0 },
  { path: ['mode_code'], metric: 'flight_mode' },
  { path: ['battery', 'capacity_percent'], metric: 'battery_pct', min: 0, max: 100 },
  { path: ['battery', 'remain_flight_time'], metric: 'battery_remain_s', min: 0 },
  { path: ['position_state', 'is_fixed'], metric: 'position_fixed', min: 0, max: 3 },
  { path: ['position_state', 'quality'], metric: 'position_quality', min: 0, max: 10 },
  { path: ['position_state', 'gps_number'], metric: 'gps_satellites', min: 0 },
  { path: ['position_state', 'rtk_number'], metric: 'rtk_satellites', min: 0 },
]

/** The same of the camera's structure; in `osd_info_push` they stand in `data` itself. */
export const PAYLOAD_METRICS: readonly OsdMetric[] = [
  { path: ['gimbal_pitch'], metric: 'gimbal_pitch_deg', min: -180, max: 180 },
  { path: ['gimbal_yaw'], metric: 'gimbal_yaw_deg', min: -360, max: 360 },
  { path: ['gimbal_roll'], metric: 'gimbal_roll_deg', min: -180, max: 180 },
  { path: ['zoom_factor'], metric: 'zoom_factor', min: 0 },
]

/** `mode_code` in which a person steers: manual, virtual stick, live flight control. */
export const BY_HAND_MODES: ReadonlySet<number> = new Set([3, 16, 17])
