import type { Client } from 'aedes'
import type { Lane } from './lane.ts'
import type { PacketReader } from './packet-reader.ts'
import type { deviceTopics } from './topics.ts'
import type { Wire } from './wire.ts'

/** One connection, from the first byte on. */
export interface Peer {
  client: Client
  wire: Wire
  reader: PacketReader
  /** Set once the device signed in. */
  session: Session | null
  /** True once aedes has said so to the client; until then all its packets go through aedes. */
  isConnected: boolean
  /** PUBLISH packets that aedes has and has not shown us yet: later ones must not overtake them. */
  withBroker: number
  /** 0 when the client asked for none. */
  keepAliveMs: number
  /** Since its last bytes, as the sweeps of the broker counted it. */
  silentMs: number
  willTopic: string | null
  /** Dropped by us, with the reason already counted. */
  isDropped: boolean
}

/** What a signed-in connection has. */
export interface Session {
  deviceId: string
  topics: ReturnType<typeof deviceTopics>
  lane: Lane
  /** What it asked to hear (its commands, answers to a dock), and at which QoS. */
  hears: Map<string, 0 | 1>
  /** By each command that was handed to it at QoS 1 and not yet acknowledged, oldest first: what to call then. */
  unacked: (() => void)[]
}

/** All connections, and those of each device, oldest first. */
export interface Peers {
  add(peer: Peer): void
  get(client: Client): Peer | undefined
  signedIn(peer: Peer, session: Session): void
  /** Returns how many connections its device still has. */
  remove(peer: Peer): number
  ofDevice(deviceId: string): Peer[]
  all(): Iterable<Peer>
  readonly size: number
}

export function createPeers(): Peers {
  const byClient = new Map<Client, Peer>()
  const byDevice = new Map<string, Set<Peer>>()
  return {
    add: (peer) => void byClient.set(peer.client, peer),
    get: (client) => byClient.get(client),
    signedIn(peer, session) {
      peer.session = session
      const siblings = byDevice.get(session.deviceId) ?? new Set()
      byDevice.set(session.deviceId, siblings.add(peer))
    },
    remove(peer) {
      byClient.delete(peer.client)
      const deviceId = peer.session?.deviceId
      const siblings = deviceId === undefined ? undefined : byDevice.get(deviceId)
      if (!siblings || deviceId === undefined) return 0
      siblings.delete(peer)
      if (siblings.size === 0) byDevice.delete(deviceId)
      return siblings.size
    },
    ofDevice: (deviceId) => [...(byDevice.get(deviceId) ?? [])],
    all: () => byClient.values(),
    get size() {
      return byClient.size
    },
  }
}
