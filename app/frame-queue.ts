import type { Detection } from '../core/detection.ts'
import type { AppError } from '../core/errors.ts'
import type { EvidenceStore } from '../core/evidence-store.ts'
import type { Submit } from '../core/front-door.ts'
import type { FrameRow } from '../core/history.ts'
import type { Log } from '../core/log.ts'
import type { Frame, FrameAnalysis, Observation } from '../core/observation.ts'

/** What the queue needs of whoever looks at pictures. */
export interface FrameAnalyser {
  analyse(
    jpegPath: string,
    frame: Frame,
  ): Promise<
    | { state: 'analysed'; model: string; detections: Detection[]; annotated: Buffer | null }
    | { state: 'refused'; model: string; reason: string }
  >
}

/** Frames between their acknowledgement and their analysis. A frame leaves only when its analysis is in the journal. */
export interface FrameQueue {
  observe(observation: Observation): void
  /** The frame as it stands now, while it waits and for a while after its analysis. */
  recent(frameId: string): FrameRow | undefined
  start(): void
  /** Resolves when nothing is being looked at any more; what waits stays pending for the next start. */
  stop(): Promise<void>
  snapshot(): FrameQueueState
  readonly size: number
}

export interface FrameQueueState {
  pending: Frame[]
  /** Ids analysed lately: the same frame sent again is not looked at twice. */
  analysed: string[]
}

const REMEMBERED = 10_000
/** Analysed frames kept whole, for those who ask before the database has them. */
const RECENT = 1_000
const RETRY_MS = 1_000

export function createFrameQueue(ports: {
  analyser: FrameAnalyser
  /** Frames looked at side by side. */
  concurrency: number
  evidence: EvidenceStore
  submit: Submit
  log: Log
  state?: FrameQueueState | undefined
}): FrameQueue {
  const pending = new Map(ports.state?.pending.map((frame) => [frame.frameId, frame]))
  const analysed = new Set(ports.state?.analysed)
  const recent = new Map<string, FrameRow>()
  const waiting = [...pending.keys()]
  const running = new Set<Promise<void>>()
  let open = false

  function pump(): void {
    while (open && running.size < ports.concurrency && waiting.length > 0) {
      const frame = pending.get(waiting.shift() as string)
      if (!frame) continue
      const run = look(frame).finally(() => {
        running.delete(run)
        pump()
      })
      running.add(run)
    }
  }

  async function look(frame: Frame): Promise<void> {
    const { kind: _kind, ...origin } = frame
    const base = { kind: 'analysis' as const, deviceId: origin.deviceId, frameId: origin.frameId, atMs: origin.atMs }
    try {
      const result = await ports.analyser.analyse(ports.evidence.pathOf(frame.sha256), frame)
      if (result.state === 'refused') return await journal({ ...base, ...result, detections: [] })
      const { annotated, ...rest } = result
      const shown = annotated ? { annotatedSha256: await ports.evidence.put(annotated) } : {}
      await journal({ ...base, ...rest, ...shown })
    } catch (err) {
      ports.log.warn({ err, frameId: frame.frameId }, 'frame not analysed, trying again')
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      waiting.push(frame.frameId)
    }
  }

  function journal(arrival: Parameters<Submit>[0]): Promise<void> {
    return new Promise((resolve, reject) =>
      ports.submit(arrival, (error: AppError | null) => (error ? reject(error) : resolve())),
    )
  }

  function settle(analysis: FrameAnalysis): void {
    const { frameId } = analysis
    const frame = pending.get(frameId)
    if (frame) recent.set(frameId, toRow(frame, analysis))
    if (recent.size > RECENT) recent.delete(recent.keys().next().value as string)
    pending.delete(frameId)
    analysed.add(frameId)
    if (analysed.size > REMEMBERED) analysed.delete(analysed.values().next().value as string)
  }

  return {
    observe(observation) {
      if (observation.kind === 'analysis') settle(observation)
      if (observation.kind !== 'frame') return
      if (pending.has(observation.frameId) || analysed.has(observation.frameId)) return
      pending.set(observation.frameId, observation)
      waiting.push(observation.frameId)
      pump()
    },
    recent(frameId) {
      const frame = pending.get(frameId)
      return frame ? toRow(frame) : recent.get(frameId)
    },
    start() {
      open = true
      pump()
    },
    async stop() {
      open = false
      await Promise.all(running)
    },
    snapshot: () => ({ pending: [...pending.values()], analysed: [...analysed] }),
    get size() {
      return pending.size
    },
  }
}

function toRow(
  { frameId, deviceId, atMs, sha256, widthPx, heightPx, pose }: Frame,
  analysis?: FrameAnalysis,
): FrameRow {
  const frame = { frameId, device: deviceId, atMs, sha256, widthPx, heightPx, pose }
  if (!analysis) return { ...frame, state: 'queued', detections: [] }
  const { state, reason, model, detections, annotatedSha256 } = analysis
  return {
    ...frame,
    ...{ state, model, detections },
    ...(reason !== undefined && { reason }),
    ...(annotatedSha256 !== undefined && { annotatedSha256 }),
  }
}
