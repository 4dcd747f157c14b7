import type { SentMessage } from './thread.ts'
import { type CapSender, toXml } from './to-cap.ts'

/** Where a message is fetched, below the address of the service. */
export function capMessagePath(identifier: string): string {
  return `/api/v1/cap/${encodeURIComponent(identifier)}.xml`
}
export const CAP_FEED_PATH = '/api/v1/cap/feed.atom'

/** An Atom feed (RFC 4287) with a link to each message. */
export function toAtom(
  messages: readonly SentMessage[],
  { senderName, sender, iso, base, nowMs }: CapSender & { base: string; nowMs: number },
): string {
  return toXml({
    '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' },
    feed: {
      '@_xmlns': 'http://www.w3.org/2005/Atom',
      id: `urn:huying:cap:${encodeURIComponent(sender)}`,
      title: `${senderName} CAP`,
      updated: messages[0]?.sent ?? iso(nowMs),
      author: { name: senderName },
      link: { '@_rel': 'self', '@_type': 'application/atom+xml', '@_href': `${base}${CAP_FEED_PATH}` },
      entry: messages.map(({ identifier, sent, msgType, title }) => ({
        id: `urn:huying:cap:${encodeURIComponent(identifier)}`,
        title: title ?? identifier,
        updated: sent,
        category: { '@_term': msgType },
        link: {
          '@_rel': 'alternate',
          '@_type': 'application/cap+xml',
          '@_href': `${base}${capMessagePath(identifier)}`,
        },
      })),
    },
  })
}
