import { type Clause, fail, pass, seconds, unseen } from './clause.ts'
import { RETRY_AFTER_S } from './http-door.ts'
import { type EventOf, isWithin, only, spanOf, type TraceEvent } from './trace.ts'

const NOTHING_CAME = unseen('没有收到请求', 'no request came')
/** A device's clock may run a little fast. */
const TOLERANCE = 0.9

/** How a device behaves that sends pictures over HTTP. */
export const HTTP_CLAUSES: Clause[] = [
  {
    id: 'http.accepted',
    level: 'must',
    title: { zh: '以设备编号和令牌认证', en: 'Signs in with its id and token' },
    judge(trace, _profile, { id }) {
      const all = only(trace, 'request')
      const stranger = all.find(({ request }) => request.user !== id)
      if (stranger !== undefined)
        return fail(`用户名是 ${stranger.request.user ?? '空'}`, `it signed in as ${stranger.request.user ?? 'nobody'}`)
      const refused = all.find(({ request: { status } }) => status === 401 || status === 403)
      if (refused !== undefined)
        return fail(`被拒绝 (${refused.request.status})`, `it was refused (${refused.request.status})`)
      return all.length > 0 ? pass('正确', 'it does') : fail('没有收到请求', 'no request came')
    },
  },
  {
    id: 'http.valid',
    level: 'must',
    title: { zh: '请求格式正确', en: 'Sends what can be read' },
    judge(trace) {
      const all = only(trace, 'request')
      if (all.length === 0) return NOTHING_CAME
      const bad = all.filter(({ request: { status } }) => status >= 400 && status < 500 && status !== 429)
      const text = bad[0] && `${bad[0].request.status} ${bad[0].request.method} ${bad[0].request.path}`
      return text === undefined
        ? pass(`${all.length} 个请求`, `all ${all.length} requests`)
        : fail(`${bad.length} 个被拒绝; ${text}`, `${bad.length} of ${all.length} refused; ${text}`)
    },
  },
  {
    id: 'http.interval',
    level: 'must',
    title: { zh: '按时发送', en: 'Sends in time' },
    judge(trace, { reports: { everyS, patience } }) {
      const watch = spanOf(trace, 'watch')
      if (watch === null) return unseen('没有观察', 'it was not watched')
      const times = sent(trace)
        .map(({ atMs }) => atMs)
        .filter((atMs) => isWithin(watch, atMs))
      if (times.length < 2) return fail(`只有 ${times.length} 张`, `only ${times.length} pictures while it was watched`)
      const longest = Math.max(...times.slice(1).map((atMs, i) => atMs - times[i]!), watch.toMs - times.at(-1)!)
      const text = `${seconds(longest)} s, ≤ ${seconds(everyS * patience * 1000)} s`
      return longest > everyS * patience * 1000
        ? fail(`最长间隔 ${text}`, `longest pause ${text}`)
        : pass(`最长间隔 ${text}`, `longest pause ${text}`)
    },
  },
  {
    id: 'http.again',
    level: 'must',
    title: { zh: '503 之后重发', en: 'Sends again what was turned away' },
    judge(trace) {
      const turnedAway = picturesWith(trace, 503)
      if (turnedAway.size === 0) return unseen('没有被回绝的图像', 'no picture was turned away')
      const lost = notSentAgain(trace).length
      return lost > 0
        ? fail(`${turnedAway.size} 张中 ${lost} 张没有重发`, `${lost} of ${turnedAway.size} never came again`)
        : pass(`${turnedAway.size} 张`, `all ${turnedAway.size}`)
    },
  },
  {
    id: 'http.retry-after',
    level: 'must',
    title: { zh: '遵守 Retry-After', en: 'Waits as long as it is asked to (Retry-After)' },
    judge(trace) {
      const all = only(trace, 'request')
      const pauses = all
        .slice(0, -1)
        .flatMap(({ atMs, request }, i) => (request.status === 503 ? all[i + 1]!.atMs - atMs : []))
      if (pauses.length === 0) return unseen('没有被回绝', 'it was not turned away, or never came again')
      const shortest = Math.min(...pauses)
      const text = `${seconds(shortest)} s, ≥ ${RETRY_AFTER_S} s`
      return shortest < RETRY_AFTER_S * 1000 * TOLERANCE ? fail(text, text) : pass(text, text)
    },
  },
  {
    id: 'http.once',
    level: 'should',
    title: { zh: '已收下的不再发送', en: 'Does not send again what was taken' },
    judge(trace) {
      const taken = sent(trace).flatMap(({ request }) => (request.status === 202 ? request.digest : []))
      if (taken.length === 0) return unseen('没有收下图像', 'no picture was taken')
      const again = taken.length - new Set(taken).size
      return again > 0 ? fail(`${again} 张重复`, `${again} came twice`) : pass('没有重复', 'never')
    },
  },
]

/** Pictures that were turned away and not taken since. */
export function notSentAgain(trace: readonly TraceEvent[]): string[] {
  const taken = picturesWith(trace, 202)
  return [...picturesWith(trace, 503)].filter((digest) => !taken.has(digest))
}

function picturesWith(trace: readonly TraceEvent[], status: number): Set<string> {
  return new Set(sent(trace).flatMap(({ request }) => (request.status === status ? request.digest : [])))
}

/** Uploads of pictures, in order. */
function sent(trace: readonly TraceEvent[]): EventOf<'request'>[] {
  return only(trace, 'request').filter(({ request }) => request.path.startsWith('/api/v1/frames'))
}
