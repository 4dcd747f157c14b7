/** Whose it is now: of each at most one. A department may be named with the person in it. */
export interface Assignee {
  department?: string
  grid?: string
  person?: string
}

/** Somebody gave it to somebody. */
export interface Assignment {
  to: Assignee
  by: string
  atMs: number
}

/**
 * What people found instead of what the rule said. The condition goes on by itself; while it is marked nobody is bothered
 * with it, and a rise in severity takes the mark away.
 */
export const FALSE_ALARM_REASONS = {
  sensor_fault: { zh: '设备故障', en: 'Faulty sensor' },
  installation: { zh: '安装位置不当', en: 'Badly placed sensor' },
  known_activity: { zh: '已知活动', en: 'Known activity' },
  weather: { zh: '天气影响', en: 'Weather' },
  mistaken_identity: { zh: '误识别', en: 'Something else was seen' },
  test: { zh: '测试', en: 'A test' },
  other: { zh: '其他', en: 'Something else' },
} as const
export type FalseAlarmReason = keyof typeof FALSE_ALARM_REASONS

export interface FalseAlarm {
  reason: FalseAlarmReason
  by: string
  atMs: number
}

/** The case that another system opened for it: the work order's own life is told there. */
export interface HandOver {
  /** For example `12345` or `城管平台`. */
  system: string
  /** Number of the case over there. */
  number: string
  by: string
  atMs: number
}
