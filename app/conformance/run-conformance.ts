import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { deviceTopics } from '../../ingest/topics.ts'
import type { DeviceFacts } from '../../simulators/conformance/clause.ts'
import { judgeDevice, type Verdict } from '../../simulators/conformance/judge-device.ts'
import type { Profile } from '../../simulators/conformance/profile.ts'
import { runDevice } from '../../simulators/conformance/run-device.ts'
import { type Step, signsOfLife, type TraceEvent } from '../../simulators/conformance/trace.ts'
import type { Way } from '../../simulators/conformance/way.ts'
import { type DeviceAccess, startDevice } from './device-process.ts'
import { foundAt } from './found-at.ts'
import { type KitService, startKitService } from './kit-service.ts'
import { openStage } from './open-stage.ts'

export interface ConformanceOptions {
  profile: Profile
  device: string
  /** Seconds between reports that the device is asked for. */
  everyS: number
  /** How the device connects to the broker. */
  way: Way
  host: string
  /** 0 takes a free one. */
  port: number
  /** The same for HTTP. */
  httpPort: number
  /** The maker's device program; without one, somebody else starts the device. */
  command: string[]
  startWithinS: number
  /** Called once the device can connect. */
  onReady(access: DeviceAccess): void
  onStep(step: Step): void
}

export interface ConformanceRun {
  verdict: Verdict
  trace: readonly TraceEvent[]
  /** How the device's program ended before the run was over, or null. */
  ended: string | null
}

/** Runs a device against a service of its own, which is gone afterwards with all that it wrote. See `examineDevice`. */
export async function runConformance(options: ConformanceOptions, log: Log): Promise<ConformanceRun> {
  const host = { listen: options.host, found: foundAt(options.host) }
  const service = await startKitService({ host, log })
  try {
    return await examineDevice(options, service)
  } finally {
    await service.close()
  }
}

/** Runs a device against a service and judges it. Throws `bad_request` when no device connects, or its program ends before it has said anything. */
export async function examineDevice(options: ConformanceOptions, service: KitService): Promise<ConformanceRun> {
  const { profile, device, everyS, way } = options
  const token = await service.enrol({ id: device, type: profile.deviceType })
  const drone = profile.speaks === 'dji' ? `${device}-drone` : null
  if (drone !== null) await service.enrol({ id: drone, type: 'drone', gateway: device })
  const { stage, trace, ports, ca, close } = await openStage(options, service)
  try {
    const access = { way, host: foundAt(options.host), ...ports, id: device, token, everyS, drone, ca }
    options.onReady(access)
    const process = options.command.length > 0 ? startDevice(options.command, access) : null
    let ended: string | null = null
    try {
      await runDevice({
        ...{ stage, trace, profile, everyS, clock: systemClock },
        ...{ onStep: options.onStep, startWithinS: options.startWithinS },
        commandTopic: drone === null ? deviceTopics(device).commands : `thing/product/${device}/services`,
        wait: (ms) => wait(ms),
        isOver: () => process?.isOver() ?? false,
      })
    } finally {
      ended = process?.ended() ?? null
      await process?.stop()
    }
    if (signsOfLife(trace.events).length === 0 && ended !== null)
      throw new AppError('bad_request', `the device's program ended: ${ended}`)
    if (trace.events.length === 0)
      throw new AppError('bad_request', `no device connected within ${options.startWithinS} s`)
    const asked = { ...profile, reports: { ...profile.reports, everyS } }
    return { verdict: judgeDevice(trace.events, asked, factsOf(device, drone, way)), trace: trace.events, ended }
  } finally {
    await close()
  }
}

function factsOf(id: string, drone: string | null, way: Way): DeviceFacts {
  if (drone !== null)
    return { id, way, topics: `thing/product/${id}/`, also: [`sys/product/${id}/`, `thing/product/${drone}/`] }
  return { id, way, topics: deviceTopics(id).readings.slice(0, -'readings'.length) }
}
