import { type Clause, fail, pass, unseen } from './clause.ts'
import { only } from './trace.ts'

/** What is asked of a device that connects over TLS. */
export const TLS_CLAUSES: Clause[] = [
  {
    id: 'link.certificate',
    level: 'must',
    title: { zh: '校验服务器证书', en: 'Trusts nobody else’s certificate' },
    judge(trace) {
      const tries = only(trace, 'foreign_certificate')
      if (tries.length === 0) return unseen('没有连接尝试', 'it did not try to connect meanwhile')
      return tries.some(({ accepted }) => accepted)
        ? fail('接受了陌生证书: 令牌会泄露', 'it accepted one: anybody could have its token')
        : pass(`拒绝 ${tries.length} 次`, `it refused ${tries.length} times`)
    },
  },
]

/** What is asked of a device that connects over WebSocket. */
export const WEBSOCKET_CLAUSES: Clause[] = [
  {
    id: 'link.subprotocol',
    level: 'must',
    title: { zh: 'WebSocket 子协议 mqtt', en: 'Asks for the subprotocol mqtt [MQTT-6.0.0-3]' },
    judge(trace) {
      const opened = only(trace, 'opened')
      if (opened.length === 0) return unseen('没有连接', 'it never connected')
      const without = opened.filter(({ subprotocol }) => subprotocol !== 'mqtt').length
      return without > 0
        ? fail(`${without} 次没有`, `${without} of ${opened.length} connections did not`)
        : pass(`${opened.length} 次`, `all ${opened.length}`)
    },
  },
]
