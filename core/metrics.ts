/** What a metric measures: its unit (empty for a plain number or a yes/no) and its name for people. */
export interface MetricName {
  unit: string
  zh: string
  en: string
}

/** A kind of device: its name, what it measures, and how many seconds pass between its readings when nothing else is said. */
export interface DeviceType {
  zh: string
  en: string
  metrics: string[]
  reportEveryS: number
}

/**
 * The metrics that the shipped rules, simulators and dashboards know, by the name they bear in messages. A device may
 * send others; they are stored and can be judged, they only have no name and unit here.
 */
export const METRICS: Record<string, MetricName> = {
  smoke_dbm: { unit: 'dB/m', zh: '烟雾浓度', en: 'Smoke density' },
  temp_c: { unit: '°C', zh: '温度', en: 'Temperature' },
  rh_pct: { unit: '%RH', zh: '相对湿度', en: 'Relative humidity' },
  moisture_pct: { unit: '%', zh: '木材含水率', en: 'Timber moisture content' },
  leak: { unit: '', zh: '漏水 (1 是 0 否)', en: 'Water leak (1 yes, 0 no)' },
  level_m: { unit: 'm', zh: '水位', en: 'Water level' },
  ch4_lel: { unit: '%LEL', zh: '甲烷浓度', en: 'Methane' },
  co_ppm: { unit: 'ppm', zh: '一氧化碳浓度', en: 'Carbon monoxide' },
  tilt_mm_m: { unit: 'mm/m', zh: '倾斜', en: 'Tilt' },
  ppv_mm_s: { unit: 'mm/s', zh: '振动峰值速度', en: 'Peak particle velocity' },
  freq_hz: { unit: 'Hz', zh: '振动主频', en: 'Dominant frequency' },
  do_mg_l: { unit: 'mg/L', zh: '溶解氧', en: 'Dissolved oxygen' },
  ph: { unit: '', zh: '酸碱度', en: 'pH' },
  nh3n_mg_l: { unit: 'mg/L', zh: '氨氮', en: 'Ammonia nitrogen' },
  codmn_mg_l: { unit: 'mg/L', zh: '高锰酸盐指数', en: 'Permanganate index' },
  turbidity_ntu: { unit: 'NTU', zh: '浊度', en: 'Turbidity' },
  battery_pct: { unit: '%', zh: '电池电量', en: 'Battery' },
}

/** The types of device that the shipped rules select by. Reporting intervals are local choices. */
export const DEVICE_TYPES: Record<string, DeviceType> = {
  'smoke-detector': {
    zh: '烟感',
    en: 'Smoke detector',
    metrics: ['smoke_dbm', 'temp_c', 'battery_pct'],
    reportEveryS: 60,
  },
  'water-leak': { zh: '漏水传感器', en: 'Water leak sensor', metrics: ['leak', 'battery_pct'], reportEveryS: 300 },
  'water-level': { zh: '水位计', en: 'Water level gauge', metrics: ['level_m', 'battery_pct'], reportEveryS: 60 },
  'gas-detector': { zh: '燃气探测器', en: 'Gas detector', metrics: ['ch4_lel', 'co_ppm'], reportEveryS: 30 },
  'tilt-sensor': { zh: '倾角仪', en: 'Tilt sensor', metrics: ['tilt_mm_m', 'battery_pct'], reportEveryS: 300 },
  'vibration-sensor': { zh: '振动传感器', en: 'Vibration sensor', metrics: ['ppv_mm_s', 'freq_hz'], reportEveryS: 10 },
  hygrometer: {
    zh: '温湿度计',
    en: 'Hygrometer',
    metrics: ['rh_pct', 'temp_c', 'moisture_pct', 'battery_pct'],
    reportEveryS: 300,
  },
  thermometer: { zh: '温度计', en: 'Thermometer', metrics: ['temp_c', 'battery_pct'], reportEveryS: 60 },
  'river-station': {
    zh: '河道水质站',
    en: 'River water station',
    metrics: ['do_mg_l', 'ph', 'nh3n_mg_l', 'codmn_mg_l', 'turbidity_ntu', 'temp_c', 'level_m'],
    reportEveryS: 300,
  },
  drone: { zh: '巡查无人机', en: 'Patrol drone', metrics: ['battery_pct'], reportEveryS: 10 },
}
