import { describe, expect, it, vi } from 'vitest'
import { createWaveformQueue, type WaveformQueueState } from '../../app/waveform-queue.ts'
import { AppError } from '../../core/errors.ts'
import { silentLog } from '../../core/log.ts'
import type { Arrival, Observation, VibrationAnalysis, Waveform } from '../../core/observation.ts'
import type { WorkClass } from '../../core/vibration.ts'
import type { WaveformAnalyst } from '../../detectors/vibration/analyst.ts'
import type { WaveformAnswer, WaveformJob } from '../../detectors/vibration/analyst-protocol.ts'
import { analyse, headOf } from '../detectors/vibration/a-waveform.ts'

const NOW_S = 1_795_334_400

function waveform(waveformId: string, atS = NOW_S): Waveform {
  const head = headOf({ samples: 5000, startUs: atS * 1e6 })
  return { kind: 'waveform', deviceId: 'wall-1', waveformId, sha256: `sha-${waveformId}`, atMs: atS * 1000, head }
}

type Answer = Exclude<WaveformAnswer, { state: 'failed' }>

/** A queue whose analyses come back to it at once, as the journal gives them back. */
function aQueue(answer: (job: WaveformJob) => Answer | Promise<Answer>, state?: WaveformQueueState) {
  const arrived: Arrival[] = []
  const jobs: WaveformJob[] = []
  let failing: AppError | null = null
  let seq = 0
  const analyst: WaveformAnalyst = {
    async analyse(job) {
      jobs.push(job)
      return answer(job)
    },
    stop: async () => {},
  }
  const queue = createWaveformQueue({
    analyst,
    files: { pathOf: (sha256) => `/${sha256}`, get: async (sha256) => Buffer.from(sha256) },
    submit(arrival, done) {
      if (failing) return done(failing)
      arrived.push(arrival)
      queue.observe({ ...arrival, seq: ++seq, arrivalMs: 0 } as Observation)
      done(null)
    },
    log: silentLog,
    state,
    retryMs: 1,
  })
  const observe = (one: Waveform) => queue.observe({ ...one, seq: ++seq, arrivalMs: 0 })
  const fail = (error: AppError | null) => {
    failing = error
  }
  return { queue, arrived: arrived as VibrationAnalysis[], jobs, observe, fail }
}

function analysed(work: WorkClass = 'none'): Answer {
  const features = { ...analyse([Math.sin]), work: { class: work, confidence: 0.9 } }
  return { state: 'analysed', samples: [{ metric: 'ppv_mm_s', atMs: 1, value: 2 }], features }
}

describe('waveforms that wait to be looked at', () => {
  it('are looked at in order, and each leaves with its analysis', async () => {
    const { queue, arrived, observe } = aQueue(() => analysed())
    queue.start()
    for (const id of ['a', 'b', 'c']) observe(waveform(id))

    await vi.waitFor(() => expect(arrived).toHaveLength(3))

    expect(arrived.map(({ kind, waveformId, state }) => [kind, waveformId, state])).toEqual([
      ['vibration', 'a', 'analysed'],
      ['vibration', 'b', 'analysed'],
      ['vibration', 'c', 'analysed'],
    ])
    expect(queue.snapshot().pending).toEqual([])
    expect(queue.list({ limit: 2 }).map(({ waveformId, state }) => [waveformId, state])).toEqual([
      ['c', 'analysed'],
      ['b', 'analysed'],
    ])
  })

  it('are not looked at twice when they come again', async () => {
    const { queue, arrived, jobs, observe } = aQueue(() => analysed())
    queue.start()
    observe(waveform('a'))
    await vi.waitFor(() => expect(arrived).toHaveLength(1))
    observe(waveform('a'))
    observe(waveform('b'))
    await vi.waitFor(() => expect(arrived).toHaveLength(2))

    expect(jobs).toHaveLength(2)
  })

  it('wait through a stop, and what was found before is still known', async () => {
    const first = aQueue(() => analysed())
    first.observe(waveform('a'))
    first.observe(waveform('b'))
    const again = aQueue(() => analysed(), JSON.parse(JSON.stringify(first.queue.snapshot())))

    again.queue.start()
    await vi.waitFor(() => expect(again.arrived).toHaveLength(2))

    expect(first.jobs).toEqual([])
    expect(again.queue.get('a')).toMatchObject({ state: 'analysed', features: { clipped: false } })
  })

  it('are set aside after three faults of ours, with the reason, and hold up nobody', async () => {
    const { queue, arrived, observe } = aQueue(({ path }) => {
      if (path === '/sha-a') throw new AppError('internal', 'it broke')
      return analysed()
    })
    queue.start()
    observe(waveform('a'))
    observe(waveform('b'))

    await vi.waitFor(() => expect(arrived).toHaveLength(2))

    expect(arrived.map(({ waveformId, state, reason }) => [waveformId, state, reason])).toEqual([
      ['a', 'refused', 'set aside: it broke'],
      ['b', 'analysed', undefined],
    ])
  })

  it('stay while their analyses cannot be stored', async () => {
    const { queue, arrived, jobs, observe, fail } = aQueue(() => analysed())
    fail(new AppError('journal_full', 'no room'))
    queue.start()
    observe(waveform('a'))
    await vi.waitFor(() => expect(jobs.length).toBeGreaterThan(5))
    expect(queue.snapshot().pending).toHaveLength(1)

    fail(null)

    await vi.waitFor(() => expect(arrived).toHaveLength(1))
    expect(arrived[0]).toMatchObject({ state: 'analysed' })
    await queue.stop()
  })

  it('are told what was said of the minute before, of their own device', async () => {
    const { queue, arrived, jobs, observe } = aQueue(() => analysed('drilling'))
    queue.start()
    for (const [i, id] of ['a', 'b', 'c'].entries()) observe(waveform(id, NOW_S + 10 * i))
    observe(waveform('much later', NOW_S + 100))
    observe({ ...waveform('other', NOW_S + 105), deviceId: 'wall-2' })
    await vi.waitFor(() => expect(arrived).toHaveLength(5))

    expect(jobs.map(({ earlier }) => earlier.length)).toEqual([0, 1, 2, 0, 0])
    expect(jobs[2]?.earlier[0]).toEqual({ atMs: (NOW_S + 10) * 1000, class: 'drilling', confidence: 0.9 })
  })

  it('find room up to a bound', () => {
    const { queue, observe } = aQueue(() => analysed())
    for (let i = 0; i < 999; i++) observe(waveform(String(i)))
    expect(queue.hasRoom()).toBe(true)

    observe(waveform('one more'))

    expect(queue.hasRoom()).toBe(false)
    expect(queue.measurements().find(({ name }) => name === 'huying_waveforms_turned_away_total')?.value).toBe(1)
  })
})
