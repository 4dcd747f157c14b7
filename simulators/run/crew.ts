import type { Building } from '../../core/building.ts'
import type { Log } from '../../core/log.ts'
import type { PatrolPlan } from '../../core/patrol.ts'
import type { SimulatedDevice } from '../fleet.ts'
import type { PhotoEvent } from '../patrol/patrol-events.ts'
import type { Studio } from '../patrol/studio.ts'
import type { RecordEvent } from '../quarter/records.ts'
import type { SimulatedEvent } from '../timeline.ts'
import { createDeviceLink, type Line, type Link } from './device-link.ts'
import { fileHouses, fileRecord } from './file-houses.ts'
import { filePlan } from './file-plan.ts'
import { inBatches, withRetries } from './patience.ts'
import { registerDevice } from './register-device.ts'
import { createSharedLink } from './shared-link.ts'

export interface CrewOptions {
  fleet: readonly SimulatedDevice[]
  mqttUrl: string
  httpUrl: string
  /** Registers devices and gives out tokens. Without it every device needs its token from `credentials`. */
  adminToken?: string
  /** A token that the caller kept from an earlier run. */
  credentials?(deviceId: string): string | undefined
  /** Told each token that was given out, so that the caller may keep it. */
  onToken?(deviceId: string, token: string): void
  /** Routes that the service is told of. */
  plans: readonly PatrolPlan[]
  /** The register of houses that the service is given; none: nothing is filed either. */
  houses: readonly Building[]
  /** What had been filed before. */
  filed: readonly RecordEvent[]
  /** Draws the pictures of patrols. */
  studio: Studio
  /** Of the devices' connections; see there. */
  keepAliveS?: number
  /** All devices share so many connections, as behind gateways; one for each device when left out. The broker must let them. */
  connections?: number
  log: Log
}

export interface CrewCounts {
  connected: number
  sent: number
  acknowledged: number
  dropped: number
  refusedLogins: number
}

/** All simulated devices with their connections. */
export interface Crew {
  /** Registers and connects those that are not; resolves when all are, or when it is closed meanwhile. */
  open(): Promise<void>
  /** Lets a device do what the timeline says. */
  perform(event: SimulatedEvent): void
  /** Resolves once all that was performed is acknowledged or given up; after `PATIENCE_MS` at the latest. */
  settled(): Promise<void>
  close(): Promise<void>
  counts(): CrewCounts
}

const JOINING_AT_ONCE = 25
const FILING_AT_ONCE = 8
/** A service that acknowledges nothing for so long is not waited for. */
const PATIENCE_MS = 30_000

/** Made for one start; once closed it stays closed. */
export function createCrew(options: CrewOptions): Crew {
  const { fleet, mqttUrl, httpUrl, adminToken = '', plans, houses, filed, studio, log } = options
  const lines = new Map<string, Line>()
  const links = new Set<Link>()
  const asides = new Set<Promise<void>>()
  const waiting = new Set<() => void>()
  const abort = new AbortController()
  const closed = new Promise<void>((resolve) => abort.signal.addEventListener('abort', () => resolve(), { once: true }))

  const gateways = Array.from({ length: options.connections ?? 0 }, (_, i) =>
    createSharedLink({ mqttUrl, clientId: `simulated-gateway-${process.pid}-${i + 1}`, log, onIdle: look }),
  )
  for (const gateway of gateways) links.add(gateway)

  async function issueToken(device: SimulatedDevice): Promise<string> {
    const registration = { httpUrl, adminToken, signal: abort.signal }
    const token = await withRetries(() => registerDevice(device, registration), abort.signal)
    options.onToken?.(device.id, token)
    return token
  }

  async function join(device: SimulatedDevice): Promise<void> {
    if (abort.signal.aborted) return
    const token = options.credentials?.(device.id) ?? (await issueToken(device))
    const line = lines.get(device.id) ?? newLine(device, token)
    lines.set(device.id, line)
    await Promise.race([line.open(), closed])
  }

  function newLine(device: SimulatedDevice, token: string): Line {
    if (gateways.length > 0) return gateways[lines.size % gateways.length]!.lineOf(device.id)
    const renewToken = () => issueToken(device)
    const { keepAliveS } = options
    const link = createDeviceLink({ mqttUrl, deviceId: device.id, token, keepAliveS, log, renewToken, onIdle: look })
    links.add(link)
    return link
  }

  function isSettled(): boolean {
    return asides.size === 0 && [...links].every((link) => link.isIdle)
  }

  function look(): void {
    if (waiting.size > 0 && isSettled()) for (const go of waiting) go()
  }

  /** What goes on beside the connections is waited for too. */
  function aside(work: Promise<void>): void {
    const done = work.finally(() => {
      asides.delete(done)
      look()
    })
    asides.add(done)
  }

  /** Pictures are drawn while time goes on; one that cannot be is one that was never taken. */
  async function photograph({ deviceId, order }: PhotoEvent): Promise<void> {
    try {
      const payload = await studio.shoot(order)
      lines.get(deviceId)?.send({ channel: 'frames', payload })
    } catch (err) {
      log.debug({ deviceId, err }, 'simulated picture not taken')
    }
  }

  /** Flights are flown and judged without a plan too, by where they came. */
  async function file(plan: PatrolPlan): Promise<void> {
    try {
      await filePlan(plan, { httpUrl, adminToken, signal: abort.signal })
    } catch (err) {
      log.warn({ err, plan: plan.id }, 'the simulated patrol is not planned with the service')
    }
  }

  async function bringHouses(): Promise<void> {
    const registration = { httpUrl, adminToken, signal: abort.signal }
    try {
      if (houses.length > 0) await withRetries(() => fileHouses(houses, registration), abort.signal)
      await inBatches(filed, FILING_AT_ONCE, fileAway)
    } catch (err) {
      log.warn({ err }, 'the service did not take the register of houses')
    }
  }

  /** An office sends again what was not taken; here it is left at that. */
  async function fileAway(event: RecordEvent): Promise<void> {
    try {
      if (adminToken !== '') await fileRecord(event, { httpUrl, adminToken, signal: abort.signal })
    } catch (err) {
      log.debug({ err }, 'simulated record not taken')
    }
  }

  return {
    async open() {
      await inBatches(fleet, JOINING_AT_ONCE, join)
      if (adminToken !== '' && !abort.signal.aborted) await Promise.all([...plans.map(file), bringHouses()])
    },
    perform(event) {
      if (event.kind === 'record') {
        aside(fileAway(event))
        return
      }
      const line = lines.get(event.deviceId)
      if (event.kind === 'readings') line?.send({ channel: 'readings', payload: event.payload })
      else if (event.kind === 'frame') line?.send({ channel: 'frames', payload: event.take() })
      else if (event.kind === 'waveform') line?.send({ channel: 'waveforms', payload: event.take() })
      else if (event.kind === 'flight') line?.send({ channel: event.topic, payload: event.payload })
      else if (event.kind === 'photo') aside(photograph(event))
      else if (event.isUp) void line?.open()
      else line?.cut()
    },
    settled() {
      if (isSettled()) return Promise.resolve()
      return new Promise((resolve) => {
        const go = () => {
          clearTimeout(timer)
          waiting.delete(go)
          resolve()
        }
        const timer = setTimeout(go, PATIENCE_MS)
        waiting.add(go)
      })
    },
    async close() {
      abort.abort()
      await Promise.all([studio.close(), ...[...links].map((link) => link.close())])
    },
    counts() {
      const counts: CrewCounts = { connected: 0, sent: 0, acknowledged: 0, dropped: 0, refusedLogins: 0 }
      for (const link of links) {
        counts.connected += link.isConnected ? 1 : 0
        counts.sent += link.counts.sent
        counts.acknowledged += link.counts.acknowledged
        counts.dropped += link.counts.dropped
        counts.refusedLogins += link.refusedLogins
      }
      return counts
    },
  }
}
