/**
 * What a metric measures: its unit (empty for a plain number or a yes/no), its name for people and, where physics or
 * the sensor gives them, the least and the greatest value that can be true.
 */
export interface MetricName {
  unit: string
  zh: string
  en: string
  min?: number
  max?: number
}

/** A kind of device: its name, what it measures, and how many seconds pass between its readings when nothing else is said. */
export interface DeviceType {
  zh: string
  en: string
  metrics: string[]
  /** What some send besides, or what is made of what they send. */
  further?: string[]
  reportEveryS: number
}

/**
 * The metrics that the shipped rules, simulators and dashboards know, by the name they bear in messages. A device may
 * send others; they are stored and can be judged, they only have no name, unit and bounds here. Metrics whose names
 * begin with `$` are made by the engine itself; no device can send them.
 *
 * Bounds are those of physics, with room for the zero drift of a sensor that is still of use; all figures are from
 * memory and unverified.
 */
export const METRICS: Record<string, MetricName> = {
  // Attenuation cannot be negative; a tenth of an alarm level is zero drift.
  smoke_dbm: { unit: 'dB/m', zh: '烟雾浓度', en: 'Smoke density', min: -0.01 },
  // The coldest air ever measured at the ground was -89.2 °C (WMO, Vostok 1983), so that the -127 °C of a digital
  // sensor that lost its wire is out; thermocouples of type K end at 1372 °C (IEC 60584-1).
  temp_c: { unit: '°C', zh: '温度', en: 'Temperature', min: -90, max: 1372 },
  // A polymer sensor on which dew falls reads some percent above 100.
  rh_pct: { unit: '%RH', zh: '相对湿度', en: 'Relative humidity', min: 0, max: 105 },
  // Of the dry mass: green sapwood holds up to about two and a half times its own (Wood Handbook, FPL-GTR-282).
  moisture_pct: { unit: '%', zh: '木材含水率', en: 'Timber moisture content', min: 0, max: 250 },
  leak: { unit: '', zh: '漏水 (1 是 0 否)', en: 'Water leak (1 yes, 0 no)', min: 0, max: 1 },
  level_m: { unit: 'm', zh: '水位', en: 'Water level' },
  // Pure methane: 100 % by volume at a lower explosive limit of 4.4 % (IEC 60079-20-1).
  ch4_lel: { unit: '%LEL', zh: '甲烷浓度', en: 'Methane', min: -5, max: 2273 },
  co_ppm: { unit: 'ppm', zh: '一氧化碳浓度', en: 'Carbon monoxide', min: -10, max: 1_000_000 },
  tilt_mm_m: { unit: 'mm/m', zh: '倾斜', en: 'Tilt' },
  // Peaks and frequencies are sizes, which have no sign.
  ppv_mm_s: { unit: 'mm/s', zh: '振动峰值速度', en: 'Peak particle velocity', min: 0 },
  freq_hz: { unit: 'Hz', zh: '振动主频', en: 'Dominant frequency', min: 0 },
  // By component: x and y horizontal, z vertical. `h` is the larger horizontal one.
  ppv_x_mm_s: { unit: 'mm/s', zh: '振动峰值速度 X', en: 'Peak particle velocity, x', min: 0 },
  ppv_y_mm_s: { unit: 'mm/s', zh: '振动峰值速度 Y', en: 'Peak particle velocity, y', min: 0 },
  ppv_z_mm_s: { unit: 'mm/s', zh: '振动峰值速度 Z', en: 'Peak particle velocity, z', min: 0 },
  ppv_h_mm_s: { unit: 'mm/s', zh: '水平振动峰值速度', en: 'Peak particle velocity, horizontal', min: 0 },
  freq_x_hz: { unit: 'Hz', zh: '振动主频 X', en: 'Dominant frequency, x', min: 0 },
  freq_y_hz: { unit: 'Hz', zh: '振动主频 Y', en: 'Dominant frequency, y', min: 0 },
  freq_z_hz: { unit: 'Hz', zh: '振动主频 Z', en: 'Dominant frequency, z', min: 0 },
  freq_h_hz: { unit: 'Hz', zh: '水平振动主频', en: 'Dominant frequency, horizontal', min: 0 },
  pvs_mm_s: { unit: 'mm/s', zh: '振动合成峰值速度', en: 'Peak vector sum', min: 0 },
  vib_rms_mm_s: { unit: 'mm/s', zh: '振动速度有效值', en: 'Vibration velocity, RMS', min: 0 },
  vib_crest: { unit: '', zh: '振动峰值因数', en: 'Crest factor of vibration', min: 0 },
  vib_clipped: {
    unit: '',
    zh: '振动超量程 (1 是 0 否)',
    en: 'Vibration beyond the sensor (1 yes, 0 no)',
    min: 0,
    max: 1,
  },
  work_class: {
    unit: '',
    zh: '作业类型 (0 无 1 钻孔 2 锤击 3 交通 4 脚步 5 钢琴)',
    en: 'Kind of work (0 none, 1 drilling, 2 hammering, 3 traffic, 4 footfall, 5 piano)',
    min: 0,
    max: 5,
  },
  work_confidence: { unit: '', zh: '作业类型置信度', en: 'Confidence of the kind of work', min: 0, max: 1 },
  // Against the state at installation; a crack that closes reads below zero.
  crack_mm: { unit: 'mm', zh: '裂缝宽度变化', en: 'Change of crack width' },
  settle_mm: { unit: 'mm', zh: '沉降', en: 'Settlement' },
  noise_db: { unit: 'dB(A)', zh: '噪声 (等效声级)', en: 'Noise (equivalent level)', min: 0, max: 200 },
  pm10_ug_m3: { unit: 'µg/m³', zh: '扬尘 (PM10)', en: 'Dust (PM10)', min: 0 },
  // Mean since the last reading. Below zero: a roof that feeds in.
  power_kw: { unit: 'kW', zh: '用电功率', en: 'Power drawn' },
  door_count: { unit: '', zh: '开门次数 (本周期)', en: 'Door openings since the last reading', min: 0 },
  occupied: { unit: '', zh: '有人 (1 是 0 否)', en: 'Somebody is there (1 yes, 0 no)', min: 0, max: 1 },
  flame: { unit: '', zh: '明火 (1 是 0 否)', en: 'Open flame (1 yes, 0 no)', min: 0, max: 1 },
  // Of the cover against level: 0 lies flat, 90 stands on its edge.
  cover_tilt_deg: { unit: '°', zh: '井盖倾角', en: 'Tilt of the manhole cover', min: 0, max: 180 },
  falling_objects: { unit: '', zh: '坠物数 (本周期)', en: 'Objects fallen since the last reading', min: 0 },
  // Water under pure oxygen holds about 70 mg/L at 0 °C.
  do_mg_l: { unit: 'mg/L', zh: '溶解氧', en: 'Dissolved oxygen', min: -0.2, max: 70 },
  // What a glass electrode can tell apart.
  ph: { unit: '', zh: '酸碱度', en: 'pH', min: 0, max: 14 },
  nh3n_mg_l: { unit: 'mg/L', zh: '氨氮', en: 'Ammonia nitrogen', min: -0.1 },
  codmn_mg_l: { unit: 'mg/L', zh: '高锰酸盐指数', en: 'Permanganate index', min: -0.5 },
  turbidity_ntu: { unit: 'NTU', zh: '浊度', en: 'Turbidity', min: -1 },
  battery_pct: { unit: '%', zh: '电池电量', en: 'Battery', min: 0, max: 100 },
  rssi_dbm: { unit: 'dBm', zh: '信号强度', en: 'Signal strength', min: -200, max: 0 },
  // Of drones. What comes from a dock is held to its bounds where it is read (ingest/dji/osd-metrics.ts).
  lat: { unit: '°', zh: '纬度', en: 'Latitude' },
  lon: { unit: '°', zh: '经度', en: 'Longitude' },
  rel_alt_m: { unit: 'm', zh: '相对起飞点高度', en: 'Height above take-off' },
  abs_alt_m: { unit: 'm', zh: '绝对高度', en: 'Absolute altitude' },
  heading_deg: { unit: '°', zh: '航向', en: 'Heading' },
  speed_m_s: { unit: 'm/s', zh: '水平速度', en: 'Ground speed' },
  climb_m_s: { unit: 'm/s', zh: '垂直速度', en: 'Vertical speed' },
  gimbal_pitch_deg: { unit: '°', zh: '云台俯仰角', en: 'Gimbal pitch' },
  gimbal_yaw_deg: { unit: '°', zh: '云台偏航角', en: 'Gimbal yaw' },
  gimbal_roll_deg: { unit: '°', zh: '云台横滚角', en: 'Gimbal roll' },
  home_distance_m: { unit: 'm', zh: '距返航点距离', en: 'Distance from home' },
  battery_remain_s: { unit: 's', zh: '剩余飞行时间', en: 'Flight time left' },
  flight_mode: { unit: '', zh: '飞行模式 (DJI mode_code)', en: 'Flight mode (DJI mode_code)' },
  hms_level: { unit: '', zh: '健康告警等级 (0 无 3 警告)', en: 'Health messages (0 none, 3 warning)' },
  $missing: { unit: '', zh: '缺失消息数', en: 'Messages missing' },
  $clock_s: { unit: 's', zh: '设备时钟偏差', en: 'Device clock minus ours' },
  $online: { unit: '', zh: '在线 (1 是 0 否)', en: 'Connected (1 yes, 0 no)' },
}

/** The types of device that the shipped rules select by. Reporting intervals are local choices. */
export const DEVICE_TYPES: Record<string, DeviceType> = {
  'smoke-detector': {
    zh: '烟感',
    en: 'Smoke detector',
    metrics: ['smoke_dbm', 'temp_c', 'battery_pct'],
    further: ['rssi_dbm'],
    reportEveryS: 60,
  },
  'water-leak': {
    zh: '漏水传感器',
    en: 'Water leak sensor',
    metrics: ['leak', 'battery_pct'],
    further: ['rssi_dbm'],
    reportEveryS: 300,
  },
  'water-level': {
    zh: '水位计',
    en: 'Water level gauge',
    metrics: ['level_m', 'battery_pct'],
    further: ['rssi_dbm'],
    reportEveryS: 60,
  },
  'gas-detector': { zh: '燃气探测器', en: 'Gas detector', metrics: ['ch4_lel', 'co_ppm'], reportEveryS: 30 },
  'tilt-sensor': {
    zh: '倾角仪',
    en: 'Tilt sensor',
    metrics: ['tilt_mm_m', 'battery_pct'],
    further: ['temp_c', 'rssi_dbm'],
    reportEveryS: 300,
  },
  'vibration-sensor': {
    zh: '振动传感器',
    en: 'Vibration sensor',
    metrics: ['ppv_mm_s', 'freq_hz'],
    further: [
      ...['x', 'y', 'z', 'h'].flatMap((axis) => [`ppv_${axis}_mm_s`, `freq_${axis}_hz`]),
      ...['pvs_mm_s', 'vib_rms_mm_s', 'vib_crest', 'vib_clipped', 'work_class', 'work_confidence'],
    ],
    reportEveryS: 10,
  },
  hygrometer: {
    zh: '温湿度计',
    en: 'Hygrometer',
    metrics: ['rh_pct', 'temp_c', 'moisture_pct', 'battery_pct'],
    further: ['rssi_dbm'],
    reportEveryS: 300,
  },
  thermometer: {
    zh: '温度计',
    en: 'Thermometer',
    metrics: ['temp_c', 'battery_pct'],
    further: ['rssi_dbm'],
    reportEveryS: 60,
  },
  'river-station': {
    zh: '河道水质站',
    en: 'River water station',
    metrics: ['do_mg_l', 'ph', 'nh3n_mg_l', 'codmn_mg_l', 'turbidity_ntu', 'temp_c', 'level_m'],
    reportEveryS: 300,
  },
  'crack-gauge': {
    zh: '裂缝计',
    en: 'Crack gauge',
    metrics: ['crack_mm', 'battery_pct'],
    further: ['temp_c', 'rssi_dbm'],
    reportEveryS: 600,
  },
  'settlement-gauge': {
    zh: '沉降计',
    en: 'Settlement gauge',
    metrics: ['settle_mm', 'battery_pct'],
    further: ['temp_c', 'rssi_dbm'],
    reportEveryS: 600,
  },
  'noise-meter': { zh: '噪声监测仪', en: 'Noise meter', metrics: ['noise_db'], reportEveryS: 60 },
  'dust-sensor': { zh: '扬尘监测仪', en: 'Dust sensor', metrics: ['pm10_ug_m3'], reportEveryS: 60 },
  'power-meter': { zh: '电力监测仪', en: 'Power meter', metrics: ['power_kw'], reportEveryS: 60 },
  'door-counter': {
    zh: '门磁计数器',
    en: 'Door counter',
    metrics: ['door_count', 'battery_pct'],
    further: ['rssi_dbm'],
    reportEveryS: 300,
  },
  'occupancy-sensor': {
    zh: '人员存在传感器',
    en: 'Occupancy sensor',
    metrics: ['occupied', 'battery_pct'],
    further: ['rssi_dbm'],
    reportEveryS: 300,
  },
  'flame-detector': {
    zh: '火焰探测器',
    en: 'Flame detector',
    metrics: ['flame', 'battery_pct'],
    further: ['rssi_dbm'],
    reportEveryS: 30,
  },
  'manhole-cover': {
    zh: '井盖传感器',
    en: 'Manhole cover sensor',
    metrics: ['cover_tilt_deg', 'battery_pct'],
    further: ['rssi_dbm'],
    reportEveryS: 600,
  },
  'falling-object-monitor': {
    zh: '高空抛物监测仪',
    en: 'Falling object monitor',
    metrics: ['falling_objects'],
    reportEveryS: 60,
  },
  drone: { zh: '巡查无人机', en: 'Patrol drone', metrics: ['battery_pct'], reportEveryS: 10 },
}
