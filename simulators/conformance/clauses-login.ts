import { type Clause, fail, NO_LOGIN, pass, seconds, unseen } from './clause.ts'
import { logins, only } from './trace.ts'

/** A connection that the kit cuts sooner is not looked at. */
const HAD_TIME_MS = 2_000

/** How a device comes and goes. */
export const LOGIN_CLAUSES: Clause[] = [
  {
    id: 'login.accepted',
    level: 'must',
    title: { zh: '以设备编号和令牌登录', en: 'Signs in with its id and token' },
    judge(trace, _profile, { id }) {
      const first = logins(trace)[0]
      if (first === undefined) return fail('没有收到 CONNECT', 'no CONNECT came')
      if (first.username !== id)
        return fail(`用户名是 ${first.username ?? '空'}`, `the user name is ${first.username ?? 'empty'}, not ${id}`)
      const codes = only(trace, 'packet').flatMap(({ packet }) =>
        packet.cmd === 'connack' ? [packet.returnCode ?? packet.reasonCode ?? 0] : [],
      )
      const refused = codes.find((code) => code !== 0)
      if (refused !== undefined)
        return fail(`登录被拒绝 (返回码 ${refused})`, `a login was refused (return code ${refused})`)
      return codes.length > 0 ? pass('登录成功', 'signed in') : unseen('没有应答', 'the broker did not answer')
    },
  },
  {
    id: 'login.protocol',
    level: 'must',
    title: { zh: '使用 MQTT 3.1.1', en: 'Speaks MQTT 3.1.1' },
    judge(trace) {
      const first = logins(trace)[0]
      if (first === undefined) return NO_LOGIN
      const { protocolVersion = 4 } = first
      const name = protocolVersion === 5 ? '5.0' : protocolVersion === 4 ? '3.1.1' : '3.1'
      return protocolVersion === 4 ? pass(`MQTT ${name}`, `MQTT ${name}`) : fail(`MQTT ${name}`, `MQTT ${name}`)
    },
  },
  {
    id: 'login.client-id',
    level: 'should',
    title: { zh: '客户端标识固定', en: 'Keeps one client id' },
    judge(trace) {
      const ids = [...new Set(logins(trace).map(({ clientId }) => clientId))]
      if (ids.length === 0) return NO_LOGIN
      if (ids.includes('')) return fail('客户端标识为空', 'the client id is empty')
      const named = ids.slice(0, 3).join(', ')
      if (ids.length > 1) return fail(`每次连接都变: ${named}`, `it changes from connection to connection: ${named}`)
      return pass(named, named)
    },
  },
  {
    id: 'login.keep-alive',
    level: 'must',
    title: { zh: '保活时间合理', en: 'Has a sensible keep-alive' },
    judge(trace, { link }) {
      const first = logins(trace)[0]
      if (first === undefined) return NO_LOGIN
      const { keepalive = 0 } = first
      const [least, most] = link.keepAliveS
      const asked = `${least}–${most} s`
      if (keepalive === 0)
        return fail('保活关闭: 掉线不会被发现', 'it is off: nobody would notice that the device is gone')
      return keepalive >= least && keepalive <= most
        ? pass(`${keepalive} s`, `${keepalive} s`)
        : fail(`${keepalive} s, 要求 ${asked}`, `${keepalive} s, asked ${asked}`)
    },
  },
  {
    id: 'login.will',
    level: 'must',
    title: { zh: '遗嘱消息 {"online": false}', en: 'Leaves a last will {"online": false}' },
    judge(trace, _profile, { topics }) {
      const first = logins(trace)[0]
      if (first === undefined) return NO_LOGIN
      const { will } = first
      if (will === undefined) return fail('没有遗嘱', 'there is no will')
      if (will.topic !== `${topics}status`) return fail(`主题是 ${will.topic}`, `its topic is ${will.topic}`)
      if (!saysOffline(String(will.payload))) return fail(`内容是 ${will.payload}`, `it says ${will.payload}`)
      return pass('正确', 'as asked')
    },
  },
  {
    id: 'login.birth',
    level: 'must',
    title: { zh: '上线后发布上线消息', en: 'Says that it came' },
    judge(trace, { link }) {
      const all = logins(trace)
      if (all.length === 0) return NO_LOGIN
      const cut = new Map(
        only(trace, 'closed').flatMap(({ by, connection, atMs }) => (by === 'kit' ? [[connection, atMs]] : [])),
      )
      // Whom the kit cut off in the middle of it had no time to.
      const hadTime = ({ connection, atMs }: { connection: number; atMs: number }) =>
        (cut.get(connection) ?? Number.POSITIVE_INFINITY) - atMs > HAD_TIME_MS
      const came = all.some(hadTime) ? all.filter(hadTime) : all
      const births = only(trace, 'message').filter(({ message }) => message.status?.online === true)
      const lateness = came.map(({ connection, atMs }) => {
        const birth = births.find((one) => one.connection === connection)
        return birth === undefined ? Number.POSITIVE_INFINITY : birth.atMs - atMs
      })
      const missing = lateness.filter((ms) => ms > link.birthWithinS * 1000).length
      if (missing > 0)
        return fail(
          `${came.length} 次连接中 ${missing} 次没有在 ${link.birthWithinS} s 内发布`,
          `${missing} of ${came.length} connections without one within ${link.birthWithinS} s`,
        )
      return pass(`最迟 ${seconds(Math.max(...lateness))} s`, `after ${seconds(Math.max(...lateness))} s at most`)
    },
  },
  {
    id: 'login.firmware',
    level: 'should',
    title: { zh: '上线消息带固件版本', en: 'Tells its firmware version' },
    judge(trace) {
      const births = only(trace, 'message').filter(({ message }) => message.status?.online === true)
      if (births.length === 0) return unseen('没有上线消息', 'it never said that it came')
      const { firmware } = births.find(({ message }) => message.status?.firmware !== undefined)?.message.status ?? {}
      return firmware === undefined ? fail('没有 firmware', 'there is no firmware') : pass(firmware, firmware)
    },
  },
]

function saysOffline(payload: string): boolean {
  if (payload.trim() === 'offline') return true
  try {
    return (JSON.parse(payload) as { online?: unknown }).online === false
  } catch {
    return false
  }
}
