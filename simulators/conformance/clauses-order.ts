import { type Clause, fail, NO_REPORTS, pass, seconds, unseen } from './clause.ts'
import { type EventOf, only, reports, reportsBetween, spanOf, type TraceEvent } from './trace.ts'

/** How often, in which order and how surely a device reports. */
export const ORDER_CLAUSES: Clause[] = [
  {
    id: 'order.interval',
    level: 'must',
    title: { zh: '按时上报', en: 'Reports in time' },
    judge(trace, { reports: { everyS, patience } }) {
      const watch = spanOf(trace, 'watch')
      if (watch === null) return unseen('没有观察', 'it was not watched')
      const times = reportsBetween(trace, watch.fromMs, watch.toMs).map(({ atMs }) => atMs)
      if (times.length < 2)
        return fail(`只有 ${times.length} 条读数`, `only ${times.length} reports while it was watched`)
      const longest = Math.max(...times.slice(1).map((atMs, i) => atMs - times[i]!), watch.toMs - times.at(-1)!)
      const text = `${seconds(longest)} s, ≤ ${seconds(everyS * patience * 1000)} s`
      return longest > everyS * patience * 1000
        ? fail(`最长间隔 ${text}`, `longest pause ${text}`)
        : pass(`最长间隔 ${text}`, `longest pause ${text}`)
    },
  },
  {
    id: 'order.sequence',
    level: 'should',
    title: { zh: '序号连续递增', en: 'Numbers its messages without gaps' },
    judge(trace) {
      const numbers = seqs(trace)
      if (reports(trace).length === 0) return NO_REPORTS
      if (numbers.length === 0)
        return fail('没有 seq: 丢失的消息无法发现', 'there is no seq: nobody could tell what is lost')
      const known = [...new Set(numbers)].sort((a, b) => a - b)
      const gap = known.slice(1).find((seq, i) => seq !== known[i]! + 1)
      if (gap !== undefined) return fail(`${gap} 之前有缺号`, `something is missing before ${gap}`)
      return pass(`${known[0]} … ${known.at(-1)}`, `${known[0]} to ${known.at(-1)}`)
    },
  },
  {
    id: 'order.duplicates',
    level: 'must',
    title: { zh: '重发内容不变', en: 'Sends the same again, or nothing' },
    judge(trace) {
      const all = reports(trace)
      if (all.length === 0) return NO_REPORTS
      const bySeq = new Map<number, string>()
      for (const { message } of all)
        for (const { seq } of message.readings ?? []) {
          if (seq === null || (message.readings ?? []).length > 1) continue
          const before = bySeq.get(seq)
          if (before !== undefined && before !== message.digest)
            return fail(`序号 ${seq} 有两种内容`, `number ${seq} came with two different contents`)
          bySeq.set(seq, message.digest)
        }
      const again = all.filter(({ message }) => message.dup).length
      return pass(`${again} 条标记为重发`, `${again} marked as sent again`)
    },
  },
  {
    id: 'order.qos',
    level: 'must',
    title: { zh: '读数使用 QoS 1 或 2', en: 'Sends readings with QoS 1 or 2' },
    judge(trace) {
      const all = reports(trace)
      if (all.length === 0) return NO_REPORTS
      const unsure = all.filter(({ message }) => message.qos === 0).length
      return unsure > 0
        ? fail(
            `${unsure} 条是 QoS 0: 丢失不会被发现`,
            `${unsure} of ${all.length} with QoS 0: nobody would know of a loss`,
          )
        : pass(`${all.length} 条`, `all ${all.length}`)
    },
  },
  {
    id: 'order.retain',
    level: 'should',
    title: { zh: '读数不设保留标志', en: 'Does not ask to retain readings' },
    judge(trace) {
      const all = reports(trace)
      if (all.length === 0) return NO_REPORTS
      const kept = all.filter(({ message }) => message.retain).length
      return kept > 0 ? fail(`${kept} 条设了保留`, `${kept} of ${all.length} do`) : pass('没有', 'never')
    },
  },
  {
    id: 'order.rate',
    level: 'must',
    title: { zh: '上报频率在限内', en: 'Does not flood' },
    judge(trace, { limits }) {
      const times = only(trace, 'message').map(({ atMs }) => atMs)
      if (times.length === 0) return unseen('没有消息', 'no messages')
      const most = busiestMinute(times)
      const text = `${most}/min, ≤ ${limits.messagesPerMinute}/min`
      return most > limits.messagesPerMinute ? fail(text, text) : pass(text, text)
    },
  },
]

/** Sequence numbers in the order of arrival. */
export function seqs(trace: readonly TraceEvent[]): number[] {
  return reports(trace).flatMap(({ message }) =>
    (message.readings ?? []).flatMap(({ seq }) => (seq === null ? [] : seq)),
  )
}

function busiestMinute(times: number[]): number {
  let first = 0
  let most = 0
  times.forEach((atMs, i) => {
    while (times[first]! < atMs - 60_000) first++
    most = Math.max(most, i - first + 1)
  })
  return most
}

/** QoS 1 messages of readings that were not acknowledged when their connection ended. */
export function lostOnTheWay(trace: readonly TraceEvent[]): EventOf<'message'>[] {
  const acknowledged = new Set(
    only(trace, 'acknowledged').map(({ connection, messageId }) => `${connection}|${messageId}`),
  )
  return reports(trace).filter(
    ({ connection, message }) =>
      message.qos > 0 && message.messageId !== undefined && !acknowledged.has(`${connection}|${message.messageId}`),
  )
}
