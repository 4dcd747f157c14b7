import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from '../../core/clock.ts'
import { AppError } from '../../core/errors.ts'
import type { Log } from '../../core/log.ts'
import { deviceTopics } from '../../ingest/topics.ts'
import { judgeDevice, type Verdict } from '../../simulators/conformance/judge-device.ts'
import type { Profile } from '../../simulators/conformance/profile.ts'
import { runDevice } from '../../simulators/conformance/run-device.ts'
import { openTap } from '../../simulators/conformance/tap.ts'
import { reports, type Step, type TraceEvent } from '../../simulators/conformance/trace.ts'
import { type DeviceAccess, startDevice } from './device-process.ts'
import { startEmbedded } from './embedded-service.ts'
import { inspectMessage } from './inspect-message.ts'

export interface ConformanceOptions {
  profile: Profile
  device: string
  /** Seconds between reports that the device is asked for. */
  everyS: number
  host: string
  /** 0 takes a free one. */
  port: number
  /** The maker's device program; without one, somebody else starts the device. */
  command: string[]
  startWithinS: number
  log: Log
  /** Called once the device can connect. */
  onReady(access: DeviceAccess): void
  onStep(step: Step): void
}

export interface ConformanceRun {
  verdict: Verdict
  trace: readonly TraceEvent[]
}

/**
 * Runs a device against a service of its own and judges it. Nothing is left behind. Throws `bad_request` when the device's program ends
 * before it has said anything.
 */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceRun> {
  const { profile, device, everyS, host, log } = options
  const service = await startEmbedded(log)
  try {
    const token = await service.enrol(device, profile.deviceType)
    const tap = await openTap({
      broker: { host: '127.0.0.1', port: service.mqttPort },
      listen: { host, port: options.port },
      clock: systemClock,
      inspect: inspectMessage(device),
    })
    const access = { host, port: tap.port, id: device, token, everyS }
    options.onReady(access)
    const process = options.command.length > 0 ? startDevice(options.command, access) : null
    try {
      await runDevice({
        ...{ tap, everyS, clock: systemClock, onStep: options.onStep, startWithinS: options.startWithinS },
        profile,
        commandTopic: deviceTopics(device).commands,
        wait: (ms) => wait(ms),
        isOver: () => process?.isOver() ?? false,
      })
    } finally {
      await process?.stop()
      await tap.close()
    }
    if (reports(tap.trace).length === 0 && process?.ended())
      throw new AppError('bad_request', `the device's program ended: ${process.ended()}`)
    const asked = { ...profile, reports: { ...profile.reports, everyS } }
    const topics = deviceTopics(device).readings.slice(0, -'readings'.length)
    return { verdict: judgeDevice(tap.trace, asked, { id: device, topics }), trace: tap.trace }
  } finally {
    await service.close()
  }
}
