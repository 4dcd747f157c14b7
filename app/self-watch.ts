import type { Alert } from '../core/alert.ts'
import type { Severity } from '../core/severity.ts'
import type { Signal, SignalOrder } from '../core/signal.ts'

/** Something wrong with huying itself, as an operator should hear of it. */
export interface Condition {
  /** Becomes the rule `huying.<code>`. */
  code: keyof typeof TITLES
  /** What it is about, where there may be several: the name of an output. */
  of?: string
  severity: Severity
  /** Facts for the reason; numbers and short texts only. */
  params: Record<string, number | string>
}

const TITLES = {
  disk_full: { zh: '磁盘已满，暂停接收', en: 'Disk full: nothing is acknowledged' },
  journal_failed: { zh: '日志写入失败', en: 'The journal cannot be written' },
  ledger_bent: { zh: '决策记录被改动，停止签名', en: 'The record of decisions was bent: it is not signed any more' },
  database_away: { zh: '数据库不可用', en: 'The database is away' },
  rules_faulty: { zh: '规则文件有误，沿用旧规则', en: 'Rule files are faulty: the old set stays in force' },
  calendar_unknown: { zh: '节假日历缺少年份', en: 'A holiday calendar does not know the year' },
  broker_away: { zh: '外部消息代理断开', en: 'The external broker is away' },
  media_away: { zh: '无法收取航拍图片', en: 'Pictures cannot be fetched from their folder or store' },
  registers_away: { zh: '无法收取登记记录', en: 'Records cannot be taken in from their folder' },
  output_failing: { zh: '告警推送通道故障', en: 'An output does not deliver' },
  path_silent: { zh: '告警通道无应答', en: 'A way out does not answer test alerts' },
  path_broken: { zh: '测试告警未能入账', en: 'Test alerts do not reach the ledger' },
  vision_down: { zh: '图像识别不可用', en: 'Picture analysis is down' },
} as const

const RULE_PREFIX = 'huying.'

/** True for alerts about huying itself. */
export function isOwnRule(rule: string): boolean {
  return rule.startsWith(RULE_PREFIX)
}

/** One text for a condition and what it is about. */
export function conditionKey({ code, of = '' }: Pick<Condition, 'code' | 'of'>): string {
  return `${code}|${of}`
}

/** Turns conditions into signals: active while they hold, cleared once when they end, also across a restart. */
export function createSelfWatch(open: () => Alert[], order: () => SignalOrder) {
  let holding = new Set<string>()
  let lastClockMs = 0

  function signal(condition: Condition, state: Signal['state']): Signal {
    const { code, of, severity, params } = condition
    const at = order()
    // Within one tick several conditions may change; each signal needs a place of its own.
    lastClockMs = Math.max(at.clockMs, lastClockMs + 0.001)
    return {
      rule: `${RULE_PREFIX}${code}`,
      ruleTitle: TITLES[code],
      category: 'device',
      subject: { place: 'huying', ...(of !== undefined && { label: of }) },
      state,
      severity,
      order: { seq: at.seq, clockMs: lastClockMs },
      atMs: at.clockMs,
      reason: { code, params },
    }
  }

  return {
    /** Compares what holds now with what held before. */
    look(conditions: Condition[]): Signal[] {
      const now = new Set(conditions.map(conditionKey))
      const begun = conditions.filter((condition) => !holding.has(conditionKey(condition)))
      const ended = open()
        .filter(({ rule, state }) => isOwnRule(rule) && state === 'active')
        .map(toCondition)
        .filter((condition) => condition !== null)
        .filter((condition) => !now.has(conditionKey(condition)))
      holding = now
      return [
        ...begun.map((condition) => signal(condition, 'active')),
        ...ended.map((condition) => signal(condition, 'cleared')),
      ]
    },
  }
}

/** The condition of an alert of ours, null for one of another version that knew more of them. */
function toCondition({ rule, subject: { label }, severity }: Alert): Condition | null {
  const code = rule.slice(RULE_PREFIX.length)
  if (!(code in TITLES)) return null
  return { code: code as Condition['code'], severity, params: {}, ...(label !== undefined && { of: label }) }
}
