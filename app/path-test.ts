import { type PathInput, type PathState, type PathStep, startPath, stepPath } from '../alerts/path-watch.ts'
import type { Alert } from '../core/alert.ts'
import type { Clock } from '../core/clock.ts'
import type { DeviceRegistry } from '../core/device-registry.ts'
import { AppError } from '../core/errors.ts'
import type { FrontDoor } from '../core/front-door.ts'
import type { AlertEvent } from '../core/ledger-entry.ts'
import type { Log } from '../core/log.ts'
import type { Measurement } from '../core/measurement.ts'
import type { Delivered } from '../core/output-desk.ts'
import { outputWay, PATH_TEST_DEVICE, PATH_TEST_METRIC, PATH_TEST_TYPE, subscriberWay } from '../core/path-test.ts'
import { isRefusal } from '../core/refusal.ts'
import { measurePathTest } from './path-test-measurements.ts'
import type { Condition } from './self-watch.ts'

/** The dead-man switch: sends tests the whole path and notices who does not answer. */
export interface PathTest {
  start(): Promise<void>
  stop(): Promise<void>
  /** Ways out that are silent, to be raised as alerts. */
  silent(): Condition[]
  /** Why tests do not reach the ledger, when they do not. */
  broken(): (Condition & { message: string })[]
  measurements(): Measurement[]
}

/** A dispatch subscriber as the watch sees it. */
interface Subscriber {
  name: string
  connected: number
  acknowledged: number
  filters: { test?: string | undefined }[]
}

interface Ports {
  /** `everyMs` 0: no tests. */
  times: { everyMs: number; withinMs: number }
  /** Names that must answer; empty: those that have answered before. */
  subscribers: readonly string[]
  registry: Pick<DeviceRegistry, 'get' | 'register'>
  readings: FrontDoor['readings']
  onEvent(listener: (event: AlertEvent, cursor: string) => void): () => void
  dispatch(): Subscriber[]
  outputs: { tested(): string[]; onDelivered(listener: (delivered: Delivered) => void): () => void }
  /** Who has answered before, across restarts. */
  memory: { load(): Promise<string | null>; save(text: string): Promise<void> }
  clock: Clock
  log: Log
}

const LOOK_EVERY_MS = 1_000
/** After a start subscribers come back within a quarter of a minute. */
const FIRST_AFTER_MS = 60_000

export function createPathTest(ports: Ports): PathTest {
  const { times, registry, readings, outputs, memory, clock, log } = ports
  const isOn = times.everyMs > 0
  let state: PathState = startPath(clock.nowMs() + Math.min(times.everyMs, FIRST_AFTER_MS))
  let answering = new Set<string>()
  let lastAtMs = 0
  let timer: NodeJS.Timeout | undefined
  let saving: Promise<void> = Promise.resolve()
  const unlisten: (() => void)[] = []

  function take(input: PathInput): void {
    const before = state
    const step: PathStep = stepPath(state, input, clock.nowMs(), times)
    state = step.state
    tellLog(before, state, log)
    if (step.send) void send(step.send)
  }

  /** Clears before it raises: a crash may have left the last test standing. */
  async function send(what: 'raise' | 'clear'): Promise<void> {
    try {
      if (!registry.get(PATH_TEST_DEVICE)) await registry.register(OWN_DEVICE, 'huying')
      for (const value of what === 'raise' ? [0, 1] : [0]) await say(value)
    } catch (err) {
      log.warn({ err }, 'a reading of the path test was not taken')
    }
  }

  function say(value: number): Promise<void> {
    lastAtMs = Math.max(lastAtMs + 1, clock.nowMs())
    const message = JSON.stringify({ at: lastAtMs, values: { [PATH_TEST_METRIC]: value } })
    return new Promise((resolve, reject) =>
      readings(PATH_TEST_DEVICE, Buffer.from(message), (outcome) => {
        if (outcome === null) resolve()
        else
          reject(isRefusal(outcome) ? new AppError('internal', outcome.detail, { refused: outcome.refused }) : outcome)
      }),
    )
  }

  function awaited(): string[] {
    const names = ports.subscribers.length > 0 ? ports.subscribers : answering
    return [...[...names].map(subscriberWay), ...outputs.tested().map(outputWay)]
  }

  function look(): void {
    const known = ports.dispatch()
    forgetRemoved(known)
    take({ type: 'tick', ways: awaited() })
    for (const { name, acknowledged } of known) take({ type: 'answered', way: subscriberWay(name), seq: acknowledged })
    for (const one of known) learn(one)
  }

  function forgetRemoved(known: Subscriber[]): void {
    const names = new Set(known.map(({ name }) => name))
    const left = [...answering].filter((name) => names.has(name))
    if (left.length === answering.size) return
    answering = new Set(left)
    remember()
  }

  /** Who acknowledges a test that he is sent will be missed when he no longer does. */
  function learn({ name, connected, acknowledged, filters }: Subscriber): void {
    const isSent = connected > 0 && filters.some(({ test }) => test !== 'exclude')
    if (answering.has(name) || !isSent || state.seq === null || acknowledged < state.seq) return
    answering.add(name)
    remember()
  }

  function remember(): void {
    const text = JSON.stringify({ answering: [...answering] })
    saving = saving
      .then(() => memory.save(text))
      .catch((err: unknown) => log.warn({ err }, 'who answers path tests was not stored'))
  }

  async function restore(): Promise<void> {
    const text = await memory.load()
    if (text !== null) answering = new Set((JSON.parse(text) as { answering: string[] }).answering)
  }

  return {
    async start() {
      if (!isOn || timer) return
      await restore()
      unlisten.push(
        ports.onEvent(({ type, alert }, cursor) => {
          if (isOwnTest(alert) && type === 'alert.raised')
            take({ type: 'raised', seq: Number(cursor), ways: awaited() })
        }),
        outputs.onDelivered(({ output, seq, isTest }) => {
          if (isTest) take({ type: 'answered', way: outputWay(output), seq })
        }),
      )
      timer = setInterval(look, LOOK_EVERY_MS)
    },
    async stop() {
      clearInterval(timer)
      timer = undefined
      for (const stop of unlisten.splice(0)) stop()
      await saving
    },
    silent() {
      const silent = Object.keys(state.silent)
      const severity = silent.length === awaited().length ? 'critical' : 'major'
      return silent.map((way) => ({ code: 'path_silent', of: way, severity, params: { way } }))
    },
    broken() {
      if (state.brokenSinceMs === null) return []
      const message = `test alerts do not reach the ledger since ${new Date(state.brokenSinceMs).toISOString()}`
      return [{ code: 'path_broken', severity: 'critical', params: {}, message }]
    },
    measurements: () => (isOn ? measurePathTest(state, clock.nowMs()) : []),
  }
}

const OWN_DEVICE = { id: PATH_TEST_DEVICE, type: PATH_TEST_TYPE, name: 'huying' }

function isOwnTest({ test, subject }: Alert): boolean {
  return test === true && subject.device === PATH_TEST_DEVICE
}

function tellLog(before: PathState, after: PathState, log: Log): void {
  if (before.brokenSinceMs === null && after.brokenSinceMs !== null)
    log.error({}, 'a test alert did not reach the ledger')
  for (const way of Object.keys(after.silent))
    if (!(way in before.silent)) log.warn({ way }, 'a way out did not answer a test alert in time')
  for (const way of Object.keys(before.silent))
    if (!(way in after.silent)) log.info({ way }, 'a way out answers test alerts again, or is no longer awaited')
}
