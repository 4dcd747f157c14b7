import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createLatencyMeter } from '../../app/latency-meter.ts'
import { createPipelineWatch } from '../../app/pipeline-watch.ts'
import { PIPELINE_STAGES, type PipelineCounts, type PipelineStage, STAGE_FACTS } from '../../core/pipeline.ts'

const IDLE: PipelineCounts = {
  ...{ messagesTotal: 0, readingsTotal: 0, connections: 0, heldMessages: 0, journalPending: 0, refusedTotal: 0 },
  ...{ framesAnalysedTotal: 0, framesRefusedTotal: 0, framesPending: 0, visionWorkers: 1 },
  ...{ subscriberLag: null, outputLag: null, outputsFailing: 0, deadLetters: 0 },
  ...{ databaseLag: 0, databaseReady: true, journalBytes: 0, diskFreeBytes: null },
}

beforeEach(() => void vi.useFakeTimers({ now: 0 }))
afterEach(() => void vi.useRealTimers())

function watch() {
  let counts = { ...IDLE }
  const latency = createLatencyMeter(100)
  const pipeline = createPipelineWatch({ read: () => counts, latency, clock: { nowMs: () => Date.now() } })
  pipeline.start()
  return {
    ...{ pipeline, latency },
    set: (change: Partial<PipelineCounts>) => {
      counts = { ...counts, ...change }
    },
    stage: (name: PipelineStage) => pipeline.state().stages.find(({ stage }) => stage === name)!,
  }
}

it('makes rates of counters, knows none before the second look, and remembers ten minutes', () => {
  const { pipeline, set, stage } = watch()
  expect(stage('intake').value).toBeNull()
  for (let step = 1; step <= 200; step++) {
    set({ messagesTotal: step * 50, readingsTotal: step * 100, refusedTotal: step })
    vi.advanceTimersByTime(5_000)
  }
  expect(stage('intake')).toMatchObject({ value: 10, facts: { readingsPerS: 20 } })
  expect(stage('refused').value).toBe(12)
  expect(stage('intake').recent).toHaveLength(120)
  pipeline.stop()
})

it('tells of the time that messages took since the look before', () => {
  const { pipeline, latency, stage } = watch()
  for (let ms = 1; ms <= 100; ms++) latency.note(ms)
  vi.advanceTimersByTime(5_000)
  expect(stage('latency')).toMatchObject({ value: 96, facts: { p50Ms: 51, maxMs: 100 } })
  vi.advanceTimersByTime(5_000)
  expect(stage('latency')).toMatchObject({ value: null, recent: [96, null] })
  pipeline.stop()
})

it('says what somebody should look at', () => {
  const { pipeline, set, stage } = watch()
  set({ visionWorkers: 0, databaseReady: false, deadLetters: 2, outputsFailing: 1, heldMessages: 5_000, outputLag: 3 })
  vi.advanceTimersByTime(5_000)
  const states = PIPELINE_STAGES.map((name) => [name, stage(name).state])
  expect(Object.fromEntries(states)).toEqual({
    ...{ intake: 'ok', latency: 'ok', refused: 'ok' },
    ...{ queue: 'warning', inference: 'fault', delivery: 'fault', deadLetters: 'warning', storage: 'fault' },
  })
  expect(stage('delivery').value).toBe(3)
  for (const name of PIPELINE_STAGES) expect(Object.keys(stage(name).facts)).toEqual([...STAGE_FACTS[name]])
  pipeline.stop()
})
