import { afterEach, describe, expect, test } from 'vitest'
import { silentLog } from '../../../core/log.ts'
import { createWorkerPool, type WorkerPool, type WorkerPoolOptions } from '../../../detectors/vision/worker-pool.ts'
import { seatsEnded } from '../../../detectors/vision/worker-seat.ts'

interface Job {
  act: 'answer' | 'exit' | 'throw' | 'fail' | 'exit-twice' | 'hang' | 'block'
  value?: number
}
interface Given {
  pool: WorkerPool<Job, number>
  /** Jobs that threads have begun. */
  tries(): number
}

const started: WorkerPool<Job, number>[] = []
afterEach(async () => {
  for (const pool of started.splice(0)) await pool.stop()
})

function given(workerData: object = {}, options: Partial<WorkerPoolOptions> = {}): Given {
  const tries = new SharedArrayBuffer(4)
  const pool = createWorkerPool<Job, number>({
    script: new URL('../../fixtures/vision/unruly-worker.mjs', import.meta.url),
    workerData: { tries, ...workerData },
    size: 1,
    queueLimit: 100,
    tries: 3,
    jobTimeoutMs: 20_000,
    log: silentLog,
    ...options,
  })
  started.push(pool)
  return { pool, tries: () => new Int32Array(tries)[0]! }
}

describe('a pool of threads', () => {
  test('answers every job with its own answer', async () => {
    const { pool } = given({}, { size: 2 })
    await pool.start()

    const answers = await Promise.all(Array.from({ length: 50 }, (_, value) => pool.run({ act: 'answer', value })))

    expect(answers).toEqual(Array.from({ length: 50 }, (_, answer) => ({ answer })))
    expect(pool.status()).toEqual({ workers: 2, busy: 0, queued: 0 })
  })

  test.each(['exit', 'throw', 'fail'] as const)(
    'gives up a job whose thread ends with "%s", after three tries',
    async (act) => {
      const { pool, tries } = given()
      await pool.start()

      expect(await pool.run({ act })).toEqual({ gaveUp: 'crashed' })
      expect(tries()).toBe(3)
    },
  )

  test('tries a job again in a new thread', async () => {
    const { pool, tries } = given()
    await pool.start()

    expect(await pool.run({ act: 'exit-twice', value: 5 })).toEqual({ answer: 5 })
    expect(tries()).toBe(3)
  })

  test('gives up a job that takes too long at its first try, and goes on in another thread', async () => {
    const { pool, tries } = given({}, { jobTimeoutMs: 50 })
    await pool.start()

    expect(await pool.run({ act: 'hang' })).toEqual({ gaveUp: 'too_slow' })
    expect(tries()).toBe(1)
    expect(await pool.run({ act: 'answer', value: 1 })).toEqual({ answer: 1 })
    expect(pool.status().workers).toBe(1)
  })

  test('goes on with the queue after a poisoned job', async () => {
    const { pool } = given()
    await pool.start()

    const poisoned = pool.run({ act: 'exit' })
    const healthy = [1, 2, 3].map((value) => pool.run({ act: 'answer', value }))

    expect(await poisoned).toEqual({ gaveUp: 'crashed' })
    expect(await Promise.all(healthy)).toEqual([1, 2, 3].map((answer) => ({ answer })))
    expect(pool.status()).toEqual({ workers: 1, busy: 0, queued: 0 })
  })

  test('turns jobs away when too many wait', async () => {
    const { pool } = given({}, { queueLimit: 2 })
    await pool.start()

    const under = [1, 2, 3].map(() => pool.run({ act: 'hang' }).catch((error) => error.code as string))

    await expect(pool.run({ act: 'answer', value: 1 })).rejects.toMatchObject({ code: 'overloaded' })
    expect(pool.status()).toEqual({ workers: 1, busy: 1, queued: 2 })
    await pool.stop()
    expect(await Promise.all(under)).toEqual(['stopped', 'stopped', 'stopped'])
  })
})

describe('starting and stopping', () => {
  test('threads that were given up count until they have ended', async () => {
    const { pool } = given({}, { jobTimeoutMs: 50 })
    await pool.start()
    await pool.run({ act: 'block' })
    let hasEnded = false
    const ended = seatsEnded().then(() => {
      hasEnded = true
    })
    await pool.run({ act: 'answer', value: 1 })
    expect(hasEnded).toBe(false)
    await pool.stop()
    await ended
    expect(pool.status().workers).toBe(0)
  })

  test('says what a thread says that cannot work', async () => {
    const { pool } = given({ unfit: true })

    await expect(pool.start()).rejects.toMatchObject({ code: 'model_invalid', message: 'unfit' })
    expect(pool.status().workers).toBe(0)
  })

  test('says so when a thread ends without a word', async () => {
    const { pool } = given({ exitAtOnce: true })

    await expect(pool.start()).rejects.toMatchObject({ code: 'internal', details: { exitCode: 3 } })
  })

  test('takes no job before the start or after the stop', async () => {
    const { pool } = given()

    await expect(pool.run({ act: 'answer' })).rejects.toMatchObject({ code: 'stopped' })
    await pool.start()
    await pool.stop()
    await pool.stop()
    await expect(pool.run({ act: 'answer' })).rejects.toMatchObject({ code: 'stopped' })
    expect(pool.status()).toEqual({ workers: 0, busy: 0, queued: 0 })
  })
})
