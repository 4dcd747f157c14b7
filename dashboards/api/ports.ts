import type { Alert } from '../../core/alert.ts'
import type { AlertCommand } from '../../core/alert-command.ts'
import type { AlertStatistics } from '../../core/alert-statistics.ts'
import type { BacktestDesk } from '../../core/backtest-desk.ts'
import type { BundleDesk } from '../../core/bundle-desk.ts'
import type { CapFeed } from '../../core/cap-feed.ts'
import type { Clock } from '../../core/clock.ts'
import type { ConservationDesk } from '../../core/conservation-report.ts'
import type { DeviceHealth } from '../../core/device-health.ts'
import type { DeviceRegistry } from '../../core/device-registry.ts'
import type { EvidenceStore } from '../../core/evidence-store.ts'
import type { FindingDesk } from '../../core/finding-desk.ts'
import type { FloodState } from '../../core/flood.ts'
import type { FrontDoor, RefusalCount } from '../../core/front-door.ts'
import type { FrameRow, History } from '../../core/history.ts'
import type { HourHistory } from '../../core/hour-history.ts'
import type { HouseDesk } from '../../core/house-desk.ts'
import type { HousePictureDesk } from '../../core/house-picture-desk.ts'
import type { HouseWatch } from '../../core/house-watch.ts'
import type { LedgerDesk } from '../../core/ledger-desk.ts'
import type { AlertEvent } from '../../core/ledger-entry.ts'
import type { Log } from '../../core/log.ts'
import type { LogTail } from '../../core/log-tail.ts'
import type { MapTiles } from '../../core/map-tiles.ts'
import type { Measurement } from '../../core/measurement.ts'
import type { MediaDesk } from '../../core/media-desk.ts'
import type { Sample } from '../../core/observation.ts'
import type { OutputDesk } from '../../core/output-desk.ts'
import type { FlightDesk } from '../../core/patrol.ts'
import type { PayloadDesk } from '../../core/payload-desk.ts'
import type { PictureDesk } from '../../core/picture-desk.ts'
import type { PipelineState } from '../../core/pipeline.ts'
import type { OutOfService, Silence } from '../../core/quiet.ts'
import type { ResponseTimes } from '../../core/response-times.ts'
import type { RuleDesk } from '../../core/rule-desk.ts'
import type { SettingInForce } from '../../core/setting-view.ts'
import type { SubscriberDesk } from '../../core/subscriber-desk.ts'
import type { TrendDesk } from '../../core/trend-desk.ts'
import type { ModelDesk } from '../../core/vision-models.ts'
import type { WaveformDesk } from '../../core/waveform-desk.ts'
import type { WhyDesk } from '../../core/why.ts'
import type { Granted } from './api-server.ts'
import type { UpgradeHandler } from './upgrades.ts'

/** Where a request comes from, as far as it can be believed. */
export interface Remote {
  /** The connection comes from this machine, and no proxy says that it speaks for another. */
  loopback: boolean
  /** The `Host` header: what the caller thinks this server is called. */
  host: string | undefined
  /** The `Origin` header, which browsers set and pages cannot change. */
  origin: string | undefined
}

/** The alert engine as the API sees it. */
export interface AlertDesk {
  /** Without those that only try the path. */
  open(): Alert[]
  openTests(): Alert[]
  /** Open alerts at least; closed ones are in the history. */
  get(id: string): Alert | undefined
  /** Resolves with the alert as it stands after the command, once that is durable. Throws `not_found`, `conflict`. */
  command(command: AlertCommand, by: string): Promise<Alert>
  /** Called after each committed change. Returns a function that stops it. */
  onEvent(listener: (event: AlertEvent, cursor: string) => void): () => void
}

/** People's words that keep alerts quiet. Each change resolves once it is durable. */
export interface NoiseDesk {
  silences(): Silence[]
  silence(id: string): Silence | undefined
  /** Makes a silence, or replaces the one with its id. Throws `bad_request`, `too_many_requests`. */
  setSilence(silence: Omit<Silence, 'atMs'>): Promise<Silence>
  /** Throws `not_found`. */
  endSilence(id: string, by: string): Promise<Silence>
  outOfService(): OutOfService[]
  /** Throws `bad_request`, `too_many_requests`. */
  takeOut(one: Omit<OutOfService, 'atMs'>): Promise<OutOfService>
  /** Throws `not_found`. */
  putBack(device: string, by: string): Promise<OutOfService>
}

export interface Readiness {
  ready: boolean
  reasons: { code: string; message: string }[]
  info: Record<string, unknown>
}

/** Counters since the start, from which the live feed makes rates. */
export interface LiveCounts {
  devicesOnline: number | null
  readingsTotal: number
  framesTotal: number
}

/** What the API is given. It owns none of it. */
export interface ApiPorts {
  registry: DeviceRegistry
  frontDoor: FrontDoor
  history: History
  /** Id of the ledger whose records the history holds. */
  ledgerId: string
  backtests: BacktestDesk
  why: WhyDesk
  /** Without it there are no routes for checkpoints and proofs. */
  proofs?: LedgerDesk
  /** Without it there are no evidence bundles. */
  bundles?: BundleDesk
  /** Without it there are no routes for DJI Pilot. */
  media?: MediaDesk
  /** Pictures made to be shown. */
  evidence: Pick<EvidenceStore, 'get'>
  pictures: PictureDesk
  waveforms: WaveformDesk
  /** Without it there are no routes for trends. */
  trends?: TrendDesk
  flights: FlightDesk
  findings: FindingDesk
  houses: HouseDesk
  /** Without it there is no ranking of houses, and files of houses tell no limits. */
  houseWatch?: HouseWatch
  /** Without it nothing is told summed up. */
  hours?: Pick<HourHistory, 'hours'>
  /** Without it there are no conservation reports. */
  reports?: ConservationDesk
  housePictures: HousePictureDesk
  alerts: AlertDesk
  noise: NoiseDesk
  /** Without it there are no routes for subscribers. */
  subscribers?: SubscriberDesk
  outputs: OutputDesk
  /** Where one of the outputs is a feed of CAP. */
  capFeed?: CapFeed
  /** How much the alerts ask of people. */
  load: { floods(): FloodState; statistics(): AlertStatistics }
  /** Without it there are no routes for models. */
  models?: ModelDesk
  /** Without it there are no routes for rules. */
  rules?: RuleDesk
  refusals: () => RefusalCount[]
  measurements: () => Measurement[]
  readiness: () => Readiness
  counts: () => LiveCounts
  /** Null: not allowed. A null token may be granted something by `remote` alone, as a demo on one machine does. */
  authorise: (token: string | null, remote: Remote) => Granted | null
  /** A frame as it stands now, if it came or was analysed lately: the database runs a moment behind. */
  recentFrame: (frameId: string) => FrameRow | undefined
  latestReadings?: (deviceId: string) => Sample[]
  /** Id of the house that a device stands in. */
  houseOf?: (deviceId: string) => string | undefined
  /** What the rules say of a device that does not speak. */
  silenceOf?: (deviceId: string) => 'silent' | 'unknown' | null
  presence?: (deviceId: string) => { online: boolean; lastSeenMs: number } | undefined
  /** How a device itself is doing, as far as it tells. */
  health?: (deviceId: string) => DeviceHealth | undefined
  /** Without it nobody sees what devices really said. */
  payloads?: PayloadDesk
  /** How the service itself is doing; each without its route when absent. */
  pipeline?: () => PipelineState
  ruleHearings?: () => { rule: string; devices: number; heardMs: number | null; firing: number }[]
  logTail?: LogTail
  settings?: () => SettingInForce[]
  /** Name of the sub-district, in the header of the page. */
  title: { zh: string; en: string }
  /** Names of the departments that alerts are given to. */
  departments?: string[]
  /** Within what time alerts have to be acknowledged; those of `core/response-times.ts` where none are given. */
  respondWithinS?: ResponseTimes
  /** IANA zone that the page shows all times in. */
  timeZone: string
  /** Largest picture taken in. */
  maxFrameBytes: number
  /** Path of the GeoJSON that the map shows. */
  worldFile?: string
  /** Without it the map is the GeoJSON alone. */
  mapTiles?: MapTiles
  /** Folder of the built page, default `dist/web`. */
  webRoot?: string
  /** Origins besides our own whose pages may use the API without a token or open the live feed. */
  allowedOrigins?: string[]
  /** WebSocket paths of other rooms, for example `/mqtt` and `/api/v1/dispatch`. They do their own checking. */
  upgrades?: Record<string, UpgradeHandler>
  /** Text of the AsyncAPI document of what is not HTTP; without it there is no route for it. */
  asyncApi?: () => string
  version: string
  log: Log
  clock: Clock
}
