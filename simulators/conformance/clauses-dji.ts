import { type Clause, fail, pass, seconds, unseen } from './clause.ts'
import { announcements, isWithin, logins, only, spanOf, type TraceEvent } from './trace.ts'

const NOTHING_CAME = unseen('没有 DJI 主题的消息', 'nothing came on a topic of DJI')

/** What is asked of docks and remote controllers (DJI Cloud API). */
export const DJI_CLAUSES: Clause[] = [
  {
    id: 'dji.envelope',
    level: 'must',
    title: { zh: '信封字段齐全', en: 'Fills in tid, bid, timestamp, and method where it is due' },
    judge(trace) {
      const all = said(trace)
      if (all.length === 0) return NOTHING_CAME
      const missing = new Set(all.flatMap(({ dji }) => dji.missing))
      return missing.size > 0
        ? fail(`缺少 ${[...missing].join(', ')}`, `${[...missing].join(', ')} missing`)
        : pass(`${all.length} 条齐全`, `all ${all.length}`)
    },
  },
  {
    id: 'dji.topology',
    level: 'must',
    title: { zh: '上线后报告拓扑 (update_topo)', en: 'Names its drone after every sign-on (update_topo)' },
    judge(trace, { link }) {
      const came = logins(trace)
      if (came.length === 0) return unseen('设备没有连接', 'the device never connected')
      const named = said(trace).filter(({ dji }) => (dji.drones ?? []).length > 0)
      const lateness = came.map(({ connection, atMs }) => {
        const first = named.find((one) => one.connection === connection)
        return first === undefined ? Number.POSITIVE_INFINITY : first.atMs - atMs
      })
      const missing = lateness.filter((ms) => ms > link.birthWithinS * 1000).length
      return missing > 0
        ? fail(
            `${came.length} 次连接中 ${missing} 次没有在 ${link.birthWithinS} s 内报告`,
            `${missing} of ${came.length} connections without one within ${link.birthWithinS} s`,
          )
        : pass(`最迟 ${seconds(Math.max(...lateness))} s`, `after ${seconds(Math.max(...lateness))} s at most`)
    },
  },
  {
    id: 'dji.answers',
    level: 'must',
    title: {
      zh: '回复服务调用',
      en: 'Answers a service that it does not know, with its tid and a result that is not 0',
    },
    judge(trace, _profile, { topics }) {
      const span = spanOf(trace, 'unknown_command')
      if (span === null) return unseen('没有试', 'it was not tried')
      const asked = only(trace, 'command').find(({ atMs }) => isWithin(span, atMs))
      if (asked === undefined) return fail(`没有订阅 ${topics}services`, `it does not subscribe to ${topics}services`)
      const { tid } = JSON.parse(asked.payload) as { tid: string }
      const answers = said(trace).filter(({ topic }) => topic === `${topics}services_reply`)
      const own = answers.find(({ dji }) => dji.tid === tid)
      if (own === undefined)
        return answers.length > 0
          ? fail('回复的 tid 不同', 'its answer has another tid')
          : fail('没有回复', 'it does not answer')
      if (own.dji.result === undefined || own.dji.result === 0)
        return fail(`result 是 ${own.dji.result ?? '空'}`, `the result is ${own.dji.result ?? 'missing'}`)
      return pass(`result ${own.dji.result}`, `result ${own.dji.result}`)
    },
  },
  {
    id: 'dji.flight',
    level: 'should',
    title: { zh: '报告航线任务进度', en: 'Reports its flights (flighttask_progress), and pictures name theirs' },
    judge(trace) {
      const flights = new Set(said(trace).flatMap(({ dji }) => dji.flight ?? []))
      if (flights.size === 0) return fail('没有报告', 'it reports none')
      const strange = announcements(trace).find(({ flight }) => flight === undefined || !flights.has(flight))
      return strange === undefined
        ? pass(`${flights.size} 次`, `${flights.size} of them`)
        : fail(
            `${strange.object} 属于 ${strange.flight ?? '无'}`,
            `${strange.object} is of ${strange.flight ?? 'none'}`,
          )
    },
  },
]

/** A file that came so shortly before the end may be announced after it. */
const STILL_TO_COME_MS = 10_000

/** What is asked of everybody who uploads to a store and says so. */
export const MEDIA_CLAUSES: Clause[] = [
  {
    id: 'media.come',
    level: 'must',
    title: { zh: '上传文件', en: 'Uploads files to the store that it is told' },
    judge(trace, { media }) {
      const count = only(trace, 'stored').length
      if (count > 0) return pass(`${count} 个`, `${count} of them`)
      return media?.required ? fail('没有文件', 'none came') : unseen('没有文件', 'none came')
    },
  },
  {
    id: 'media.announced',
    level: 'must',
    title: { zh: '上传后回调', en: 'Announces every file (file_upload_callback, upload-callback)' },
    judge(trace) {
      const stored = only(trace, 'stored')
      if (stored.length === 0) return unseen('没有文件', 'no file came')
      const known = new Set(announcements(trace).map(({ object }) => object))
      const endMs = trace.at(-1)!.atMs
      const silent = stored.flatMap(({ object, atMs }) =>
        known.has(object) || endMs - atMs < STILL_TO_COME_MS ? [] : [object],
      )
      return silent.length > 0
        ? fail(
            `${silent.length} 个没有, 例如 ${silent[0]}`,
            `${silent.length} of ${stored.length} not, such as ${silent[0]}`,
          )
        : pass(`${stored.length} 个`, `all ${stored.length}`)
    },
  },
  {
    id: 'media.there',
    level: 'must',
    title: { zh: '回调的文件已在存储中', en: 'Announces only what lies in the store' },
    judge(trace) {
      const said = announcements(trace)
      if (said.length === 0) return unseen('没有回调', 'no callback came')
      const stored = new Set(only(trace, 'stored').map(({ object }) => object))
      const absent = said.find(({ object }) => !stored.has(object))
      return absent === undefined
        ? pass(`${said.length} 个`, `all ${said.length}`)
        : fail(`${absent.object} 不在`, `${absent.object} is not there`)
    },
  },
  {
    id: 'media.complete',
    level: 'must',
    title: { zh: '回调元数据齐全', en: 'Says in the callback where, when and on which flight' },
    judge(trace) {
      const said = announcements(trace)
      if (said.length === 0) return unseen('没有回调', 'no callback came')
      const missing = new Set(said.flatMap((one) => one.missing))
      return missing.size > 0
        ? fail(`缺少 ${[...missing].join(', ')}`, `${[...missing].join(', ')} missing`)
        : pass(`${said.length} 个齐全`, `all ${said.length}`)
    },
  },
]

function said(trace: readonly TraceEvent[]) {
  return only(trace, 'message').flatMap(({ atMs, connection, message: { topic, dji } }) =>
    dji === undefined ? [] : [{ atMs, connection, topic, dji }],
  )
}
