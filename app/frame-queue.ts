import { type AppError, ERROR_CODES, toAppError } from '../core/errors.ts'
import type { EvidenceStore } from '../core/evidence-store.ts'
import type { Submit } from '../core/front-door.ts'
import type { FrameRow } from '../core/history.ts'
import type { Log } from '../core/log.ts'
import type { Frame, FrameAnalysis, Observation } from '../core/observation.ts'
import { createFrameNeighbours } from './frame-neighbours.ts'
import { createFrameOrder, type FrameLane } from './frame-order.ts'
import type { FramesInHand } from './frames-in-hand.ts'

/** The frame that the same drone took before, wherever its own analysis stands. */
export interface FrameNeighbour {
  jpegPath: string
  frame: Frame
}

type FrameWords = Pick<FrameAnalysis, 'model' | 'detections' | 'people' | 'quality' | 'ground' | 'pose' | 'shadow'>

/** What the queue needs of whoever looks at pictures. */
export interface FrameAnalyser {
  /** Throws when it is not the frame's fault: then the frame is given again, a bounded number of times. */
  analyse(
    jpegPath: string,
    frame: Frame,
    neighbour?: FrameNeighbour,
  ): Promise<
    (FrameWords & { state: 'analysed'; annotated: Buffer | null }) | { state: 'refused'; model: string; reason: string }
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
  /** Frames that nobody looks at yet. */
  readonly waiting: Readonly<Record<FrameLane, number>>
}

export interface FrameQueueState {
  pending: Frame[]
  /** Ids analysed lately: the same frame sent again is not looked at twice. */
  analysed: string[]
}

const REMEMBERED = 10_000
/** Analysed frames kept whole, for those who ask before the database has them. */
const RECENT = 1_000
/** A frame that arrives this long after it was taken is live. */
const LIVE_WITHIN_MS = 120_000
/** Failures of ours that a frame may meet before it is set aside; what passes by itself (`ERROR_CODES`) does not count. */
const TRIES = 5
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 30_000

export function createFrameQueue(ports: {
  analyser: FrameAnalyser
  /** Frames looked at side by side. */
  concurrency: number
  /** Frames as they were sent. */
  evidence: Pick<EvidenceStore, 'pathOf'>
  /** Takes the annotated pictures. */
  shown: Pick<EvidenceStore, 'put'>
  submit: Submit
  log: Log
  state?: FrameQueueState | undefined
  /** Without it a frame that takes the process down is looked at again after every restart. */
  inHand?: FramesInHand
  /** Pause before the first of further tries, ms. */
  retryMs?: number
}): FrameQueue {
  const { analyser, evidence, shown, log, inHand, retryMs = FIRST_RETRY_MS } = ports
  const pending = new Map(ports.state?.pending.map((frame) => [frame.frameId, frame]))
  const analysed = new Set(ports.state?.analysed)
  const recent = new Map<string, FrameRow>()
  const order = createFrameOrder()
  const neighbours = createFrameNeighbours()
  const running = new Set<Promise<void>>()
  const looking = new Set<string>()
  /** Frames that met an error: how often, and the timer until the next try. */
  const failed = new Map<string, { faults: number; tries: number; timer: NodeJS.Timeout | undefined }>()
  /** Frames that were in hand when the process died, innocent ones first. */
  let suspects: string[] = []
  let isAlone = false
  let open = false

  for (const frame of pending.values()) {
    order.push(frame.frameId, 'backlog')
    neighbours.note(frame)
  }

  function pump(): void {
    while (open && running.size < limit()) {
      const frameId = suspects.shift() ?? order.next()
      if (frameId === undefined) return
      const frame = pending.get(frameId)
      if (!frame || looking.has(frameId)) continue
      looking.add(frameId)
      isAlone = (inHand?.deaths(frameId) ?? 0) > 0
      const run = look(frame).finally(() => {
        looking.delete(frameId)
        running.delete(run)
        pump()
      })
      running.add(run)
    }
  }

  /** A suspect is looked at alone: whoever is in hand at the next death did it. */
  function limit(): number {
    if (running.size === 0) isAlone = false
    return isAlone || suspects.length > 0 ? 1 : ports.concurrency
  }

  async function look(frame: Frame): Promise<void> {
    const { frameId } = frame
    const deaths = inHand?.deaths(frameId) ?? 0
    try {
      if (deaths >= TRIES) return await setAside(frame, `the process ended ${deaths} times while it was looked at`)
      if (inHand) await inHand.begin(frameId)
      await journal(frame, await analysisOf(frame))
    } catch (thrown) {
      await onFailure(frame, toAppError(thrown))
    } finally {
      inHand?.end(frameId)
    }
  }

  function setAside(frame: Frame, reason: string): Promise<void> {
    log.error({ frameId: frame.frameId, reason }, 'frame set aside: it could not be analysed')
    return journal(frame, { state: 'refused', model: 'none', reason: `set aside: ${reason}`, detections: [] })
  }

  async function analysisOf(frame: Frame): Promise<Omit<FrameAnalysis, keyof ReturnType<typeof headOf>>> {
    const before = neighbours.before(frame)
    const neighbour = before && { jpegPath: evidence.pathOf(before.sha256), frame: before }
    const result = await analyser.analyse(evidence.pathOf(frame.sha256), frame, neighbour)
    if (result.state === 'refused') return { ...result, detections: [] }
    const { annotated, ...rest } = result
    return { ...rest, ...(annotated && { annotatedSha256: await shown.put(annotated) }) }
  }

  function journal(frame: Frame, analysis: Omit<FrameAnalysis, keyof ReturnType<typeof headOf>>): Promise<void> {
    return new Promise((resolve, reject) =>
      ports.submit({ ...headOf(frame), ...analysis }, (error: AppError | null) => (error ? reject(error) : resolve())),
    )
  }

  /** The frame goes to the end of the line, so that one which fails again and again holds up nobody. */
  async function onFailure(frame: Frame, err: AppError): Promise<void> {
    const { frameId } = frame
    const before = failed.get(frameId) ?? { faults: 0, tries: 0 }
    const faults = before.faults + (ERROR_CODES[err.code].retry ? 0 : 1)
    const tries = before.tries + 1
    const isDone =
      faults >= TRIES &&
      (await setAside(frame, `${tries} tries failed, the last with: ${causeOf(err)}`).then(
        () => true,
        () => false,
      ))
    if (isDone) return
    log.warn({ err, frameId, tries }, 'frame not analysed, trying again')
    const timer = setTimeout(
      () => {
        order.push(frameId, 'backlog')
        pump()
      },
      Math.min(retryMs * 2 ** (tries - 1), LONGEST_RETRY_MS),
    )
    failed.set(frameId, { faults, tries, timer })
  }

  function settle(analysis: FrameAnalysis): void {
    const { frameId } = analysis
    const frame = pending.get(frameId)
    if (frame) recent.set(frameId, toRow(frame, analysis))
    if (recent.size > RECENT) recent.delete(recent.keys().next().value as string)
    pending.delete(frameId)
    failed.delete(frameId)
    analysed.add(frameId)
    if (analysed.size > REMEMBERED) analysed.delete(analysed.values().next().value as string)
  }

  return {
    observe(observation) {
      if (observation.kind === 'analysis') settle(observation)
      if (observation.kind !== 'frame') return
      const { frameId, atMs, arrivalMs } = observation
      if (pending.has(frameId) || analysed.has(frameId)) return
      pending.set(frameId, observation)
      neighbours.note(observation)
      // What a replay brings is as old as the crash, however soon after its capture it arrived then.
      order.push(frameId, open && arrivalMs - atMs <= LIVE_WITHIN_MS ? 'live' : 'backlog')
      pump()
    },
    recent(frameId) {
      const frame = pending.get(frameId)
      return frame ? toRow(frame) : recent.get(frameId)
    },
    start() {
      open = true
      const deaths = (frameId: string) => inHand?.deaths(frameId) ?? 0
      suspects = [...pending.keys()].filter((id) => deaths(id) > 0).sort((a, b) => deaths(a) - deaths(b))
      pump()
    },
    async stop() {
      open = false
      await Promise.all(running)
      for (const { timer } of failed.values()) clearTimeout(timer)
      await inHand?.settled()
    },
    snapshot: () => ({ pending: [...pending.values()], analysed: [...analysed] }),
    get size() {
      return pending.size
    },
    get waiting() {
      return order.size
    },
  }
}

function headOf({ deviceId, frameId, atMs }: Frame) {
  return { kind: 'analysis' as const, deviceId, frameId, atMs }
}

/** What went wrong, as whoever threw it said. */
function causeOf(err: AppError): string {
  return err.cause instanceof Error ? err.cause.message : err.message
}

function toRow(
  { frameId, deviceId, atMs, sha256, widthPx, heightPx, pose }: Frame,
  analysis?: FrameAnalysis,
): FrameRow {
  const frame = { frameId, device: deviceId, atMs, sha256, widthPx, heightPx, pose }
  if (!analysis) return { ...frame, state: 'queued', detections: [] }
  const { state, reason, model, detections, people, annotatedSha256 } = analysis
  return {
    ...frame,
    ...{ state, model, detections },
    ...(reason !== undefined && { reason }),
    ...(people !== undefined && { people }),
    ...(annotatedSha256 !== undefined && { annotatedSha256 }),
  }
}
