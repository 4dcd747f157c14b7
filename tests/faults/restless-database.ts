import { setTimeout as sleep } from 'node:timers/promises'
import type { PostgresServer } from '../storage/database/postgres-server.mjs'
import type { Random } from './random.ts'

/** A PostgreSQL that goes away and comes back until `calm`; then it is there. */
export function createRestlessDatabase(options: {
  server: PostgresServer
  plan: { upMs: [from: number, to: number]; awayMs: [from: number, to: number] }
  random: Random
}) {
  const { server, plan, random } = options
  const calming = new AbortController()
  const away = { times: 0, longestMs: 0 }
  const wait = (ms: number) => sleep(ms, undefined, { signal: calming.signal }).catch(() => undefined)
  return {
    away,
    async disturb(): Promise<void> {
      while (!calming.signal.aborted) {
        await wait(random.between(...plan.upMs))
        if (calming.signal.aborted) return
        const awayMs = random.between(...plan.awayMs)
        await (random.happens(0.5) ? server.kill() : server.stop())
        away.times++
        away.longestMs = Math.max(away.longestMs, awayMs)
        await sleep(awayMs)
        await server.start()
      }
    },
    calm: () => calming.abort(),
  }
}
