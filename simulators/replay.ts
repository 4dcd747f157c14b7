import { setTimeout as wait } from 'node:timers/promises'
import { type Clock, systemClock } from '../core/clock.ts'
import { DEVICE_ID, FIELD_NAME } from '../core/device.ts'
import { AppError } from '../core/errors.ts'
import { ZONE } from './replay/parse-local-time.ts'
import { readSeries, type SeriesRow } from './replay/series-rows.ts'
import { signOn } from './replay/sign-on.ts'
import { createWindow } from './replay/window.ts'

export interface ReplayOptions {
  file: string
  device: string
  token: string
  /** Name under which the column's values are published. */
  metric: string
  column: string
  timeColumn?: string
  /** Offset from UTC of times without one; `+00:00` when left out. */
  timeZone?: string
  /** Seconds of the series per second, or as fast as the broker acknowledges. */
  speed: number | 'max'
  mqttUrl: string
  /** Unacknowledged messages at most. */
  window?: number
  /** Goes on after this row, as a replay that broke off said in `details.acknowledged`. */
  afterSeq?: number
  onProgress?(progress: ReplayProgress): void
  signal?: AbortSignal
  clock?: Clock
}

export interface ReplayProgress {
  sent: number
  acknowledged: number
}

export interface ReplayResult extends ReplayProgress {
  seconds: number
  /** Rows whose time stood in an earlier row and was moved by 1 ms or more, so that both are stored. */
  moved: number
}

const PROGRESS_EVERY = 500

/**
 * Publishes one column of a CSV file as a device's readings, QoS 1, one message a row, `seq` being the row's number and
 * the time the row's own. Equal instants are moved apart by 1 ms and counted. Sending again what was sent before changes
 * nothing. Throws `bad_request`, `not_found`, `unauthorized`, `overloaded` and `stopped`; once under way, all with
 * `details.acknowledged`, the rows that are safe.
 */
export async function replayCsv(options: ReplayOptions): Promise<ReplayResult> {
  checkOptions(options)
  const { file, column, timeColumn = 'timestamp', timeZone = '+00:00', clock = systemClock } = options
  const startMs = clock.nowMs()
  const client = await signOn(options.mqttUrl, options.device, options.token)
  const topic = `huying/v1/${options.device}/readings`
  const window = createWindow(options.window ?? 50, options.signal)
  const pace = createPace(options, clock)
  const progress = { sent: 0, acknowledged: 0 }
  let moved = 0
  let failure: Error | null = null

  function settle(error?: Error | null): void {
    if (error) failure ??= error
    else if (++progress.acknowledged % PROGRESS_EVERY === 0) options.onProgress?.({ ...progress })
    window.leave()
  }

  try {
    for await (const row of readSeries({ file, column, timeColumn, timeZone })) {
      if (row.seq <= (options.afterSeq ?? 0)) continue
      await pace(row)
      await window.enter()
      checkGoingOn(options.signal, failure)
      moved += row.isMoved ? 1 : 0
      progress.sent++
      client.publish(topic, toPayload(row, options.metric), { qos: 1 }, settle)
    }
    await window.empty()
    checkGoingOn(options.signal, failure)
  } catch (thrown) {
    throw withProgress(thrown, (options.afterSeq ?? 0) + progress.acknowledged)
  } finally {
    await client.endAsync(true)
  }
  options.onProgress?.({ ...progress })
  return { ...progress, moved, seconds: (clock.nowMs() - startMs) / 1000 }
}

function toPayload({ atMs, seq, value }: SeriesRow, metric: string): string {
  return JSON.stringify({ at: new Date(atMs).toISOString(), seq, values: { [metric]: value } })
}

/** Holds a row back until its turn: the first at once, the others by their distance from it. */
function createPace({ speed, signal }: ReplayOptions, clock: Clock): (row: SeriesRow) => Promise<void> {
  let first: { atMs: number; wallMs: number } | null = null
  return async ({ atMs }) => {
    if (speed === 'max') return
    first ??= { atMs, wallMs: clock.nowMs() }
    const dueMs = first.wallMs + (atMs - first.atMs) / speed
    const restMs = dueMs - clock.nowMs()
    if (restMs > 0) await wait(restMs, undefined, signal === undefined ? {} : { signal }).catch(() => {})
  }
}

function checkOptions({ device, metric, speed, timeZone, window }: ReplayOptions): void {
  const faults = [
    DEVICE_ID.test(device) ? null : `"${device}" is no device id`,
    FIELD_NAME.test(metric) ? null : `"${metric}" is no metric name`,
    speed === 'max' || speed > 0 ? null : 'the speed must be above 0, or max',
    timeZone === undefined || ZONE.test(timeZone) ? null : `"${timeZone}" is no zone such as +08:00`,
    window === undefined || (Number.isInteger(window) && window > 0)
      ? null
      : 'the window must be a whole number above 0',
  ].filter((fault) => fault !== null)
  if (faults.length > 0) throw new AppError('bad_request', faults.join('; '))
}

function checkGoingOn(signal: AbortSignal | undefined, failure: Error | null): void {
  if (signal?.aborted === true) throw new AppError('stopped', 'the replay was stopped')
  if (failure !== null) throw new AppError('overloaded', 'the broker did not take a row', {}, { cause: failure })
}

function withProgress(thrown: unknown, acknowledged: number): unknown {
  if (!(thrown instanceof AppError)) return thrown
  const { code, message, details } = thrown
  return new AppError(code, message, { ...details, acknowledged }, { cause: thrown.cause ?? thrown })
}
