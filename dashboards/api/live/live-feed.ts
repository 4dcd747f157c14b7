import { bufferTime, filter, interval, map, merge, Observable, type Subscription } from 'rxjs'
import type { WebSocket } from 'ws'
import { type AlertView, toAlertView } from '../../../core/alert-view.ts'
import type { FindingUpdate, LiveMessage, LiveStats } from '../../contract.ts'
import { STATS_EVERY_MS } from '../../contract.ts'
import type { ApiPorts } from '../ports.ts'
import { toIso } from '../to-iso.ts'
import { toFloodBrief } from '../to-load-view.ts'
import { toFindingView } from '../to-river-view.ts'
import { type BrowserLink, createBrowserLink } from './browser-link.ts'
import { coalesce, coalesceFindings, parseLiveRequest, toSnapshot } from './live-messages.ts'

type FeedPorts = Pick<ApiPorts, 'alerts' | 'findings' | 'load' | 'registry' | 'counts' | 'clock' | 'log'>

/** All browsers that watch. Every message is made once and sent to all. */
export interface LiveFeed {
  /** Takes over an open, authorised socket. */
  join(socket: WebSocket): void
  start(): void
  /** Closes every socket with 1001; may be called twice. */
  stop(): void
}

/** What a delta tells. */
interface Change {
  alert?: AlertView
  finding?: FindingUpdate
}

/** At most four deltas a second: a wall of browsers repaints no faster than an eye follows. */
const BATCH_MS = 250
const HEARTBEAT_MS = 15_000
/** Rates are means over ten seconds: sensors report in bursts. */
const RATE_SAMPLES = 5
/** How long a browser may take to close before it is cut off. */
const PARTING_MS = 1_000

export function createLiveFeed(ports: FeedPorts): LiveFeed {
  const links = new Map<WebSocket, BrowserLink>()
  let seq = 0
  let subscription: Subscription | undefined
  /** Readings counted at the last ticks, oldest first. */
  const earlier: number[] = []

  const now = () => toIso(ports.clock.nowMs())
  let known: { seq: number; bytes: Buffer } | undefined
  /** Made once between two deltas, however many ask: the next one brings what has changed since. */
  const snapshot = () => {
    if (known?.seq !== seq) known = { seq, bytes: toBytes(toSnapshot(ports.alerts.open().map(toAlertView), seq)) }
    return known.bytes
  }
  const toDelta = (changes: Change[]): LiveMessage => {
    const alerts = coalesce(changes.flatMap(({ alert }) => alert ?? []))
    const findings = coalesceFindings(changes.flatMap(({ finding }) => finding ?? []))
    return { type: 'delta', seq: ++seq, alerts, ...(findings.length > 0 && { findings }) }
  }

  function broadcast(message: LiveMessage): void {
    const bytes = toBytes(message)
    for (const link of links.values()) {
      link.catchUp()
      link.offer(bytes)
    }
  }

  function count(): LiveMessage {
    const stats = statsOf(ports, earlier)
    earlier.push(ports.counts().readingsTotal)
    if (earlier.length > RATE_SAMPLES) earlier.shift()
    return { type: 'stats', serverTime: now(), stats }
  }

  function beat(): LiveMessage {
    for (const socket of links.keys()) dropIfSilent(socket)
    return { type: 'heartbeat', seq, serverTime: now() }
  }

  return {
    join(socket) {
      const link = createBrowserLink(socket, snapshot)
      links.set(socket, link)
      alive.add(socket)
      socket.on('pong', () => alive.add(socket))
      socket.on('message', (data, isBinary) => {
        const pong = isBinary ? null : answer(String(data))
        if (pong === null) socket.close(1003, 'not a message of this feed')
        else link.offer(pong)
      })
      socket.on('error', (err) => ports.log.debug({ err }, 'live feed socket failed'))
      socket.once('close', () => links.delete(socket))
      link.offer(toBytes({ type: 'hello', seq, serverTime: now() }))
      link.offer(snapshot())
    },
    start() {
      if (subscription !== undefined) return
      const alerts = new Observable<Change>((out) =>
        ports.alerts.onEvent(({ alert }) => out.next({ alert: toAlertView(alert) })),
      )
      const findings = new Observable<Change>((out) =>
        ports.findings.onChange((finding, change) =>
          out.next({ finding: { change, finding: toFindingView(finding) } }),
        ),
      )
      const deltas = merge(alerts, findings).pipe(
        bufferTime(BATCH_MS),
        filter((changes) => changes.length > 0),
        map(toDelta),
      )
      const numbers = interval(STATS_EVERY_MS).pipe(map(count))
      const beats = interval(HEARTBEAT_MS).pipe(map(beat))
      subscription = merge(deltas, numbers, beats).subscribe(broadcast)
    },
    stop() {
      subscription?.unsubscribe()
      subscription = undefined
      for (const socket of links.keys()) part(socket)
      links.clear()
    },
  }
}

/** Sockets that answered the last ping; a weak set, so that a closed socket is forgotten with it. */
const alive = new WeakSet<WebSocket>()

/** A browser whose machine went to sleep never closes its connection: after one unanswered ping we do. */
function dropIfSilent(socket: WebSocket): void {
  if (alive.delete(socket)) socket.ping()
  else socket.terminate()
}

function part(socket: WebSocket): void {
  socket.close(1001, 'server stops')
  setTimeout(() => socket.terminate(), PARTING_MS).unref()
}

/** The answer to a browser's message, null when it is none of ours. */
function answer(text: string): Buffer | null {
  const request = parseLiveRequest(text)
  if (request === null) return null
  return toBytes({ type: 'pong', sentAtMs: request.sentAtMs })
}

function toBytes(message: LiveMessage): Buffer {
  return Buffer.from(JSON.stringify(message))
}

function statsOf({ registry, alerts, load, counts }: FeedPorts, earlier: readonly number[]): LiveStats {
  const { devicesOnline, readingsTotal, framesTotal } = counts()
  const { flood } = load.floods()
  const readings = readingsTotal - (earlier[0] ?? readingsTotal)
  const perS = (readings * 1000) / (Math.max(1, earlier.length) * STATS_EVERY_MS)
  return {
    devices: registry.all().length,
    devicesOnline,
    readingsPerS: perS < 10 ? Math.round(perS * 10) / 10 : Math.round(perS),
    framesTotal,
    alertsOpen: alerts.open().length,
    flood: flood && toFloodBrief(flood),
  }
}
