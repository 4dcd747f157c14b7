import { METRICS } from '../../core/metrics.ts'
import { type Clause, fail, NO_REPORTS, pass, seconds, unseen } from './clause.ts'
import { only, reports, spanOf, type TraceEvent } from './trace.ts'

/** What a device says. */
export const PAYLOAD_CLAUSES: Clause[] = [
  {
    id: 'topics.own',
    level: 'must',
    title: { zh: '只使用自己的主题', en: 'Keeps to its own topics' },
    judge(trace, _profile, { topics, also = [] }) {
      const own = [topics, ...also]
      const published = only(trace, 'message').map(({ message }) => message.topic)
      const subscribed = only(trace, 'packet').flatMap(({ packet }) =>
        packet.cmd === 'subscribe' ? packet.subscriptions.map(({ topic }) => topic) : [],
      )
      const all = [...published, ...subscribed]
      const strange = all.find((topic) => !own.some((prefix) => topic.startsWith(prefix)))
      if (strange !== undefined) return fail(`使用了 ${strange}`, `it used ${strange}`)
      return all.length > 0 ? pass(`${topics}…`, `${topics}…`) : unseen('没有消息', 'no messages')
    },
  },
  {
    id: 'topics.commands',
    level: 'should',
    title: { zh: '订阅命令主题', en: 'Listens for commands' },
    judge(trace, _profile, { topics }) {
      const listens = only(trace, 'packet').some(
        ({ packet }) =>
          packet.cmd === 'subscribe' && packet.subscriptions.some(({ topic }) => topic === `${topics}commands`),
      )
      return listens ? pass('已订阅', 'it does') : fail('没有订阅', 'it does not')
    },
  },
  {
    id: 'payload.valid',
    level: 'must',
    title: { zh: '报文格式正确', en: 'Sends what can be read' },
    judge(trace) {
      const messages = only(trace, 'message')
      if (messages.length === 0) return unseen('没有消息', 'no messages')
      const refused = messages.filter(({ message }) => message.refusal !== undefined)
      const first = refused[0]?.message.refusal
      if (first === undefined) return pass(`${messages.length} 条全部可读`, `all ${messages.length} messages`)
      const why = `${first.refused}: ${first.detail}`
      return fail(`${refused.length} 条被拒绝; ${why}`, `${refused.length} of ${messages.length} refused; ${why}`)
    },
  },
  {
    id: 'payload.metrics',
    level: 'must',
    title: { zh: '报告全部必需指标', en: 'Reports every metric of its kind' },
    judge(trace, { reports: asked }) {
      if (reports(trace).length === 0) return fail('没有收到读数', 'no readings came')
      const said = new Set(samplesOf(trace).map(({ metric }) => metric))
      const missing = asked.metrics.filter((metric) => !said.has(metric))
      if (missing.length > 0) return fail(`缺少 ${missing.join(', ')}`, `${missing.join(', ')} never came`)
      return pass(asked.metrics.join(', '), asked.metrics.join(', '))
    },
  },
  {
    id: 'payload.names',
    level: 'should',
    title: { zh: '指标名称已知', en: 'Uses names that are known' },
    judge(trace) {
      const said = new Set(samplesOf(trace).map(({ metric }) => metric))
      if (said.size === 0) return NO_REPORTS
      const strange = [...said].filter((metric) => !(metric in METRICS))
      return strange.length > 0
        ? fail(`未知: ${strange.join(', ')}`, `unknown: ${strange.join(', ')}`)
        : pass(`${said.size} 个`, `${said.size} of them`)
    },
  },
  {
    id: 'payload.units',
    level: 'must',
    title: { zh: '单位和量程正确', en: 'Reports in the right unit' },
    judge(trace) {
      if (reports(trace).length === 0) return NO_REPORTS
      const wrong = wrongUnit(trace) ?? wrongSize(trace)
      return wrong ?? pass('在物理范围内', 'all values are possible in their unit')
    },
  },
  {
    id: 'payload.size',
    level: 'must',
    title: { zh: '报文大小在限内', en: 'Keeps messages small' },
    judge(trace, { limits }) {
      const sizes = reports(trace).map(({ message }) => message.bytes)
      if (sizes.length === 0) return NO_REPORTS
      const most = Math.max(...sizes)
      const asked = `${most} B, ≤ ${limits.bytes} B`
      return most > limits.bytes ? fail(asked, asked) : pass(asked, asked)
    },
  },
  {
    id: 'time.said',
    level: 'must',
    title: { zh: '读数带测量时间', en: 'Says when it measured' },
    judge(trace) {
      const all = reports(trace)
      if (all.length === 0) return NO_REPORTS
      const without = all.filter(({ message }) => message.saysTime === false).length
      return without > 0
        ? fail(`${without} 条没有时间: 补报会被当作现在`, `${without} without: what is sent late would count as now`)
        : pass('全部', 'always')
    },
  },
  {
    id: 'time.drift',
    level: 'must',
    title: { zh: '时钟准确', en: 'Has the right time' },
    judge(trace, { clock }) {
      const watch = spanOf(trace, 'watch')
      const drifts = reports(trace)
        .filter(({ atMs, message }) => message.saysTime === true && watch !== null && atMs <= watch.toMs)
        .flatMap(({ atMs, message }) =>
          (message.readings ?? []).flatMap(({ samples }) => samples.slice(-1).map((sample) => sample.atMs - atMs)),
        )
      if (drifts.length === 0) return unseen('没有带时间的读数', 'no reading says its time')
      const worst = drifts.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a))
      const text = `${seconds(worst)} s, ≤ ±${clock.driftS} s`
      return Math.abs(worst) > clock.driftS * 1000 ? fail(text, text) : pass(text, text)
    },
  },
]

function samplesOf(trace: readonly TraceEvent[]) {
  return reports(trace).flatMap(({ message }) => (message.readings ?? []).flatMap(({ samples }) => samples))
}

function wrongUnit(trace: readonly TraceEvent[]) {
  for (const { message } of reports(trace))
    for (const [metric, unit] of Object.entries(message.units ?? {})) {
      const asked = METRICS[metric]?.unit
      if (asked !== undefined && unit !== asked && unit !== SENML_UNITS[asked])
        return fail(`${metric} 单位是 ${unit}, 应为 ${asked}`, `${metric} is sent in ${unit}, not ${asked}`)
    }
  return null
}

/** How RFC 8428 and RFC 8798 write units that we write otherwise. */
const SENML_UNITS: Record<string, string> = {
  '°C': 'Cel',
  '%RH': '%RH',
  'dB/m': 'dB/m',
  'µg/m³': 'ug/m3',
  'm/s': 'm/s',
  '%': '%',
}

function wrongSize(trace: readonly TraceEvent[]) {
  for (const { metric, value } of samplesOf(trace)) {
    const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, unit = '' } = METRICS[metric] ?? {}
    if (value < min || value > max)
      return fail(`${metric} = ${value} ${unit} 不可能`, `${metric} = ${value} ${unit} cannot be`)
  }
  return null
}
