import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type LaunchedService, launchService } from '../acceptance/service.ts'
import type { Random } from './random.ts'

/** The service under test: killed at any moment and started again, always at the same address. */
export interface RestlessService {
  readonly httpUrl: string
  readonly mqttUrl: string
  start(): Promise<void>
  /** Kills and starts it until `calm` is called, when it resolves with the service running. */
  disturb(): Promise<void>
  calm(): void
  /** Stops it in order. */
  stop(): Promise<void>
  /** For the end of a run that failed. */
  kill(): Promise<void>
  readonly kills: { running: number; starting: number; stopping: number }
  /** Longest stop in order, ms. */
  readonly slowestStopMs: number
  /** What it did by itself that it should not: ends, errors in the log. */
  faults(): string[]
}

/** How long it is left in peace, and how long it stays away, ms. */
export interface KillPlan {
  upMs: [from: number, to: number]
  awayMs: [from: number, to: number]
}

/** Probability that the next start is cut off too; that the end is a stop in order; that this stop is cut off. */
const CUT_START = 0.3
const IN_ORDER = 0.15
const CUT_STOP = 0.5
/** A start is cut off within this time, by when it is done. */
const START_MS = 2_000

export async function createRestlessService(options: {
  dataDir: string
  env: Record<string, string>
  plan: KillPlan
  random: Random
}): Promise<RestlessService> {
  const { dataDir, env, plan, random } = options
  const ports = { HUYING_HTTP_PORT: String(await freePort()), HUYING_MQTT_PORT: String(await freePort()) }
  const kills = { running: 0, starting: 0, stopping: 0 }
  const faults: string[] = []
  const calming = new AbortController()
  let current: LaunchedService | undefined
  let expectedEnd = false
  let slowestStopMs = 0

  function launch(): LaunchedService {
    expectedEnd = false
    const launched = launchService({ dataDir, env: { ...env, ...ports } })
    launched.ready.catch(() => undefined)
    launched.child.once('exit', (code) => {
      if (!expectedEnd) faults.push(`the service ended by itself with ${code}: ${launched.log.slice(-5).join('\n')}`)
      for (const line of launched.log)
        if (/"level":(50|60|"error"|"fatal")/.test(line))
          faults.push(`the service logged an error: ${line.slice(0, 600)}`)
    })
    current = launched
    return launched
  }

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const ending = current
    if (ending === undefined) return
    expectedEnd = true
    if (ending.child.exitCode !== null || ending.child.signalCode !== null) return
    const askedMs = Date.now()
    ending.child.kill(signal)
    await once(ending.child, 'exit')
    if (signal === 'SIGTERM') slowestStopMs = Math.max(slowestStopMs, Date.now() - askedMs)
  }

  async function endSomehow(): Promise<void> {
    if (!random.happens(IN_ORDER)) {
      kills.running++
      return end('SIGKILL')
    }
    const stopping = end('SIGTERM')
    if (random.happens(CUT_STOP)) {
      await Promise.race([stopping, sleep(random.between(0, 300))])
      kills.stopping++
      current?.child.kill('SIGKILL')
    }
    await stopping
  }

  async function startAgain(): Promise<void> {
    while (random.happens(CUT_START)) {
      launch()
      await sleep(random.between(0, START_MS))
      kills.starting++
      await end('SIGKILL')
    }
    await launch().ready
  }

  return {
    httpUrl: `http://127.0.0.1:${ports.HUYING_HTTP_PORT}`,
    mqttUrl: `mqtt://127.0.0.1:${ports.HUYING_MQTT_PORT}`,
    async start() {
      await launch().ready
    },
    async disturb() {
      for (;;) {
        await sleep(random.between(...plan.upMs), undefined, { signal: calming.signal }).catch(() => undefined)
        if (calming.signal.aborted) return
        await endSomehow()
        await sleep(random.between(...plan.awayMs))
        await startAgain()
      }
    },
    calm: () => calming.abort(),
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    kills,
    get slowestStopMs() {
      return slowestStopMs
    },
    faults: () => faults,
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
