import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'
import { ARRIVAL_MS, type JournaledHistory, openJournaledHistory, readings } from './journaled-history.ts'
import { createPostgresServer, findPostgres, type PostgresServer } from './postgres-server.mjs'

const bin = findPostgres()

describe.skipIf(bin === null)('a database server that goes away and comes back', () => {
  let server: PostgresServer
  let url: string
  beforeAll(async () => {
    server = await createPostgresServer(bin ?? '')
  })
  afterAll(() => server.remove())

  async function open(): Promise<JournaledHistory> {
    const stack = await openJournaledHistory(join(await temporaryFolder(), 'journals'), {
      engine: { kind: 'postgres', url },
    })
    onTestFinished(() => stack.close())
    return stack
  }
  let sent = 0
  async function send(stack: JournaledHistory, count: number): Promise<void> {
    for (let i = 0; i < count; i++)
      await stack.arrive(readings('a', [{ metric: 'x', atMs: ARRIVAL_MS + ++sent, value: sent }]))
  }
  const until = (stack: JournaledHistory, ready: boolean) =>
    vi.waitFor(() => expect(stack.history.status().ready).toBe(ready), { timeout: 25_000, interval: 20 })

  it('costs nothing but lag when it is away from the start', async () => {
    await server.start()
    url = await server.createDatabase()
    await server.stop()

    const stack = await open()
    await send(stack, 3)
    await vi.waitFor(() => expect(stack.history.status().reason).toContain('ECONNREFUSED'), { timeout: 10_000 })
    expect(stack.history.status()).toMatchObject({ engine: 'postgres', ready: false, intakeLag: 3, ledgerLag: 0 })
    await expect(stack.history.countReadings({ limit: 1 })).rejects.toMatchObject({ code: 'database_unavailable' })
    expect(stack.history.safeSeq('intake')).toBe(0)

    await server.start()
    await stack.drained()

    expect(await stack.history.countReadings({ limit: 1 })).toBe(3)
    expect(stack.history.status()).toEqual({ engine: 'postgres', ready: true, intakeLag: 0, ledgerLag: 0 })
    expect(stack.history.safeSeq('intake')).toBe(3)
  })

  it.each([
    ['is stopped', () => server.stop()],
    ['is killed', () => server.kill()],
  ])('catches up after the server %s while readings arrive', async (_, end) => {
    await server.start()
    url = await server.createDatabase()
    const stack = await open()
    await send(stack, 50)
    await stack.drained()

    const sending = send(stack, 200)
    await end()
    await sending
    await until(stack, false)
    const away = stack.history.status()
    await server.start()
    await stack.drained()

    expect(away.reason).not.toBeUndefined()
    expect(await stack.history.countReadings({ limit: 1 })).toBe(250)
    expect(stack.history.quarantined()).toBe(0)
  })

  it('notices an idle server that went away, and that it came back', async () => {
    await server.start()
    url = await server.createDatabase()
    const stack = await open()
    await until(stack, true)

    await server.stop()
    await until(stack, false)
    await server.start()
    await until(stack, true)

    expect(await stack.history.countReadings({ limit: 1 })).toBe(0)
  })

  it('is left at once when huying stops while it is away', async () => {
    await server.start()
    url = await server.createDatabase()
    const stack = await open()
    await until(stack, true)
    await server.stop()
    await until(stack, false)

    await stack.history.close()

    await expect(stack.history.countReadings({ limit: 1 })).rejects.toMatchObject({ code: 'stopped' })
    await server.start()
  })
})
