import type { AlertView } from '../core/alert-view.ts'
import type { FloodBriefView } from './flood-contract.ts'
import type { FindingUpdate } from './river-contract.ts'

/** Coarse numbers for the head of the page, every two seconds. */
export interface LiveStats {
  devices: number
  /** Null while nobody counts it. */
  devicesOnline: number | null
  readingsPerS: number
  framesTotal: number
  alertsOpen: number
  /** Null while alerts come no faster than a person can follow. */
  flood: FloodBriefView | null
}

/**
 * The live feed, server to browser. `hello`, then `snapshot`; after that `delta` at most four times a second, each alert
 * and finding once with its newest state. `seq` grows by one with each delta; a snapshot replaces all that was known of
 * alerts, and findings are then to be asked for again.
 */
export type LiveMessage =
  | { type: 'hello'; seq: number; serverTime: string }
  | { type: 'snapshot'; seq: number; alerts: AlertView[]; total: number }
  | { type: 'delta'; seq: number; alerts: AlertView[]; findings?: FindingUpdate[] }
  | { type: 'stats'; serverTime: string; stats: LiveStats }
  | { type: 'heartbeat'; seq: number; serverTime: string }
  | { type: 'pong'; sentAtMs: number }

/** Browser to server; `sentAtMs` comes back unchanged, to measure the way there and back. */
export type LiveRequest = { type: 'ping'; sentAtMs: number }

/** The subprotocol that the live feed speaks. A token travels beside it, see `liveProtocols` in the browser app. */
export const LIVE_PROTOCOL = 'huying.live.v1'
/** The feed's word for "you are here" at least this often; silence for three times as long means that it is lost. */
export const STATS_EVERY_MS = 2_000
