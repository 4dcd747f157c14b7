import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFrameNeighbours } from '../../app/frame-neighbours.ts'
import {
  createFrameQueue,
  type FrameAnalyser,
  type FrameNeighbour,
  type FrameQueueState,
} from '../../app/frame-queue.ts'
import { type FramesInHand, openFramesInHand } from '../../app/frames-in-hand.ts'
import { AppError } from '../../core/errors.ts'
import type { EvidenceStore } from '../../core/evidence-store.ts'
import { silentLog } from '../../core/log.ts'
import type { Arrival, Frame, FrameAnalysis, Observation } from '../../core/observation.ts'

const NOON_MS = Date.UTC(2026, 10, 22, 12)
const evidence: EvidenceStore = {
  put: async (bytes) => `evidence-${bytes}`,
  get: async () => null,
  pathOf: (sha256) => `/evidence/${sha256}`,
}

function frame(frameId: string, atMs = NOON_MS, deviceId = 'drone-1'): Frame {
  return { kind: 'frame', deviceId, frameId, sha256: `sha-${frameId}`, atMs, widthPx: 40, heightPx: 30, pose: {} }
}

interface Job {
  frameId: string
  jpegPath: string
  neighbour: FrameNeighbour | undefined
  finish(): void
  fail(error: Error): void
}

interface Options {
  state?: FrameQueueState
  concurrency?: number
  analyse?: FrameAnalyser['analyse']
  inHand?: FramesInHand
}

/** A queue whose analyser waits for the test; what it journals comes back to it, as it does in the service. */
function open(options: Options = {}) {
  const jobs: Job[] = []
  const journaled: FrameAnalysis[] = []
  let seq = 0
  const observed = (arrival: Arrival, arrivalMs: number) =>
    queue.observe({ ...arrival, seq: ++seq, arrivalMs } as Observation)
  const queue = createFrameQueue({
    analyser: {
      analyse:
        options.analyse ??
        ((jpegPath, { frameId }, neighbour) =>
          new Promise((resolve, reject) => {
            const finish = () => resolve({ state: 'analysed', model: 'm', detections: [], annotated: null })
            jobs.push({ frameId, jpegPath, neighbour, finish, fail: reject })
          })),
    },
    concurrency: options.concurrency ?? 1,
    evidence,
    shown: evidence,
    submit(arrival, done) {
      journaled.push(arrival as FrameAnalysis)
      observed(arrival, NOON_MS)
      done(null)
    },
    log: silentLog,
    state: options.state,
    ...(options.inHand && { inHand: options.inHand }),
    retryMs: 1,
  })
  const arrives = (one: Frame, afterS = 1) => observed(one, one.atMs + afterS * 1000)
  /** Finishes one job after the other until nothing waits, and tells in which order they came. */
  async function work(): Promise<string[]> {
    const seen: string[] = []
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      seen.push(job.frameId)
      job.finish()
      await settled()
    }
    return seen
  }
  return { queue, jobs, journaled, arrives, work }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))
const ids = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`)

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 1))
}

describe('the order of frames', () => {
  it('is live ones first; of a backlog every fourth, so that it gets on', async () => {
    const { queue, arrives, work } = open()
    const landed = 3600
    for (const id of ids('old', 4)) arrives(frame(id), landed)
    for (const id of ids('live', 7)) arrives(frame(id))

    queue.start()
    // Before the start nothing is live: these came in a replay.
    const replayed = await work()
    for (const id of ids('old-again', 4)) arrives(frame(id), landed)
    for (const id of ids('now', 7)) arrives(frame(id))
    const seen = await work()

    expect(replayed).toEqual([...ids('old', 4), ...ids('live', 7)])
    expect(seen).toEqual([
      'old-again0', // it was alone when it came
      ...['now0', 'now1', 'now2', 'old-again1'],
      ...['now3', 'now4', 'now5', 'old-again2'],
      ...['now6', 'old-again3'],
    ])
  })

  it('puts what was pending at the last stop into the backlog', async () => {
    const { queue, arrives, work } = open({ state: { pending: [frame('p0'), frame('p1')], analysed: ['done'] } })

    queue.start()
    arrives(frame('live'))
    arrives(frame('done'))

    expect(await work()).toEqual(['p0', 'live', 'p1'])
  })

  it('keeps 10,000 pending frames through a stop, each once', async () => {
    const { queue, arrives } = open()
    for (const id of ids('f', 10_000)) arrives(frame(id), 3600)
    for (const id of ids('f', 10_000)) arrives(frame(id), 7200)

    const again = open({ state: JSON.parse(JSON.stringify(queue.snapshot())) as FrameQueueState, concurrency: 4 })
    again.queue.start()
    const seen = await again.work()

    expect(queue.size).toBe(10_000)
    expect(seen).toEqual(ids('f', 10_000))
    expect(again.queue.size).toBe(0)
  })
})

describe('a frame that cannot be analysed by our fault', () => {
  it('is set aside after five tries, with the reason, while the others go on', async () => {
    let tries = 0
    const { queue, journaled, arrives } = open({
      async analyse(_path, { frameId }) {
        if (frameId === 'poisoned') throw new Error(`tensor lost, try ${++tries}`)
        return { state: 'analysed', model: 'm', detections: [], annotated: null }
      },
    })
    queue.start()
    for (const id of ['poisoned', ...ids('f', 5)]) arrives(frame(id))
    await until(() => queue.size === 0)

    expect(tries).toBe(5)
    expect(journaled.map(({ frameId }) => frameId)).toEqual([...ids('f', 5), 'poisoned'])
    expect(journaled.at(-1)).toMatchObject({
      state: 'refused',
      reason: 'set aside: 5 tries failed, the last with: tensor lost, try 5',
    })
  })

  it('is kept for as long as the fault is one that passes', async () => {
    let tries = 0
    const { queue, journaled, arrives } = open({
      async analyse() {
        if (++tries <= 8) throw new AppError('overloaded', 'too many frames wait for analysis')
        return { state: 'analysed', model: 'm', detections: [], annotated: null }
      },
    })
    queue.start()
    arrives(frame('f'))
    await until(() => queue.size === 0)

    expect(journaled).toMatchObject([{ frameId: 'f', state: 'analysed' }])
  })
})

describe('a frame that takes the process down', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'huying-in-hand-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))
  const inHandOf = () => openFramesInHand(join(folder, 'frames-in-hand.json'), silentLog)

  /** One life of the process with three frames side by side: it ends as soon as the poisoned one is looked at. */
  async function live(state: FrameQueueState) {
    const seen: string[] = []
    const { queue, journaled } = open({
      ...{ state, concurrency: 3, inHand: await inHandOf() },
      analyse(_path, { frameId }) {
        seen.push(frameId)
        // Nothing comes back from a process that has ended; the others are lost with it.
        if (frameId === 'poisoned' || seen.includes('poisoned')) return new Promise(() => {})
        return Promise.resolve({ state: 'analysed', model: 'm', detections: [], annotated: null })
      },
    })
    queue.start()
    await until(() => seen.includes('poisoned') || queue.size === 0)
    await new Promise((resolve) => setTimeout(resolve, 20))
    return { seen, journaled, state: JSON.parse(JSON.stringify(queue.snapshot())) as FrameQueueState }
  }

  it('is looked at alone after the restart, and set aside at last; those that were lost with it are analysed', async () => {
    const pending = ['poisoned', 'a', 'b', 'c', 'd'].map((id) => frame(id))
    let life = await live({ pending, analysed: [] })
    const lives = [life]
    while (life.state.pending.length > 0 && lives.length < 10) {
      life = await live(life.state)
      lives.push(life)
    }

    // The first death takes `a` and `b` with it; in the second life it is alone in hand, so they are no longer suspected.
    expect(lives.map(({ seen }) => seen).slice(0, 2)).toEqual([['poisoned', 'a', 'b'], ['poisoned']])
    expect(lives.length).toBe(6)
    const journaled = lives.flatMap((one) => one.journaled)
    expect(journaled.filter(({ state }) => state === 'refused')).toMatchObject([
      { frameId: 'poisoned', reason: 'set aside: the process ended 5 times while it was looked at' },
    ])
    expect(
      journaled
        .filter(({ state }) => state === 'analysed')
        .map(({ frameId }) => frameId)
        .sort(),
    ).toEqual([...['a', 'b', 'c', 'd']])
  })

  it('is not to be mixed up with a file that is torn', async () => {
    await writeFile(join(folder, 'frames-in-hand.json'), '{"held": ["a"')
    expect((await inHandOf()).deaths('a')).toBe(0)
  })
})

describe('the neighbour of a frame', () => {
  it('is what the same drone took before, however it came', async () => {
    const { queue, jobs, arrives } = open({ concurrency: 9 })
    queue.start()
    arrives(frame('b', NOON_MS + 2_000))
    arrives(frame('other', NOON_MS + 1_000, 'drone-2'))
    arrives(frame('a', NOON_MS))
    arrives(frame('c', NOON_MS + 4_000))
    arrives(frame('later', NOON_MS + 90_000))

    const neighbours = jobs.map(({ frameId, neighbour }) => [frameId, neighbour?.frame.frameId, neighbour?.jpegPath])
    expect(neighbours).toEqual([
      ['b', undefined, undefined],
      ['other', undefined, undefined],
      ['a', undefined, undefined],
      ['c', 'b', '/evidence/sha-b'],
      // More than a minute after `c`.
      ['later', undefined, undefined],
    ])
  })

  it('is remembered for the last 512 frames of a drone only', () => {
    const neighbours = createFrameNeighbours()
    for (let i = 0; i < 600; i++) neighbours.note(frame(`f${i}`, NOON_MS + i * 1000))

    expect(neighbours.before(frame('x', NOON_MS + 100_500))?.frameId).toBe('f100')
    expect(neighbours.before(frame('x', NOON_MS + 80_500))).toBeUndefined()
  })
})
