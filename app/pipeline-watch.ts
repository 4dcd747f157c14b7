import type { Clock } from '../core/clock.ts'
import {
  PIPELINE_STAGES,
  type PipelineCounts,
  type PipelineStage,
  type PipelineState,
  type StageState,
} from '../core/pipeline.ts'
import type { Latencies, LatencyMeter } from './latency-meter.ts'

/** Looks at the service's own counters every few seconds and remembers some minutes, for people who watch it. */
export interface PipelineWatch {
  state(): PipelineState
  start(): void
  stop(): void
}

const STEP_MS = 5_000
/** Ten minutes. */
const STEPS_KEPT = 120
const MINUTE_MS = 60_000

interface Look {
  atMs: number
  counts: PipelineCounts
  latencies: Latencies | null
}
type Numbers = Record<PipelineStage, number | null>

export function createPipelineWatch(ports: {
  read: () => PipelineCounts
  /** How long messages took from their arrival until they were durable and judged. */
  latency: Pick<LatencyMeter, 'take'>
  clock: Clock
}): PipelineWatch {
  const { read, latency, clock } = ports
  const steps: Numbers[] = []
  let last: Look = look()
  let before: Look | null = null
  let timer: NodeJS.Timeout | undefined

  function look(): Look {
    return { atMs: clock.nowMs(), counts: read(), latencies: latency.take() }
  }

  function step(): void {
    before = last
    last = look()
    steps.push(numbersOf(last, before))
    if (steps.length > STEPS_KEPT) steps.shift()
  }

  return {
    state() {
      const numbers = numbersOf(last, before)
      const stages = PIPELINE_STAGES.map((stage) => ({
        ...{ stage, value: numbers[stage], state: healthOf(stage, last.counts) },
        recent: steps.map((one) => one[stage]),
        facts: factsOf(stage, last, before),
      }))
      return { atMs: last.atMs, stepMs: STEP_MS, stages }
    },
    start() {
      timer ??= setInterval(step, STEP_MS)
    },
    stop() {
      clearInterval(timer)
      timer = undefined
    },
  }
}

/** How much a counter grew per `perMs`; null before two looks, and when the clock did not move. */
function rate(now: Look, before: Look | null, of: (counts: PipelineCounts) => number, perMs: number): number | null {
  if (before === null || now.atMs <= before.atMs) return null
  return ((of(now.counts) - of(before.counts)) * perMs) / (now.atMs - before.atMs)
}

function numbersOf(now: Look, before: Look | null): Numbers {
  const { counts, latencies } = now
  const { subscriberLag, outputLag } = counts
  return {
    intake: rate(now, before, ({ messagesTotal }) => messagesTotal, 1000),
    latency: latencies?.p95Ms ?? null,
    queue: counts.heldMessages + counts.journalPending,
    refused: rate(now, before, ({ refusedTotal }) => refusedTotal, MINUTE_MS),
    inference: rate(now, before, ({ framesAnalysedTotal }) => framesAnalysedTotal, 1000),
    delivery: subscriberLag === null && outputLag === null ? null : Math.max(subscriberLag ?? 0, outputLag ?? 0),
    deadLetters: counts.deadLetters,
    storage: counts.databaseLag,
  }
}

function factsOf(stage: PipelineStage, now: Look, before: Look | null): StageState['facts'] {
  const { counts, latencies } = now
  switch (stage) {
    case 'intake':
      return {
        readingsPerS: rate(now, before, ({ readingsTotal }) => readingsTotal, 1000),
        connections: counts.connections,
      }
    case 'latency':
      return { p50Ms: latencies?.p50Ms ?? null, maxMs: latencies?.maxMs ?? null }
    case 'queue':
      return { heldMessages: counts.heldMessages, journalPending: counts.journalPending }
    case 'refused':
      return { refusedTotal: counts.refusedTotal }
    case 'inference':
      return {
        framesPending: counts.framesPending,
        framesRefusedTotal: counts.framesRefusedTotal,
        workers: counts.visionWorkers,
      }
    case 'delivery':
      return {
        subscriberLag: counts.subscriberLag,
        outputLag: counts.outputLag,
        outputsFailing: counts.outputsFailing,
      }
    case 'deadLetters':
      return {}
    case 'storage':
      return { diskFreeBytes: counts.diskFreeBytes, journalBytes: counts.journalBytes }
  }
}

const MANY_HELD = 1_000
const MANY_PENDING_FRAMES = 100
const MANY_UNTOLD = 1_000
const MANY_BEHIND = 10_000
const LITTLE_ROOM_BYTES = 1024 ** 3

/** Local choices: from here on somebody should look. */
function healthOf(stage: PipelineStage, counts: PipelineCounts): StageState['state'] {
  const warns = (isTrue: boolean) => (isTrue ? 'warning' : 'ok')
  switch (stage) {
    case 'intake':
    case 'latency':
    case 'refused':
      return 'ok'
    case 'queue':
      return warns(counts.heldMessages + counts.journalPending > MANY_HELD)
    case 'inference':
      return counts.visionWorkers === 0 ? 'fault' : warns(counts.framesPending > MANY_PENDING_FRAMES)
    case 'delivery':
      if (counts.outputsFailing > 0) return 'fault'
      return warns(Math.max(counts.subscriberLag ?? 0, counts.outputLag ?? 0) > MANY_UNTOLD)
    case 'deadLetters':
      return warns(counts.deadLetters > 0)
    case 'storage':
      if (!counts.databaseReady) return 'fault'
      return warns(counts.databaseLag > MANY_BEHIND || (counts.diskFreeBytes ?? Infinity) < LITTLE_ROOM_BYTES)
  }
}
