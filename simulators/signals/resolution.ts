/** Decimals that a sensor of this kind really resolves; readings are rounded to them. */
const DECIMALS: Record<string, number> = {
  smoke_dbm: 3,
  temp_c: 2,
  rh_pct: 1,
  moisture_pct: 1,
  leak: 0,
  level_m: 3,
  ch4_lel: 1,
  co_ppm: 1,
  tilt_mm_m: 3,
  crack_mm: 3,
  settle_mm: 2,
  ppv_mm_s: 3,
  freq_hz: 1,
  noise_db: 1,
  pm10_ug_m3: 0,
  power_kw: 3,
  door_count: 0,
  occupied: 0,
  flame: 0,
  cover_tilt_deg: 1,
  falling_objects: 0,
  do_mg_l: 2,
  ph: 2,
  nh3n_mg_l: 3,
  codmn_mg_l: 2,
  turbidity_ntu: 1,
  battery_pct: 0,
}

/** The value as the sensor would write it. */
export function toResolution(metric: string, value: number): number {
  const factor = 10 ** (DECIMALS[metric] ?? 3)
  return Math.round(value * factor) / factor + 0
}
