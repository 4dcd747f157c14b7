import type { Clock } from '../../core/clock.ts'
import type { Profile } from './profile.ts'
import type { Tap } from './tap.ts'
import { logins, reports, type Step } from './trace.ts'

export interface RunOptions {
  tap: Tap
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
const LEAST_MS = 3_000
/** The broker stays away for so long. */
const GONE_REPORTS = 4
const GONE_LEAST_MS = 8_000
const LOOK_EVERY_MS = 100

/**
 * Leads a device through a program: watched, acknowledged late, given bad commands, cut off. Resolves when it is over; what came of
 * it is in the tap's trace.
 */
export async function runDevice(options: RunOptions): Promise<void> {
  const { tap, profile, commandTopic, clock, wait, isOver = () => false } = options
  const everyMs = (options.everyS ?? profile.reports.everyS) * 1000
  const forReports = (count: number, least = LEAST_MS) => wait(Math.max(least, count * everyMs))

  async function step(name: Step, work: () => Promise<void>): Promise<void> {
    if (isOver()) return
    options.onStep?.(name)
    tap.mark(name, 'begun')
    await work()
    tap.mark(name, 'over')
  }

  async function until(holds: () => boolean, withinMs: number): Promise<void> {
    const deadline = clock.nowMs() + withinMs
    while (!holds() && !isOver() && clock.nowMs() < deadline) await wait(LOOK_EVERY_MS)
  }

  const commanded = (payload: () => string) => async () => {
    tap.command(commandTopic, payload())
    await forReports(AFTER_REPORTS)
  }

  await until(() => reports(tap.trace).length > 0, (options.startWithinS ?? 60) * 1000)
  await step('watch', () => forReports(WATCH_REPORTS))
  await step('late_puback', async () => {
    tap.holdPubacks()
    await forReports(LATE_REPORTS)
  })
  tap.releasePubacks()
  await step(
    'malformed_command',
    commanded(() => '{"name": "set_clock", "at":'),
  )
  await step(
    'unknown_command',
    commanded(() => JSON.stringify({ id: 'kit-1', name: 'no_such_command' })),
  )
  const setClock = () => JSON.stringify({ id: 'kit-2', name: 'set_clock', at: new Date(clock.nowMs()).toISOString() })
  await step('set_clock', commanded(setClock))
  const before = logins(tap.trace).length
  await step('broker_gone', async () => {
    tap.goAway()
    await forReports(GONE_REPORTS, GONE_LEAST_MS)
    tap.comeBack()
  })
  await until(() => logins(tap.trace).length > before, profile.link.returnWithinS * 1000)
  await step('after_return', () => forReports(AFTER_REPORTS))
}
