import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { alertEventId, toAlertEventView } from '../../core/alert-view.ts'
import { isAlertEvent } from '../../core/ledger-entry.ts'
import type { ConnectionRecord, Delivery, SubscriberRecord, Testimony, WrittenLedger } from './testimony.ts'

/** A short name for an event's content, in whatever order its fields came. */
export function contentOf(event: unknown): string {
  return createHash('sha256')
    .update(canonicalize(event) as string)
    .digest('base64url')
    .slice(0, 16)
}

/** What the ledger says that a position is delivered as. */
interface Truth {
  id: string
  content: string
}

/**
 * Every subscriber has every event that it wants, at least once and in order; what came again began at or before what it had
 * acknowledged, and ran on without gaps; the same id never meant two things.
 */
export function checkDeliveries({ ledger, subscribers, untilSeq }: Testimony): string[] {
  const truth = truthOf(ledger)
  return subscribers.flatMap((subscriber) => {
    const wanted = wantedBy(subscriber, ledger)
    return [
      ...checkContent(subscriber, truth),
      ...subscriber.connections.flatMap((connection, index) => [
        ...checkStart(connection).map((fault) => `connection ${index} ${fault}`),
        ...checkRun(
          wanted.filter((seq) => seq > connection.after),
          subscriber.deliveries.filter((delivery) => delivery.connection === index),
        ).map((fault) => `connection ${index} ${fault}`),
      ]),
      ...checkAll(wanted, subscriber, untilSeq),
    ].map((fault) => `${subscriber.name}: ${fault}`)
  })
}

function truthOf({ id: ledgerId, records }: WrittenLedger): Map<number, Truth> {
  const truth = new Map<number, Truth>()
  for (const { seq, entry } of records) {
    if (!isAlertEvent(entry)) continue
    const view = toAlertEventView(entry, alertEventId(ledgerId, seq))
    truth.set(seq, { id: view.id, content: contentOf(JSON.parse(JSON.stringify(view))) })
  }
  return truth
}

/** Positions that it wants, in the ledger's order. */
function wantedBy({ wants }: SubscriberRecord, { records }: WrittenLedger): number[] {
  return records.filter(({ entry }) => wants(entry)).map(({ seq }) => seq)
}

function checkContent({ deliveries }: SubscriberRecord, truth: Map<number, Truth>): string[] {
  const contentById = new Map<string, string>()
  const faults: string[] = []
  for (const { cursor, id, content } of deliveries) {
    const written = truth.get(cursor)
    const before = contentById.get(id) ?? content
    contentById.set(id, content)
    if (before !== content) faults.push(`event ${id} came with two contents`)
    else if (written === undefined) faults.push(`got position ${cursor}, which the ledger does not have as an event`)
    else if (written.id !== id) faults.push(`got position ${cursor} as ${id}, not ${written.id}`)
    else if (written.content !== content) faults.push(`event ${id} is not what the ledger has`)
  }
  return faults
}

function checkStart({ after, asked, acknowledged }: ConnectionRecord): string[] {
  if (asked !== undefined && asked !== after) return [`asked for ${asked} and was started at ${after}`]
  if (asked === undefined && after > acknowledged)
    return [`starts at ${after}, beyond ${acknowledged}, its last acknowledgement`]
  return []
}

/** What one connection brings is what is wanted after its start, without a gap, up to where it broke. */
function checkRun(wanted: number[], got: Delivery[]): string[] {
  const wrong = got.findIndex(({ cursor }, index) => cursor !== wanted[index])
  return wrong < 0 ? [] : [`brought ${got[wrong]?.cursor} where ${wanted[wrong] ?? 'nothing'} was next`]
}

/** First deliveries are in the ledger's order, and at the end nothing is missing. */
function checkAll(wanted: number[], { connections, deliveries }: SubscriberRecord, untilSeq: number): string[] {
  const start = connections[0]?.after
  if (start === undefined) return ['was never subscribed']
  const due = wanted.filter((seq) => seq > start && seq <= untilSeq)
  let next = wanted.findIndex((seq) => seq > start)
  const seen = new Set<number>()
  const faults: string[] = []
  for (const { cursor } of deliveries) {
    if (seen.has(cursor)) continue
    seen.add(cursor)
    if (cursor !== wanted[next++]) faults.push(`first got ${cursor} where ${wanted[next - 1] ?? 'nothing'} was next`)
  }
  const missing = due.filter((seq) => !seen.has(seq))
  return [
    ...faults.slice(0, 3),
    ...(missing.length > 0
      ? [`never got ${missing.length} events, the first ${missing[0]} (of ${due.length} up to ${untilSeq})`]
      : []),
  ]
}
