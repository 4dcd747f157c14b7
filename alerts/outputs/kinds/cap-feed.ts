import Type, { type Static } from 'typebox'
import { type Alert, isOpen } from '../../../core/alert.ts'
import type { CapFeed } from '../../../core/cap-feed.ts'
import type { Output } from '../../../core/output.ts'
import { toAtom } from '../cap/atom.ts'
import { CAP_SENDER, toCapSender } from '../cap/settings.ts'
import { isForCap, nextMessage, references, type SentMessage, type Thread, withMessage } from '../cap/thread.ts'
import { toCap } from '../cap/to-cap.ts'
import type { KindPorts } from './kind.ts'

export const CAP_FEED = Type.Object(CAP_SENDER, { additionalProperties: false })

export interface CapFeedOutput extends Output {
  readonly feed: CapFeed
}

export function isCapFeed(output: Output): output is CapFeedOutput {
  return output.kind === 'cap-feed'
}

/** What is closed is shown for an hour more, so that who asks every few minutes sees its Cancel; of these the last thousand. */
const CLOSED_FOR_MS = 3_600_000
const MOST_CLOSED = 1000

interface Entry {
  thread: Thread
  /** Null while it is open. */
  closedMs: number | null
}

/** Keeps the messages of current alerts to be fetched: delivering is remembering. */
export function createCapFeed(settings: Static<typeof CAP_FEED>, ports: KindPorts): CapFeedOutput {
  const sender = toCapSender(settings, ports)
  const entries = new Map<string, Entry>()

  function forgetClosed(): void {
    const nowMs = ports.clock.nowMs()
    let closed = [...entries].filter(([, { closedMs }]) => closedMs !== null).length
    for (const [id, { closedMs }] of entries) {
      if (closedMs === null || (nowMs - closedMs < CLOSED_FOR_MS && closed <= MOST_CLOSED)) continue
      entries.delete(id)
      closed--
    }
  }

  function keep(alert: Alert, thread: Thread): void {
    entries.delete(alert.id)
    entries.set(alert.id, { thread, closedMs: isOpen(alert) ? null : ports.clock.nowMs() })
    forgetClosed()
  }

  const newest = (): SentMessage[] => {
    forgetClosed()
    return [...entries.values()].flatMap(({ thread }) => thread.messages.slice(-1)).sort((a, b) => b.seq - a.seq)
  }

  return {
    name: ports.name,
    kind: 'cap-feed',
    async start(told) {
      for (const [id, memo] of told)
        if (Array.isArray(memo.messages)) entries.set(id, { thread: memo as Thread, closedMs: null })
    },
    async deliver([one]) {
      if (!one) return undefined
      const before = one.before as Thread | undefined
      const message = isForCap(one.event) ? nextMessage(one, before, sender.iso(one.event.atMs)) : null
      if (!message) {
        // Nothing to tell, but perhaps its end.
        if (before && entries.has(one.event.alert.id)) keep(one.event.alert, before)
        return undefined
      }
      const thread = withMessage(before, message)
      // A made-up alert is in no ledger, so nobody could fetch it.
      if (one.seq > 0) keep(one.event.alert, thread)
      return new Map([[one.event.alert.id, thread]])
    },
    feed: {
      atom: (base) => toAtom(newest(), { ...sender, base: sender.publicUrl || base, nowMs: ports.clock.nowMs() }),
      async message(identifier) {
        for (const { thread } of entries.values()) {
          const message = thread.messages.find((one) => one.identifier === identifier)
          if (!message) continue
          const before = { messages: thread.messages.filter(({ seq }) => seq < message.seq) }
          return toCap(await ports.eventAt(message.seq), message, references(before), sender)
        }
        return null
      },
    },
  }
}
