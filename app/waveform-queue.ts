import { type AppError, toAppError } from '../core/errors.ts'
import type { EvidenceStore } from '../core/evidence-store.ts'
import type { Submit } from '../core/front-door.ts'
import type { Log } from '../core/log.ts'
import type { Measurement } from '../core/measurement.ts'
import type { Observation, VibrationAnalysis, Waveform } from '../core/observation.ts'
import { endMsOf } from '../core/waveform-block.ts'
import type { WaveformDesk, WaveformRow } from '../core/waveform-desk.ts'
import type { WaveformAnalyst } from '../detectors/vibration/analyst.ts'
import type { EarlierWord } from '../detectors/vibration/classify.ts'

/** Waveforms between their acknowledgement and their analysis. One leaves only when its analysis is in the journal. */
export interface WaveformQueue extends WaveformDesk {
  observe(observation: Observation): void
  hasRoom(): boolean
  start(): void
  /** Resolves when nothing is being looked at any more; what waits stays pending for the next start. */
  stop(): Promise<void>
  snapshot(): WaveformQueueState
  /** Waveforms acknowledged and not analysed yet. */
  readonly size: number
  measurements(): Measurement[]
}

export interface WaveformQueueState {
  pending: Waveform[]
  /** Ids analysed lately: the same block sent again is not looked at twice. */
  analysed: string[]
  recent: WaveformRow[]
}

const MAX_PENDING = 1_000
const REMEMBERED = 10_000
const RECENT = 200
const TRIES = 3
const RETRY_MS = 1_000
const MINUTE_MS = 60_000
const MAX_DEVICES = 10_000

/** One block at a time and in order, so that what is said of a device's minute has heard all blocks of it. */
export function createWaveformQueue(ports: {
  analyst: WaveformAnalyst
  files: Pick<EvidenceStore, 'pathOf' | 'get'>
  submit: Submit
  log: Log
  state?: WaveformQueueState | undefined
  retryMs?: number
}): WaveformQueue {
  const { analyst, files, submit, log, state, retryMs = RETRY_MS } = ports
  const pending = new Map(state?.pending.map((one) => [one.waveformId, one]))
  const analysed = new Set(state?.analysed)
  const recent = new Map(state?.recent.map((row) => [row.waveformId, row]))
  const earlier = new Map<string, EarlierWord[]>()
  const counts = { analysed: 0, refused: 0, turnedAway: 0 }
  let open = false
  let running: Promise<void> | null = null
  let retry: NodeJS.Timeout | undefined
  let tries = 0

  function pump(): void {
    if (!open || running !== null || retry !== undefined) return
    const next = pending.values().next().value
    if (next === undefined) return
    running = look(next).finally(() => {
      running = null
      pump()
    })
  }

  async function look(waveform: Waveform): Promise<void> {
    try {
      const { head, sha256, deviceId } = waveform
      const answer = await analyst.analyse({
        path: files.pathOf(sha256),
        head,
        earlier: wordsBefore(deviceId, endMsOf(head)),
      })
      await journal(waveform, answer.state === 'refused' ? { ...answer, samples: [] } : answer)
      tries = 0
    } catch (thrown) {
      await onFailure(waveform, toAppError(thrown))
    }
  }

  async function onFailure(waveform: Waveform, err: AppError): Promise<void> {
    if (!open) return
    tries++
    const { waveformId } = waveform
    log.warn({ err, waveformId, tries }, 'waveform not analysed, trying again')
    if (err.code === 'internal' && tries >= TRIES) {
      const refused = { state: 'refused' as const, reason: `set aside: ${err.message}`, samples: [] }
      tries = 0
      if (await journal(waveform, refused).then(yes, no)) return
    }
    retry = setTimeout(() => {
      retry = undefined
      pump()
    }, retryMs)
  }

  function journal(waveform: Waveform, found: Pick<VibrationAnalysis, 'state' | 'samples' | 'reason' | 'features'>) {
    const { deviceId, waveformId, head } = waveform
    const arrival = { kind: 'vibration' as const, deviceId, waveformId, atMs: endMsOf(head), ...found }
    return new Promise<void>((resolve, reject) => submit(arrival, (error) => (error ? reject(error) : resolve())))
  }

  function wordsBefore(deviceId: string, endMs: number): EarlierWord[] {
    return (earlier.get(deviceId) ?? []).filter(({ atMs }) => atMs > endMs - MINUTE_MS && atMs < endMs)
  }

  function settle({ waveformId, deviceId, atMs, ...found }: VibrationAnalysis): void {
    const waveform = pending.get(waveformId)
    pending.delete(waveformId)
    analysed.add(waveformId)
    if (analysed.size > REMEMBERED) analysed.delete(analysed.values().next().value as string)
    counts[found.state]++
    if (waveform) keep({ ...toRow(waveform), state: found.state, ...toldOf(found) })
    if (!found.features) return
    const words = [...wordsBefore(deviceId, atMs), { atMs, ...found.features.work }]
    earlier.delete(deviceId)
    earlier.set(deviceId, words)
    if (earlier.size > MAX_DEVICES) earlier.delete(earlier.keys().next().value as string)
  }

  function keep(row: WaveformRow): void {
    recent.delete(row.waveformId)
    recent.set(row.waveformId, row)
    if (recent.size > RECENT) recent.delete(recent.keys().next().value as string)
  }

  const rowOf = (waveformId: string) => {
    const waiting = pending.get(waveformId)
    return waiting ? toRow(waiting) : recent.get(waveformId)
  }

  return {
    observe(observation) {
      if (observation.kind === 'vibration') settle(observation)
      if (observation.kind !== 'waveform') return
      const { waveformId } = observation
      if (pending.has(waveformId) || analysed.has(waveformId)) return
      pending.set(waveformId, observation)
      pump()
    },
    hasRoom() {
      if (pending.size < MAX_PENDING) return true
      counts.turnedAway++
      return false
    },
    start() {
      open = true
      pump()
    },
    async stop() {
      open = false
      clearTimeout(retry)
      await running
      await analyst.stop()
    },
    snapshot: () => ({ pending: [...pending.values()], analysed: [...analysed], recent: [...recent.values()] }),
    list({ device, limit }) {
      const rows = [...recent.values(), ...[...pending.values()].map(toRow)]
      return rows
        .filter((row) => device === undefined || row.device === device)
        .reverse()
        .slice(0, limit)
    },
    get: rowOf,
    async bytes(waveformId) {
      const row = rowOf(waveformId)
      return row === undefined ? null : files.get(row.sha256)
    },
    get size() {
      return pending.size
    },
    measurements: () => [
      gauge('waveforms_pending', 'waveforms acknowledged and not analysed yet', pending.size),
      counter('waveforms_analysed_total', 'waveforms analysed', counts.analysed),
      counter('waveforms_refused_total', 'waveforms that could not be analysed', counts.refused),
      counter('waveforms_turned_away_total', 'waveforms that found no room to wait', counts.turnedAway),
    ],
  }
}

const yes = () => true
const no = () => false

function toldOf({ reason, features }: Pick<VibrationAnalysis, 'reason' | 'features'>) {
  return { ...(reason !== undefined && { reason }), ...(features !== undefined && { features }) }
}

function toRow({ waveformId, deviceId, sha256, atMs, head }: Waveform): WaveformRow {
  return { waveformId, device: deviceId, sha256, atMs, head, state: 'queued' }
}

function gauge(name: string, help: string, value: number): Measurement {
  return { kind: 'gauge', name: `huying_${name}`, help, value }
}

function counter(name: string, help: string, value: number): Measurement {
  return { kind: 'counter', name: `huying_${name}`, help, value }
}
