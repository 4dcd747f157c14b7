import type { Clock } from '../../core/clock.ts'
import { notSentAgain } from './clauses-http.ts'
import { CLOCK_TEST_MS } from './clauses-trouble.ts'
import type { Profile } from './profile.ts'
import type { Tap } from './tap.ts'
import { logins, only, type Step, signsOfLife } from './trace.ts'
import type { TraceLog } from './trace-log.ts'

/** What the kit can do to a device. */
export type Stage = Pick<
  Tap,
  'holdPubacks' | 'releasePubacks' | 'goAway' | 'comeBack' | 'beSomebodyElse' | 'beHonest' | 'command'
>

export interface RunOptions {
  stage: Stage
  trace: TraceLog
  profile: Profile
  /** Topic on which the device hears commands. */
  commandTopic: string
  /** Seconds between reports, where the device is told to report faster than its profile says. */
  everyS?: number
  /** Longest wait for the first report, s. */
  startWithinS?: number
  clock: Clock
  /** Resolves after so many ms. */
  wait(ms: number): Promise<void>
  onStep?(step: Step): void
  /** The device's process ended, or somebody wants to stop: no more steps. */
  isOver?(): boolean
}

/** How long steps last, in reports, with a floor so that quick devices are watched long enough to see anything. */
const WATCH_REPORTS = 6
const LATE_REPORTS = 4
const AFTER_REPORTS = 3
const LEAST_MS = 2_000
const LATE_LEAST_MS = 3_000
/** A device that was sent away may be waiting still. */
const AFTER_RETURN_LEAST_MS = 4_000
/** The broker stays away for so long. */
const GONE_REPORTS = 4
const GONE_LEAST_MS = 5_000
const LOOK_EVERY_MS = 100

/**
 * Leads a device through a program: watched, acknowledged late, given bad commands, shown another certificate, cut off. Resolves when it is
 * over, or at once when nobody came; what came of it is in the trace.
 */
export async function runDevice(options: RunOptions): Promise<void> {
  const { stage, trace, profile, commandTopic, clock, wait, isOver = () => false } = options
  const { speaks } = profile
  const everyMs = (options.everyS ?? profile.reports.everyS) * 1000

  async function step(name: Step, work: () => Promise<void>): Promise<void> {
    if (isOver()) return
    options.onStep?.(name)
    trace.note({ kind: 'step', atMs: clock.nowMs(), step: name, is: 'begun' })
    await work()
    trace.note({ kind: 'step', atMs: clock.nowMs(), step: name, is: 'over' })
  }

  async function until(holds: () => boolean, withinMs: number): Promise<void> {
    const deadline = clock.nowMs() + withinMs
    while (!holds() && !isOver() && clock.nowMs() < deadline) await wait(LOOK_EVERY_MS)
  }

  /** So long, and on a slow machine until two reports came, as far as the profile has patience. */
  async function forReports(count: number, leastMs = LEAST_MS): Promise<void> {
    const before = signsOfLife(trace.events).length
    await wait(Math.max(leastMs, count * everyMs))
    await until(() => signsOfLife(trace.events).length >= before + 2, 2 * everyMs * profile.reports.patience)
  }

  async function commanded(name: Step, payload: () => string): Promise<void> {
    await step(name, async () => {
      stage.command(commandTopic, payload())
      await forReports(AFTER_REPORTS)
    })
  }

  /** Whoever was cut off has so long to come back; over HTTP, to bring what was turned away. */
  async function untilBack(before: number): Promise<void> {
    const isBack = () =>
      speaks === 'http' ? notSentAgain(trace.events).length === 0 : logins(trace.events).length > before
    await until(isBack, profile.link.returnWithinS * 1000)
  }

  async function commands(): Promise<void> {
    await commanded('malformed_command', () => '{"name": "set_clock", "at":')
    if (speaks === 'dji')
      return commanded('unknown_command', () =>
        JSON.stringify({ tid: 'kit-1', bid: 'kit-1', timestamp: clock.nowMs(), method: 'no_such_method', data: {} }),
      )
    await commanded('unknown_command', () => JSON.stringify({ id: 'kit-1', name: 'no_such_command' }))
    await commanded('set_clock', () => setClock('kit-2', clock.nowMs() + CLOCK_TEST_MS))
    await commanded('clock_back', () => setClock('kit-3', clock.nowMs()))
  }

  async function foreignCertificate(): Promise<void> {
    const before = logins(trace.events).length
    await step('foreign_certificate', async () => {
      stage.beSomebodyElse?.()
      await until(() => only(trace.events, 'foreign_certificate').length > 0, profile.link.returnWithinS * 1000)
    })
    stage.beHonest?.()
    await untilBack(before)
    await wait(LEAST_MS)
  }

  await until(() => signsOfLife(trace.events).length > 0, (options.startWithinS ?? 60) * 1000)
  if (trace.events.length === 0) return
  await step('watch', () => forReports(WATCH_REPORTS))
  if (speaks === 'mqtt') {
    await step('late_puback', async () => {
      stage.holdPubacks()
      await forReports(LATE_REPORTS, LATE_LEAST_MS)
    })
    stage.releasePubacks()
  }
  if (speaks !== 'http') await commands()
  if (speaks !== 'http' && stage.beSomebodyElse) await foreignCertificate()
  const before = logins(trace.events).length
  await step('broker_gone', async () => {
    stage.goAway()
    await wait(Math.max(GONE_LEAST_MS, GONE_REPORTS * everyMs))
    stage.comeBack()
  })
  await untilBack(before)
  await step('after_return', () => forReports(AFTER_REPORTS, AFTER_RETURN_LEAST_MS))
}

function setClock(id: string, atMs: number): string {
  return JSON.stringify({ id, name: 'set_clock', at: new Date(atMs).toISOString() })
}
