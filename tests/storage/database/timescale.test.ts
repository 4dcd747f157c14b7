import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'
import { look, testEngines } from './engines.ts'
import { ARRIVAL_MS, openJournaledHistory, readings } from './journaled-history.ts'

const HOUR_MS = 3_600_000
const HOUR = Math.floor(ARRIVAL_MS / HOUR_MS) * HOUR_MS

const engine = testEngines().find(({ name }) => name === 'timescale')

describe.skipIf(engine === undefined)('readings on TimescaleDB', () => {
  async function open() {
    if (engine === undefined) throw new Error('TimescaleDB is not installed')
    const settings = await engine.fresh()
    const stack = await openJournaledHistory(await temporaryFolder(), { engine: settings })
    onTestFinished(() => stack.close())
    await vi.waitFor(() => expect(stack.history.status()).toMatchObject({ ready: true }), { timeout: 20_000 })
    const sql = <Row>(text: string) => look<Row>(settings, text)
    async function send(from: number, count: number): Promise<void> {
      for (let i = from; i < from + count; i++)
        await stack.arrive(readings('a', [{ metric: 'x', atMs: HOUR + i * 60_000, value: i }]))
      await stack.drained()
    }
    return { stack, sql, send }
  }

  it('lie in a hypertable with a policy that compresses, and are said to', async () => {
    const { stack, sql } = await open()

    expect(stack.history.status().engine).toBe('timescale')
    expect(await sql('select hypertable_name from timescaledb_information.hypertables')).toContainEqual({
      hypertable_name: 'reading',
    })
    const jobs = await sql<{ proc_name: string }>(
      'select proc_name from timescaledb_information.jobs where hypertable_name is not null',
    )
    expect(jobs.map(({ proc_name: name }) => name)).toEqual(
      expect.arrayContaining(['policy_compression', 'policy_refresh_continuous_aggregate']),
    )
  })

  it('that are late, or sent again, go into a compressed chunk once', async () => {
    const { stack, sql, send } = await open()
    await send(0, 100)
    await sql("select compress_chunk(c) from show_chunks('reading') as c")

    await send(50, 100)

    expect(await stack.history.countReadings({ limit: 1 })).toBe(150)
    const { items } = await stack.history.readings({ limit: 1_000 })
    expect(items.map(({ value }) => value)).toEqual(Array.from({ length: 150 }, (_, i) => i))
  })

  it('are rolled up by the hour: materialised ones once they are refreshed, later ones at once', async () => {
    const { sql, send } = await open()
    const hours = () =>
      sql('select readings, value_min as least, value_max as most, value_mean as mean from reading_hour order by hour')
    const refresh = () =>
      sql(`call refresh_continuous_aggregate('reading_hour', null, '${new Date(HOUR + HOUR_MS).toISOString()}')`)
    await send(0, 50)
    await refresh()
    await send(50, 50)
    const before = await hours()
    await refresh()

    const second = { readings: 40, least: 60, most: 99, mean: 79.5 }
    expect(before).toEqual([{ readings: 50, least: 0, most: 49, mean: 24.5 }, second])
    expect(await hours()).toEqual([{ readings: 60, least: 0, most: 59, mean: 29.5 }, second])
  })
})
