import type { AedesOptions, Client, ConnectPacket } from 'aedes'
import type { Clock } from '../core/clock.ts'
import type { AppError } from '../core/errors.ts'
import type { Log } from '../core/log.ts'
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts'
import { isDjiDownTopic, parseDjiTopic } from './dji/dji-topics.ts'
import { createLane } from './lane.ts'
import type { IngestLimits } from './limits.ts'
import type { ByteMeter } from './packet-reader.ts'
import type { Peer, Peers, Session } from './peers.ts'
import type { Presence } from './presence.ts'
import { createQuota } from './quota.ts'
import type { Refusals } from './refusals.ts'
import { parseUsername, type SignInOptions, signIn } from './sign-in.ts'
import type { TakeIn } from './take-in.ts'
import { deviceTopics } from './topics.ts'

export interface BrokerHooksOptions {
  signInWith: SignInOptions
  peers: Peers
  takeIn: TakeIn
  presence: Presence
  refusals: Refusals
  limits: IngestLimits
  /** Unacknowledged payload bytes of all connections. */
  held: ByteMeter
  clock: Clock
  log: Log
  /** Closes a connection for a reason and counts it. */
  drop: (peer: Peer, refusal: Refusal) => void
  /** A message could not be stored: closes the connection, after a pause that keeps devices from hammering. */
  dropLater: (peer: Peer, error: AppError) => void
}

type Hooks = Required<
  Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'>
>

/** CONNACK return codes (MQTT 3.1.1 §3.2.2.3). */
const IDENTIFIER_REJECTED = 2
const SERVER_UNAVAILABLE = 3
const BAD_USERNAME_OR_PASSWORD = 4
const NOT_AUTHORIZED = 5

const MAX_CLIENT_ID_CHARS = 256
/** U+0000 and what is left of bytes that were no UTF-8 [MQTT-1.5.3-1, MQTT-1.5.3-2], and other control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const BAD_CHARACTERS = /[\u0000-\u001f\u007f-\u009f\ufffd]/

/** What the embedded broker decides: who may connect, what is taken in and acknowledged when, what may be heard. */
export function createBrokerHooks(options: BrokerHooksOptions): Hooks {
  return {
    preConnect: createPreConnect(options),
    authenticate: createAuthenticate(options),
    // Messages that aedes must see: those of QoS 2, and those that came before it had answered CONNECT.
    authorizePublish(client, packet, done) {
      const peer = client ? options.peers.get(client) : undefined
      // No answer is no acknowledgement: the connection is gone or going.
      if (!peer) return
      peer.withBroker--
      const { topic, qos, payload, messageId = 0 } = packet
      const message = { topic, qos, messageId, payload: typeof payload === 'string' ? Buffer.from(payload) : payload }
      options.takeIn(peer, message, () => done(null))
    },
    authorizeSubscribe: createAuthorizeSubscribe(options),
    authorizeForward(client, packet) {
      const session = options.peers.get(client)?.session
      return session && mayHear(session, packet.topic) ? packet : null
    },
  }
}

function createPreConnect({ peers, refusals }: BrokerHooksOptions): Hooks['preConnect'] {
  return (client, packet, done) => {
    const peer = peers.get(client)
    if (!peer) return done(new Error('no such connection'), false)
    const fault = findClientIdFault(packet)
    if (fault) {
      peer.isDropped = true
      refusals.count(parseUsername(packet.username)?.deviceId ?? null, fault)
      // aedes only closes here; the reason is owed to the client [MQTT-3.1.3-8, MQTT-3.1.3-9].
      peer.wire.link.end(Buffer.from([0x20, 2, 0, IDENTIFIER_REJECTED]), () => done(new Error(fault.detail), false))
      return
    }
    peer.keepAliveMs = (packet.keepalive ?? 0) * 1000
    // aedes does not hear every packet, so the broker's sweep sees to it.
    packet.keepalive = 0
    peer.willTopic = packet.will?.topic ?? null
    // The loss of the connection says all that a will may say here, so aedes need not keep and publish it.
    delete packet.will
    if (packet.protocolVersion === 5) {
      peer.isDropped = true
      const detail = 'the embedded broker speaks MQTT 3.1.1; for MQTT 5 use an external broker'
      refusals.count(parseUsername(packet.username)?.deviceId ?? null, refuse('bad_payload', detail))
    }
    done(null, true)
  }
}

function findClientIdFault({ clientId, clean }: ConnectPacket): Refusal | null {
  if (clientId === '' && !clean)
    return refuse('bad_client_id', 'an empty client id needs a clean session [MQTT-3.1.3-8]')
  if (clientId.length > MAX_CLIENT_ID_CHARS)
    return refuse('bad_client_id', `a client id of more than ${MAX_CLIENT_ID_CHARS} characters`)
  if (BAD_CHARACTERS.test(clientId))
    return refuse('bad_client_id', 'the client id holds control characters or no UTF-8')
  return null
}

function createAuthenticate(options: BrokerHooksOptions): Hooks['authenticate'] {
  const { peers, refusals, signInWith } = options
  return (client, username, password, done) => {
    const peer = peers.get(client)
    if (!peer) return done(connackError(SERVER_UNAVAILABLE, 'no such connection'), null)
    const reject = (refusal: Refusal, returnCode: number) => {
      peer.isDropped = true
      refusals.count(parseUsername(username)?.deviceId ?? null, refusal)
      done(connackError(returnCode, refusal.detail), null)
    }
    signIn(signInWith, username, password?.toString() ?? '').then(
      (claim) => {
        if (client.closed) return
        if (isRefusal(claim))
          return reject(claim, claim.refused === 'overloaded' ? SERVER_UNAVAILABLE : BAD_USERNAME_OR_PASSWORD)
        const { willTopic } = peer
        if (willTopic !== null && !isOwnWill(willTopic, claim.deviceId))
          return reject(refuse('topic_not_allowed', 'the last will must go to the own status topic'), NOT_AUTHORIZED)
        openSession(options, peer, claim.deviceId)
        done(null, true)
      },
      () => done(connackError(SERVER_UNAVAILABLE, 'sign-in failed'), null),
    )
  }
}

function isOwnWill(topic: string, deviceId: string): boolean {
  return topic === deviceTopics(deviceId).status || parseDjiTopic(topic)?.sn === deviceId
}

function connackError(returnCode: number, detail: string) {
  return Object.assign(new Error(detail), { returnCode })
}

function openSession(options: BrokerHooksOptions, peer: Peer, deviceId: string): void {
  const { peers, presence, limits, held, clock, drop, dropLater } = options
  const { client, reader } = peer
  // Client ids are the device's own affair: a device can neither take over nor push out another one's connection.
  client.id = `${deviceId}/${client.id}`
  const lane = createLane({
    clock,
    quota: createQuota(limits, clock.nowMs()),
    meter: held,
    onFailure: (error) => dropLater(peer, error),
  })
  reader.signedIn()
  peers.signedIn(peer, { deviceId, topics: deviceTopics(deviceId), lane, hears: new Map(), unacked: [] })
  presence.came(deviceId)
  const siblings = peers.ofDevice(deviceId)
  const oldest = siblings.length > limits.connectionsPerDevice ? siblings[0] : undefined
  if (oldest)
    drop(oldest, refuse('already_connected', `more than ${limits.connectionsPerDevice} connections; the oldest closed`))
}

function createAuthorizeSubscribe({ peers, refusals }: BrokerHooksOptions): Hooks['authorizeSubscribe'] {
  return (client: Client, subscription, done) => {
    const session = peers.get(client)?.session
    if (session && mayHear(session, subscription.topic)) {
      session.hears.set(subscription.topic, subscription.qos === 0 ? 0 : 1)
      return done(null, subscription)
    }
    refusals.count(session?.deviceId ?? null, refuse('topic_not_allowed', `subscribe to ${subscription.topic}`))
    // SUBACK says 0x80 for this one filter [MQTT-3.9.3].
    done(null, null)
  }
}

/** Its commands, and what a dock is answered under its own serial number. */
function mayHear({ deviceId, topics }: Session, topic: string): boolean {
  return topic === topics.commands || isDjiDownTopic(topic, deviceId)
}
