import Type, { type Static } from 'typebox'
import type { Output } from '../../../core/output.ts'
import { CAP_SENDER, toCapSender } from '../cap/settings.ts'
import { isForCap, nextMessage, references, type Thread, withMessage } from '../cap/thread.ts'
import { toCap } from '../cap/to-cap.ts'
import { httpPost } from './http-post.ts'
import { HEADERS, HTTP_URL, type KindPorts } from './kind.ts'

export const CAP = Type.Object(
  { url: HTTP_URL, headers: Type.Optional(HEADERS), ...CAP_SENDER },
  { additionalProperties: false },
)

/** Posts each message as a CAP 1.2 document of its own. */
export function createCap(settings: Static<typeof CAP>, ports: KindPorts): Output {
  const { url, headers = {} } = settings
  const sender = toCapSender(settings, ports)
  return {
    name: ports.name,
    kind: 'cap',
    takes: isForCap,
    async deliver([one], signal) {
      if (!one) return undefined
      const before = one.before as Thread | undefined
      const message = nextMessage(one, before, sender.iso(one.event.atMs))
      if (!message) return undefined
      await httpPost({
        ...{ url, signal, nowMs: ports.clock.nowMs(), body: toCap(one, message, references(before), sender) },
        headers: { ...headers, 'content-type': 'application/cap+xml; charset=utf-8', 'user-agent': 'huying' },
      })
      return new Map([[one.event.alert.id, withMessage(before, message)]])
    },
  }
}
