import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assetPath } from '../../core/source-path.ts'

/** A service of our own in a process of its own, with its own ports and an empty data folder. */
export interface RealService {
  url: string
  mqttUrl: string
  token: string
  start(): Promise<void>
  /** As the power does it. */
  kill(): Promise<void>
  /** Kills it and removes its data. */
  remove(): Promise<void>
}

const READY_WITHIN_MS = 60_000
/** What starts the service; it gets its ports and folder by environment. */
const COMMAND = (process.env.HUYING_JOURNEY_COMMAND ?? 'node dist/app/main.js serve').split(' ')

/** `more`: further settings, by their names in the environment. */
export async function createRealService(more: Record<string, string> = {}): Promise<RealService> {
  const [httpPort, mqttPort] = [await freePort(), await freePort()]
  const dataDir = mkdtempSync(join(tmpdir(), 'huying-journey-'))
  const token = 'journey-token'
  const url = `http://127.0.0.1:${httpPort}`
  const env = {
    ...process.env,
    HUYING_HTTP_PORT: `${httpPort}`,
    HUYING_MQTT_PORT: `${mqttPort}`,
    HUYING_DATA_DIR: dataDir,
    HUYING_ADMIN_TOKEN: token,
    ...more,
  }
  let child: ChildProcess | undefined

  async function kill(): Promise<void> {
    const running = child
    child = undefined
    if (running === undefined || running.exitCode !== null) return
    const gone = once(running, 'exit')
    running.kill('SIGKILL')
    await gone
  }

  return {
    url,
    mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
    token,
    kill,
    async start() {
      const [program, ...args] = COMMAND
      child = spawn(program!, args, { cwd: assetPath('.'), env, stdio: ['ignore', 'ignore', 'inherit'] })
      await untilReady(url, child)
    },
    async remove() {
      await kill()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadlineMs = Date.now() + READY_WITHIN_MS
  while (Date.now() < deadlineMs) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`)
    const answer = await fetch(`${url}/readyz`).catch(() => null)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the service did not become ready')
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
