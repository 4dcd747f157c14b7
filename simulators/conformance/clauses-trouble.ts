import { type Clause, fail, pass, seconds, unseen } from './clause.ts'
import { lostOnTheWay } from './clauses-order.ts'
import { isWithin, logins, only, reports, reportsBetween, type Step, spanOf, type TraceEvent } from './trace.ts'

/** By how much a device's clock is set wrong, to see that it listens, before it is set right again. */
export const CLOCK_TEST_MS = 120_000

const SET_CLOCK = commandClause('set_clock', 'should', { zh: '接受校时命令', en: 'Takes a command to set its clock' })

/** What a device does when something goes wrong. */
export const TROUBLE_CLAUSES: Clause[] = [
  {
    id: 'trouble.late-puback',
    level: 'must',
    title: { zh: 'PUBACK 迟到时耐心等待', en: 'Waits for a late acknowledgement' },
    judge(trace, { limits }) {
      const span = spanOf(trace, 'late_puback')
      if (span === null) return unseen('没有试', 'it was not tried')
      const during = reportsBetween(trace, span.fromMs, span.toMs).filter(({ message }) => message.qos > 0)
      if (during.length === 0) return unseen('期间没有 QoS 1 消息', 'it sent nothing with QoS 1 meanwhile')
      const left = only(trace, 'closed').some(({ by, atMs }) => by === 'device' && isWithin(span, atMs))
      const lasted = seconds(span.toMs - span.fromMs)
      if (left) return fail(`${lasted} s 内断开了连接`, `it hung up within ${lasted} s`)
      const again = during.filter(({ message }) => message.dup).length
      if (again > 0)
        return fail(
          `在同一连接上重发了 ${again} 条 [MQTT-4.4.0-1]`,
          `it sent ${again} again on the same connection [MQTT-4.4.0-1]`,
        )
      if (during.length > limits.inFlight)
        return fail(`积压 ${during.length} 条`, `it had ${during.length} on the way, at most ${limits.inFlight}`)
      return pass(`${lasted} s 内 ${during.length} 条在途`, `${during.length} on the way over ${lasted} s`)
    },
  },
  commandClause('malformed_command', 'must', { zh: '收到错误命令后照常工作', en: 'Survives a malformed command' }),
  commandClause('unknown_command', 'must', {
    zh: '收到未知命令后照常工作',
    en: 'Survives a command that it does not know',
  }),
  {
    ...SET_CLOCK,
    judge(trace, profile, device) {
      const survived = SET_CLOCK.judge(trace, profile, device)
      const span = spanOf(trace, 'set_clock')
      if (survived === NOT_LISTENING) return unseen('设备不听命令', 'it does not listen for commands')
      if (survived.outcome !== 'pass' || span === null) return survived
      const back = spanOf(trace, 'clock_back')
      const steps = [{ ...span, offMs: CLOCK_TEST_MS }, ...(back === null ? [] : [{ ...back, offMs: 0 }])]
      const errors = steps.map(({ fromMs, toMs, offMs }) => furthestOff(trace, { fromMs, toMs }, offMs))
      const worst = errors.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a))
      const text = `${seconds(worst)} s`
      return Math.abs(worst) > profile.clock.driftS * 1000
        ? fail(`校时后仍差 ${text}`, `it was still ${text} off afterwards`)
        : pass(`校时后差 ${text}`, `${text} off afterwards`)
    },
  },
  {
    id: 'trouble.returns',
    level: 'must',
    title: { zh: '断线后自动重连', en: 'Comes back after the broker was gone' },
    judge(trace, { link }) {
      const gone = spanOf(trace, 'broker_gone')
      if (gone === null) return unseen('没有试', 'it was not tried')
      const back = logins(trace).find(({ atMs }) => atMs > gone.toMs)
      if (back === undefined)
        return fail(`${link.returnWithinS} s 内没有重连`, `it did not within ${link.returnWithinS} s`)
      const after = back.atMs - gone.toMs
      const text = `${seconds(after)} s, ≤ ${link.returnWithinS} s`
      return after > link.returnWithinS * 1000 ? fail(text, text) : pass(text, text)
    },
  },
  {
    id: 'trouble.back-off',
    level: 'must',
    title: { zh: '重连有退避', en: 'Backs off while the broker is away' },
    judge(trace, { link }) {
      const gone = spanOf(trace, 'broker_gone')
      if (gone === null) return unseen('没有试', 'it was not tried')
      const attempts = only(trace, 'turned_away').filter(({ atMs }) => isWithin(gone, atMs))
      const lasted = gone.toMs - gone.fromMs
      const most = Math.max(3, Math.ceil((link.attemptsPerMinute * lasted) / 60_000))
      const text = `${attempts.length} / ${seconds(lasted)} s`
      return attempts.length > most
        ? fail(`尝试 ${text}, 至多 ${most}`, `${text} attempts, at most ${most}`)
        : pass(`尝试 ${text}`, `${text} attempts`)
    },
  },
  {
    id: 'trouble.nothing-lost',
    level: 'must',
    title: { zh: '断线期间的读数补报', en: 'Sends later what it could not send' },
    judge(trace) {
      const gone = spanOf(trace, 'broker_gone')
      if (gone === null || logins(trace).every(({ atMs }) => atMs <= gone.toMs))
        return unseen('没有重连', 'it did not come back')
      const unanswered = new Set(lostOnTheWay(trace))
      const known = new Set(
        reports(trace)
          .filter((report) => report.atMs > gone.toMs || !unanswered.has(report))
          .map(({ message }) => message.digest),
      )
      const lost = [...unanswered].filter(({ atMs, message }) => atMs <= gone.fromMs && !known.has(message.digest))
      if (lost.length > 0)
        return fail(
          `${lost.length} 条未确认的消息没有重发`,
          `${lost.length} that were not acknowledged never came again`,
        )
      const measured = new Set(timesMeasured(trace, gone.toMs).filter((atMs) => atMs > gone.fromMs && atMs < gone.toMs))
      return measured.size > 0
        ? pass(`补报了 ${measured.size} 个时刻的读数`, `readings of ${measured.size} moments of that time came later`)
        : fail('断线期间的读数没有补报', 'no reading of the time without a broker came later')
    },
  },
  {
    id: 'trouble.garbage',
    level: 'must',
    title: { zh: '只发送合法的 MQTT 报文', en: 'Speaks well-formed MQTT' },
    judge(trace) {
      if (logins(trace).length === 0) return unseen('设备没有连接', 'the device never connected')
      const first = only(trace, 'garbage')[0]
      return first === undefined ? pass('全部合法', 'always') : fail(first.detail, first.detail)
    },
  },
]

/** What a device does not hear cannot harm it. */
const NOT_LISTENING = pass('设备不听命令', 'it does not listen for commands')

function commandClause(step: Step, level: Clause['level'], title: Clause['title']): Clause {
  return {
    id: `trouble.${step.replaceAll('_', '-')}`,
    level,
    title,
    judge(trace) {
      const span = spanOf(trace, step)
      const sent = only(trace, 'command').some(({ atMs }) => span !== null && isWithin(span, atMs))
      if (span === null) return unseen('没有试', 'it was not tried')
      if (!sent) return NOT_LISTENING
      const left = only(trace, 'closed').some(({ by, atMs }) => by !== 'kit' && isWithin(span, atMs))
      if (left) return fail('设备断开了连接', 'its connection broke')
      const after = reportsBetween(trace, span.fromMs, span.toMs).length
      return after > 0
        ? pass(`其后 ${after} 条读数`, `${after} reports came after it`)
        : fail('此后没有读数', 'no report came after it')
    },
  }
}

/** The greatest error of a time said in a step against the clock that the device was told; its first report may still be of before. */
function furthestOff(trace: readonly TraceEvent[], { fromMs, toMs }: { fromMs: number; toMs: number }, offMs: number) {
  return reportsBetween(trace, fromMs, toMs)
    .slice(1)
    .flatMap(({ atMs, message }) =>
      (message.readings ?? []).map(({ samples }) => (samples.at(-1)?.atMs ?? atMs) - atMs - offMs),
    )
    .reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0)
}

/** Device times of readings that came after a moment. */
function timesMeasured(trace: readonly TraceEvent[], afterMs: number): number[] {
  return reports(trace)
    .filter(({ atMs, message }) => atMs > afterMs && message.saysTime === true)
    .flatMap(({ message }) => (message.readings ?? []).flatMap(({ samples }) => samples.map(({ atMs }) => atMs)))
}
